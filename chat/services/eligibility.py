"""Who can serve a live conversation: the engine's predicate, asked of the database for one row and one person."""

from datetime import datetime

from chat.models import Conversation
from chat.services.live_snapshot import Skills, on_the_books, waiting_request
from routing_rules import loading, themes
from routing_rules.eligibility import can_serve, reachable_pools
from routing_rules.models import Pool
from routing_rules.snapshot import WaitingRequest, open_pools


def could_serve(row: Conversation, counsellor: int, now: datetime) -> bool:
    """Whether this counsellor could take it from the queue, by skills and opening hours. Raises `NoPlanInForceError`."""
    skills = on_the_books().get(counsellor)
    if skills is None:
        return False
    request, pools = _reach(row, now)
    return can_serve(skills, request, pools=pools, identity=counsellor)


def serving_pool(row: Conversation, counsellor: int, now: datetime) -> Pool | None:
    """The pool for which this counsellor serves it: an open one that the request reaches, else (a transfer may name the person) one of
    their own."""
    skills = on_the_books().get(counsellor, Skills(frozenset(), frozenset(), frozenset()))
    _, reached = _reach(row, now)
    for slugs in (skills.pools & reached, skills.pools):
        pool = Pool.objects.filter(slug__in=slugs).order_by("pk").first()
        if pool is not None:
            return pool
    return None


def _reach(row: Conversation, now: datetime) -> tuple[WaitingRequest, frozenset[str]]:
    request = waiting_request(row, reception=themes.reception_theme())
    return request, reachable_pools(loading.published_plan(), request, open_pools(loading.pool_states(now)))
