"""Who can serve a live conversation: the engine's predicate, asked of the database for one request and one person."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from chat.models import Conversation
from chat.services.live_snapshot import WAITING_COLUMNS, waiting_request
from chat.services.rules_in_force import Skills, rules_in_force
from partners.prepared_query import PreparedQuery
from routing_rules import loading
from routing_rules.eligibility import can_serve, reachable_pools
from routing_rules.loading import NoPlanInForceError
from routing_rules.models import Pool
from routing_rules.snapshot import WaitingRequest, open_pools

NO_SKILLS = Skills(frozenset(), frozenset(), frozenset())


def request_of(columns: Sequence[Any], now: datetime) -> WaitingRequest:
    """`live_snapshot.WAITING_COLUMNS` of a conversation as a request. Raises `NoPlanInForceError`."""
    return waiting_request(columns, reception=rules_in_force(now).reception)


def could_serve(request: WaitingRequest, counsellor: int, now: datetime) -> bool:
    """Whether this counsellor could take it from the queue, by skills and opening hours. Raises `NoPlanInForceError`."""
    skills = rules_in_force(now).skills.get(counsellor)
    return skills is not None and can_serve(
        skills, request, pools=_reached(request, now), identity=counsellor
    )


def serving_pool(request: WaitingRequest, counsellor: int, now: datetime) -> int | None:
    """The pool for which this counsellor serves it: an open one that the request reaches, else (a transfer may name the person) one of
    their own. Raises `NoPlanInForceError`."""
    own = rules_in_force(now).skills.get(counsellor, NO_SKILLS).pools
    reached = _reached(request, now)
    pools = [(pool, slug) for pool, slug in _pools.rows() if slug in own]
    return next((pool for pool, slug in pools if slug in reached), pools[0][0] if pools else None)


_pools = PreparedQuery(lambda: Pool.objects.order_by("pk").values_list("pk", "slug"))


def _reached(request: WaitingRequest, now: datetime) -> frozenset[str]:
    rules = rules_in_force(now)
    return reachable_pools(rules.plan, request, open_pools(loading.states_at(rules.hours, now)))


def note_serving_pool(conversation: UUID, counsellor: int, now: datetime) -> None:
    """This counsellor serves it in place of whoever accepted it. Without a plan in force, its team stays what it was."""
    row = Conversation.objects.filter(pk=conversation)
    with suppress(NoPlanInForceError):
        request = request_of(row.values_list(*WAITING_COLUMNS).get(), now)
        row.update(served_by=serving_pool(request, counsellor, now))
