"""Whether the door of a site is open: for the launcher, the welcome, and the answer to a request."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime

from django.conf import settings

from chat.models import Conversation
from chat.services import live_snapshot
from chat.services.live_snapshot import LiveSnapshot
from chat.states import State
from routing_rules.door import Door, DoorReason, DoorState, door
from routing_rules.models import Site
from routing_rules.plans import Plan
from routing_rules.queue import rule_index
from routing_rules.snapshot import Booking, RoutingSnapshot, WaitingRequest

NO_RULE = Door(DoorState.CLOSED, DoorReason.NO_RULE)


def door_of(snapshot: RoutingSnapshot, request: WaitingRequest) -> Door:
    """The door for this request at this moment."""
    return door(snapshot, request, queue_limit=settings.ENV.queue_length)


def newcomer(
    *,
    site: str,
    theme: str,
    language: str,
    audience: str,
    now: datetime,
    reception: str | None,
    booking: str = "",
) -> WaitingRequest:
    """A request that was just made, as the engine sees it; `reception` is the code of the reception's theme."""
    return WaitingRequest(
        id="asking",
        theme=theme,
        language=language,
        site=site,
        asked_at=now.timestamp(),
        audience=audience,
        reception=theme == reception,
        booking=booking or None,
    )


def booking_of(code: str, now: datetime) -> tuple[Booking, int] | None:
    """The class's session with this code, if it runs now, and how many of its pupils wait."""
    found = next((each for each in live_snapshot.bookings(now) if each.code == code), None)
    if found is None:
        return None
    return found, Conversation.objects.filter(state=State.WAITING, booking=code).count()


class Doors:
    """The doors of all sites at the moment of a snapshot. A door that several sites share is found once."""

    def __init__(self, live: LiveSnapshot, now: datetime) -> None:
        self._live = live
        self._now = now
        self._found: dict[tuple[int, str, str], Door] = {}

    def best(self, site: Site, themes: Collection[str]) -> Door:
        """The best answer among these themes and the languages of the site: it is what the launcher shows."""
        best = None
        for request in self._everything_to_ask(site, themes):
            found = self._door(request)
            if found.state is DoorState.OPEN:
                return found
            if best is None or (found.state is DoorState.FULL and best.state is DoorState.CLOSED):
                best = found
        return best or NO_RULE

    def pools(self, site: Site, themes: Collection[str]) -> frozenset[str] | None:
        """The pools to which the rules send the site's requests; None: any pool."""
        plan: Plan = self._live.snapshot.plan
        named: set[str] = set()
        for request in self._everything_to_ask(site, themes):
            index = rule_index(plan, request)
            pools = frozenset[str]() if index is None else plan.rules[index].pools()
            if pools is None:
                return None
            named |= pools
        return frozenset(named)

    def _door(self, request: WaitingRequest) -> Door:
        snapshot = self._live.snapshot
        index = rule_index(snapshot.plan, request)
        if index is None:
            return NO_RULE
        # Of a newcomer's site and audience, the door asks only which rule takes them.
        kind = index, request.theme, request.language
        if kind not in self._found:
            self._found[kind] = door_of(snapshot, request)
        return self._found[kind]

    def _everything_to_ask(self, site: Site, themes: Collection[str]) -> Iterator[WaitingRequest]:
        """A request of each of these themes in each language of the site."""
        for theme in themes:
            request = newcomer(
                site=site.key,
                theme=theme,
                language="",
                audience=site.audience,
                now=self._now,
                reception=self._live.rules.reception,
            )
            for language in site.languages:
                yield replace(request, language=language)
