"""Who can serve a live conversation: the engine's predicate, asked of the database for one row and one person."""

from contextlib import suppress
from datetime import datetime

from chat.models import Conversation
from chat.services.live_snapshot import waiting_request
from chat.services.rules_in_force import RulesInForce, Skills, rules_in_force
from routing_rules import loading
from routing_rules.eligibility import can_serve, reachable_pools
from routing_rules.loading import NoPlanInForceError
from routing_rules.models import Pool
from routing_rules.snapshot import WaitingRequest, open_pools


def could_serve(row: Conversation, counsellor: int, now: datetime) -> bool:
    """Whether this counsellor could take it from the queue, by skills and opening hours. Raises `NoPlanInForceError`."""
    rules = rules_in_force(now)
    skills = rules.skills.get(counsellor)
    if skills is None:
        return False
    request, pools = _reach(row, rules, now)
    return can_serve(skills, request, pools=pools, identity=counsellor)


def serving_pool(row: Conversation, counsellor: int, now: datetime) -> Pool | None:
    """The pool for which this counsellor serves it: an open one that the request reaches, else (a transfer may name the person) one of
    their own."""
    rules = rules_in_force(now)
    skills = rules.skills.get(counsellor, Skills(frozenset(), frozenset(), frozenset()))
    _, reached = _reach(row, rules, now)
    for slugs in (skills.pools & reached, skills.pools):
        pool = Pool.objects.filter(slug__in=slugs).order_by("pk").first()
        if pool is not None:
            return pool
    return None


def note_serving_pool(row: Conversation, counsellor: int, now: datetime) -> None:
    """This counsellor serves it in place of whoever accepted it. Without a plan in force, its team stays what it was."""
    with suppress(NoPlanInForceError):
        pool = serving_pool(row, counsellor, now)
        Conversation.objects.filter(pk=row.pk).update(served_by=pool)


def _reach(row: Conversation, rules: RulesInForce, now: datetime) -> tuple[WaitingRequest, frozenset[str]]:
    request = waiting_request(row, reception=rules.reception)
    states = loading.states_at(rules.hours, now)
    return request, reachable_pools(rules.plan, request, open_pools(states))
