"""The only writer of figures. It rounds values, stores codes only, and refuses a value that is not a code.

Chat's services give ended requests to `indicators.rows.pending`, which has their rows written here later. No function
here accepts text that somebody wrote.
"""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import F

from indicators import codes
from indicators.models import Capacity, Counter, MetricRow, OnDuty, SkilledOnDuty
from indicators.periods import arrival
from indicators.sums import daily
from partners.codes import is_code
from routing_rules.audiences import AUDIENCES, EVERYBODY

VERSION: Final = 2
"""The version of the rules by which rows are made: docs/indicators.md lists the changes. Where it rises, every series has a break."""
WAIT_STEP_S: Final = 5
MINUTE_S: Final = 60
HALF_HOUR_S: Final = 1800


class BadCodeError(ValueError):
    """A value that is not one of the codes of its field; the message is the field's name."""


@dataclass(frozen=True, kw_only=True)
class ClosingCodes:
    """The counsellor's choices when closing; codes only, empty where nothing was chosen."""

    theme: str = ""
    subtheme: str = ""
    given: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class EndedRequest:
    """A request that has ended, with its exact values; they are rounded before anything is kept.

    `wait_s` runs from asking until whoever first wrote accepted, or until the request ended unaccepted;
    `first_answer_s` from accepting to their first message, `duration_s` from accepting to the end, both None
    when nobody accepted or wrote. `quiet_s` sums the stretches of more than 5 minutes without a message.
    `leg_lost`: it was answered, and ended in the queue; `two_way`: the visitor wrote after the first answer.
    """

    asked_at: datetime
    outcome: codes.Outcome
    theme_asked: str
    theme_end: str
    language: str
    site: str
    campaign: str = ""
    audience: str = EVERYBODY
    site_network: str = ""
    network_served: str | None = None
    pool_served: str | None = None
    plan_number: int
    wait_s: float | None = None
    first_answer_s: float | None = None
    duration_s: float | None = None
    quiet_s: float = 0
    transfers: int = 0
    requeues: int = 0
    leg_lost: bool = False
    two_way: bool = False
    messages_visitor: int = 0
    messages_counsellor: int = 0
    classification: ClosingCodes = ClosingCodes()


