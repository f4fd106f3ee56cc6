"""Whether the door of a site is open: for the launcher, the welcome, and the answer to a request."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from django.conf import settings

from chat import database
from chat.models import Conversation
from chat.services import live_snapshot
from chat.states import State
from routing_rules import loading, themes
from routing_rules.door import Door, DoorReason, DoorState, door
from routing_rules.loading import NoPlanInForceError
from routing_rules.models import Site
from routing_rules.plans import Plan
from routing_rules.presence import LastSigns
from routing_rules.queue import rule_index
from routing_rules.schedule import Opening
from routing_rules.sites import themes_offered
from routing_rules.snapshot import Booking, RoutingSnapshot, WaitingRequest

BEST_FIRST = (DoorState.OPEN, DoorState.FULL, DoorState.CLOSED)


async def status(*, site: Site, now: datetime) -> tuple[Door, datetime | None]:
    """Whether somebody who asks there now would be taken, and when it opens next (None: never, or it is open)."""
    signs = await live_snapshot.last_signs()
    return await database.run(_status, site, now, signs)


async def hours(*, site: Site, now: datetime, until: datetime) -> tuple[list[Opening], datetime | None]:
    """When the site takes requests until then, by the opening hours, and when it opens next after that (None: never)."""
    return await database.run(_hours, site, now, until)


def door_of(snapshot: RoutingSnapshot, request: WaitingRequest) -> Door:
    """The door for this request at this moment."""
    return door(snapshot, request, queue_limit=settings.ENV.queue_length)


def newcomer(
    *, site: str, theme: str, language: str, audience: str, now: datetime, booking: str = ""
) -> WaitingRequest:
    """A request that was just made, as the engine sees it."""
    return WaitingRequest(
        id="asking",
        theme=theme,
        language=language,
        site=site,
        asked_at=now.timestamp(),
        audience=audience,
        reception=theme == themes.reception_theme(),
        booking=booking or None,
    )


def booking_of(code: str, now: datetime) -> tuple[Booking, int] | None:
    """The class's session with this code, if it runs now, and how many of its pupils wait."""
    found = next((each for each in live_snapshot.bookings(now) if each.code == code), None)
    if found is None:
        return None
    return found, Conversation.objects.filter(state=State.WAITING, booking=code).count()


def themes_of(site: Site) -> list[str]:
    """The codes of the themes that a visitor may ask for there."""
    return [theme.code for theme in themes_offered(site)]


def _status(site: Site, now: datetime, signs: Mapping[str, LastSigns]) -> tuple[Door, datetime | None]:
    try:
        live = live_snapshot.load(now=now, signs=signs)
    except NoPlanInForceError:
        return Door(DoorState.CLOSED, DoorReason.NO_RULE), None
    # The launcher shows the best answer among all themes and languages of the site.
    doors = [door_of(live.snapshot, request) for request in _everything_to_ask(site, now)]
    found = min(
        doors,
        key=lambda each: BEST_FIRST.index(each.state),
        default=Door(DoorState.CLOSED, DoorReason.NO_RULE),
    )
    if found.state is not DoorState.CLOSED:
        return found, None
    return found, loading.next_opening(now, _pools(live.snapshot.plan, site, now))


def _hours(site: Site, now: datetime, until: datetime) -> tuple[list[Opening], datetime | None]:
    try:
        pools = _pools(loading.published_plan(), site, now)
    except NoPlanInForceError:
        return [], None
    schedules = loading.schedules(now)
    return loading.intakes(schedules, now, until, pools), loading.first_opening(schedules, until, pools)


def _everything_to_ask(site: Site, now: datetime) -> Iterator[WaitingRequest]:
    """A request of each theme in each language of the site."""
    for theme in themes_of(site):
        request = newcomer(site=site.key, theme=theme, language="", audience=site.audience, now=now)
        for language in site.languages:
            yield replace(request, language=language)


def _pools(plan: Plan, site: Site, now: datetime) -> frozenset[str] | None:
    """The pools to which the rules send the site's requests; None: any pool."""
    named: set[str] = set()
    for request in _everything_to_ask(site, now):
        index = rule_index(plan, request)
        pools = frozenset[str]() if index is None else plan.rules[index].pools()
        if pools is None:
            return None
        named |= pools
    return frozenset(named)
