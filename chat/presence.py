"""The platform's limits of presence, and the last signs that the store holds. `routing_rules.presence` decides who is present."""

from collections.abc import Mapping
from datetime import UTC, datetime

from django.conf import settings

from chat import runtime, volatile
from chat.states import State
from routing_rules.presence import LastSigns, Presence, PresenceLimits, presence, seen_of_closed

OFF_DUTY_AFTER_S = 600
"""A console that has been silent for so long is off duty, whatever its availability says."""
OTHER_PAGE_WITHIN_S = 1.0
"""Another console of a counsellor who has signed out of one says so quickly that it is there."""


def counsellor_limits() -> PresenceLimits:
    """The limits of a counsellor in a conversation, which they keep during the grace."""
    return PresenceLimits(
        silence_s=settings.ENV.silence_s,
        grace_s=settings.ENV.counsellor_grace_s,
        absent_after_s=settings.ENV.probably_absent_s,
    )


def is_silent(*, last_frame_at: float, now: float) -> bool:
    """Has a connection been silent for too long? Both moments are of one clock."""
    return not presence(LastSigns(last_frame_at), now=now, limits=duty_limits()).connected


def duty_limits() -> PresenceLimits:
    """The limits of a counsellor without a conversation, who stays on duty for longer."""
    return PresenceLimits(silence_s=settings.ENV.silence_s, grace_s=OFF_DUTY_AFTER_S)


def visitor_limits(state: str) -> PresenceLimits:
    """The limits of a visitor whose conversation is in this state."""
    env = settings.ENV
    grace_s = env.visitor_active_grace_s if state == State.ACTIVE else env.visitor_waiting_grace_s
    return PresenceLimits(silence_s=env.silence_s, grace_s=grace_s)


def of_party(who: str, signs: Mapping[str, LastSigns], *, now: datetime, limits: PresenceLimits) -> Presence:
    """The presence of somebody who takes part in an open conversation. If the store knows nothing of them (a memory was lost), their
    silence begins now."""
    at = now.timestamp()
    return presence(signs.get(who) or LastSigns(at), now=at, limits=limits)


async def of_visitor(conversation: str, *, now: datetime) -> Presence:
    """The presence of the visitor of a conversation that a counsellor has accepted."""
    who = volatile.visitor(conversation)
    signs = await runtime.volatile().last_signs([who])
    return of_party(who, signs, now=now, limits=visitor_limits(State.ACTIVE))


async def visitor_left_at(conversation: str, *, now: datetime) -> datetime | None:
    """The last sign of a visitor without a connection; None: they are connected, or the store knows nothing of them."""
    who = volatile.visitor(conversation)
    signs = (await runtime.volatile().last_signs([who])).get(who)
    if signs is None or presence(signs, now=now.timestamp(), limits=visitor_limits(State.ACTIVE)).connected:
        return None
    return datetime.fromtimestamp(signs.last, UTC)


def grace_left_s(
    who: str, signs: Mapping[str, LastSigns], *, now: datetime, limits: PresenceLimits
) -> int | None:
    """For how many seconds more somebody without a connection keeps their place; None: they are connected."""
    if of_party(who, signs, now=now, limits=limits).connected:
        return None
    return max(0, int(signs[who].seen + limits.silence_s + limits.grace_s - now.timestamp()))


async def visitor_grace_s(conversation: str, state: str, *, now: datetime) -> int | None:
    """The same for the visitor of a conversation in this state."""
    who = volatile.visitor(conversation)
    signs = await runtime.volatile().last_signs([who])
    return grace_left_s(who, signs, now=now, limits=visitor_limits(state))


async def note_left(who: str, *, now: datetime) -> None:
    """This counsellor has signed out: their place is not kept, but for a moment in which another page of theirs says it is there."""
    kept_s = min(OTHER_PAGE_WITHIN_S, settings.ENV.counsellor_grace_s)
    used_up_s = settings.ENV.counsellor_grace_s - kept_s
    await runtime.volatile().seen(
        who, at=seen_of_closed(now=now.timestamp() - used_up_s, limits=duty_limits())
    )


async def note_closed(who: str, *, now: datetime) -> None:
    """The last connection of this person has closed: they are silent from now on."""
    seen = seen_of_closed(now=now.timestamp(), limits=duty_limits())
    await runtime.volatile().seen(who, at=seen, closed_at=now.timestamp())