def up_to_step(seconds: float, step_s: int = WAIT_STEP_S) -> int:
    """Round up to the next step: a wait of 61 s is not within 60 s, and must not be after rounding."""
    whole = max(0, -int(-seconds // 1))
    return -(-whole // step_s) * step_s


def to_minutes(seconds: float) -> int:
    """Round to whole minutes, half a minute up."""
    return int((max(0.0, seconds) + MINUTE_S / 2) // MINUTE_S)


def request(*, ended: EndedRequest) -> uuid.UUID:
    """Write the row of a request that has ended; returns its key."""
    row = row_of(ended)
    row.campaign = _campaign(ended.campaign)
    row.save(force_insert=True)
    daily.forget(row.day)
    return row.pk


def row_of(ended: EndedRequest) -> MetricRow:
    """The row, not written. Raises BadCodeError, with the field's name, for a value that is not a code."""
    day, slot = arrival(ended.asked_at)
    chosen = ended.classification
    return MetricRow(
        day=day,
        slot=slot,
        outcome=codes.Outcome(ended.outcome).value,
        theme_asked=_code("theme_asked", ended.theme_asked),
        theme_end=_code("theme_end", ended.theme_end),
        language=_code("language", ended.language),
        site=_code("site", ended.site),
        audience=_one_of("audience", ended.audience, AUDIENCES),
        site_network=_code("site_network", ended.site_network),
        network_served=_code("network_served", ended.network_served),
        pool_served=_code("pool_served", ended.pool_served),
        plan_number=ended.plan_number,
        wait_s=None if ended.wait_s is None else up_to_step(ended.wait_s),
        first_answer_s=None if ended.first_answer_s is None else up_to_step(ended.first_answer_s),
        duration_min=None if ended.duration_s is None else to_minutes(ended.duration_s),
        quiet_min=min(to_minutes(ended.quiet_s), to_minutes(ended.duration_s or 0)),
        transfers=ended.transfers,
        requeues=ended.requeues,
        leg_lost=ended.leg_lost,
        two_way=ended.two_way,
        version=VERSION,
        messages_visitor=ended.messages_visitor,
        messages_counsellor=ended.messages_counsellor,
        closed_theme=_code("closed_theme", chosen.theme),
        closed_subtheme=_code("closed_subtheme", chosen.subtheme),
        given=_several("given", chosen.given, codes.GIVEN),
    )


def withdraw(*, row_id: uuid.UUID) -> bool:
    """Delete the row of a request that continues because the visitor asked again within minutes."""
    rows = MetricRow.objects.filter(pk=row_id)
    days = list(rows.values_list("day", flat=True))
    deleted = rows.delete()[0]
    for day in days:
        # After the row: whoever stores sums meanwhile waits for it, or has stored them with it.
        daily.forget(day)
    return bool(deleted)


def rounded(ended: EndedRequest) -> EndedRequest:
    """The same request with the rounded values of its row, and its campaign as a code: nothing more exact is kept, not even sealed."""
    day, slot = arrival(ended.asked_at)
    half_hour = ended.asked_at - timedelta(seconds=ended.asked_at.timestamp() % HALF_HOUR_S)
    assert arrival(half_hour) == (day, slot)
    return replace(
        ended,
        asked_at=half_hour,
        campaign=ended.campaign if not ended.campaign or is_code(ended.campaign) else codes.OTHER_CAMPAIGN,
        wait_s=None if ended.wait_s is None else up_to_step(ended.wait_s),
        first_answer_s=None if ended.first_answer_s is None else up_to_step(ended.first_answer_s),
        duration_s=None if ended.duration_s is None else to_minutes(ended.duration_s) * MINUTE_S,
        quiet_s=to_minutes(ended.quiet_s) * MINUTE_S,
    )


def checked_answers(
    *,
    rating: int | None = None,
    helped: str | None = None,
    status: str | None = None,
    age_band: str | None = None,
    gender: str | None = None,
) -> dict[str, int | str]:
    """The answers to the survey that were given, by their field.

    Raises BadCodeError, with the field's name, for an answer that is not on the list.
    """
    answers: dict[str, int | str] = {}
    if rating is not None:
        if rating not in codes.RATINGS:
            raise BadCodeError("rating")
        answers["rating"] = rating
    given = {"helped": helped, "status": status, "age_band": age_band, "gender": gender}
    for field, value in given.items():
        if value:
            answers[field] = _one_of(field, value, codes.SURVEY[field])
    return answers


def survey(*, row_id: uuid.UUID, **given: Any) -> bool:
    """Add the answers that the visitor chose to give, each once. False: there were no new ones, or the row does not exist.

    Raises BadCodeError, with the field's name, for an answer that is not on the list.
    """
    added = 0
    for field, answer in checked_answers(**given).items():
        unanswered = MetricRow.objects.filter(pk=row_id, **{field: None if field == "rating" else ""})
        added += unanswered.update(**{field: answer})
    return added > 0


def count(*, kind: codes.CounterKind, site: str, language: str, campaign: str = "", now: datetime) -> None:
    """Count one opening, or one question while closed. Callers leave out test sites."""
    day, slot = arrival(now)
    key = {
        "day": day,
        "slot": slot,
        "kind": codes.CounterKind(kind).value,
        "site": _code("site", site),
        "language": _code("language", language),
        "campaign": _campaign(campaign),
    }
    # Several processes may count at once: the database adds, and the process that loses the race to create the row
    # adds to the other's row.
    if not Counter.objects.filter(**key).update(n=F("n") + 1):
        _, created = Counter.objects.get_or_create(**key, defaults={"n": 1})
        if not created:
            Counter.objects.filter(**key).update(n=F("n") + 1)


@dataclass(frozen=True, slots=True)
class RosteredMinutes:
    """Open minutes for which a shift was planned, and over them: people needed, planned and ready, times minutes."""

    minutes: float = 0.0
    needed: float = 0.0
    planned: float = 0.0
    ready: float = 0.0


NOT_ROSTERED = RosteredMinutes()


def capacity(
    *,
    at: datetime,
    pool: str,
    minutes_open: float,
    minutes_unready: float,
    mean_ready: float,
    mean_free: float,
    rostered: RosteredMinutes = NOT_ROSTERED,
) -> None:
    """Add a pool's sampled minutes to the half hour of `at`. Several calls add up; a closed pool leaves
    no row.
    """
    if minutes_open <= 0:
        return
    day, slot = arrival(at)
    row, _ = Capacity.objects.get_or_create(day=day, slot=slot, pool=_code("pool", pool))
    Capacity.objects.filter(pk=row.pk).update(
        minutes_open=F("minutes_open") + minutes_open,
        minutes_unready=F("minutes_unready") + min(minutes_unready, minutes_open),
        ready_minutes=F("ready_minutes") + mean_ready * minutes_open,
        free_slot_minutes=F("free_slot_minutes") + mean_free * minutes_open,
        minutes_rostered=F("minutes_rostered") + rostered.minutes,
        needed_minutes=F("needed_minutes") + rostered.needed,
        planned_minutes=F("planned_minutes") + rostered.planned,
        rostered_ready_minutes=F("rostered_ready_minutes") + rostered.ready,
    )


def on_duty(*, at: datetime, pool: str, people: int) -> None:
    """So many people of this pool were ready that day, or more: the largest number is kept."""
    day, _ = arrival(at)
    row, _ = OnDuty.objects.get_or_create(day=day, pool=_code("pool", pool), defaults={"people": people})
    OnDuty.objects.filter(pk=row.pk, people__lt=people).update(people=people)


def skilled_on_duty(*, at: datetime, pool: str, skill: str, code: str) -> None:
    """Three people of this pool (of any, if it is empty) who have this theme or language were ready that day."""
    day, _ = arrival(at)
    SkilledOnDuty.objects.get_or_create(
        day=day,
        pool=_code("pool", pool),
        skill=_one_of("skill", skill, codes.SKILLS),
        code=_code("code", code),
    )


def _code(field: str, value: str | None) -> str:
    """Check the shape of a code: a sentence, a name with a space or an address does not have it."""
    if not value:
        return ""
    if not is_code(value):
        raise BadCodeError(field)
    return value


def _one_of(field: str, value: str, allowed: tuple[str, ...]) -> str:
    if value and value not in allowed:
        raise BadCodeError(field)
    return value


def _several(field: str, values: tuple[str, ...], allowed: tuple[str, ...]) -> str:
    """Join several codes for one column, in the order of their list."""
    for value in values:
        _one_of(field, value, allowed)
    return "+".join(code for code in allowed if code in values)


def _campaign(campaign: str) -> str:
    """The campaign, or `other` if it is not a code. Which campaigns count on a site is the caller's to say."""
    return campaign if not campaign or is_code(campaign) else codes.OTHER_CAMPAIGN
