"""The past of this installation, as a simulation takes it: sums from the figures, and the hours as they were."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.db.models import Count, Sum

from chat.services.rules_in_force import Skills, on_the_books
from indicators.codes import Outcome
from indicators.models import DutyPeriod, MetricRow
from indicators.periods import Period, month_of
from indicators.protection.few_people import SMALLEST_GROUP
from indicators.rows.duty_periods import QUARTER_MINUTES, between
from indicators.sums.kept import are_whole_months
from indicators.sums.query import in_period
from partners.time_zone import BRUSSELS
from routing_rules.languages import LANGUAGES
from routing_rules.loading import published_plan, schedules
from routing_rules.models import Counsellor, Pool, Site, Theme
from routing_rules.plans import Plan
from routing_rules.scarcity import scarce_skills
from routing_rules.schedule import openings
from routing_rules.skill_classes import SkillClass, skill_classes
from routing_rules.themes import reception_theme
from simulation.observations import (
    DutyQuarter,
    HalfHourCount,
    Observations,
    ObservedDay,
    PoolHours,
    RequestKind,
    RingSums,
    SignSums,
    SkillProfile,
    TalkLength,
    WaitCounts,
)
from simulation.scenario import SCENARIOS, Offered
from simulation.scenario import observations as invented
from simulation.setting import ReplayLimits

LEAST_REQUESTS = 100
LEAST_DUTY_DAYS = 10
ACCEPTED = (Outcome.SERVED, Outcome.ACCEPTED_SILENT)
LEFT = (Outcome.ABANDONED, Outcome.ABANDONED_SHORT, Outcome.FULL)
NOT_PLAYED = (Outcome.TEST, Outcome.TECHNICAL)


class TooLittleError(Exception):
    """There is no past yet from which something could be foretold; the argument says of what there is too little."""


@dataclass(frozen=True, slots=True)
class Past:
    """What was observed in which period, under which plans, and what holds now."""

    observed: Observations
    period: Period
    plan: Plan
    limits: ReplayLimits
    plans: list[int]
    invented: bool = False

    @property
    def weeks(self) -> float:
        return self.period.days / 7


def months_over(many: int, *, today: date) -> Period:
    """The last so many months of which every row is there and none comes any more, or as many of them as are kept.

    Whole months, so that nobody who asks every day anew learns what a single day added.
    """
    last = month_of(today.replace(day=1) - timedelta(days=1))
    if not are_whole_months(last, today=today):
        last = month_of(last.first - timedelta(days=1))
    period = last
    for _ in range(many - 1):
        longer = Period(month_of(period.first - timedelta(days=1)).first, last.last)
        if not are_whole_months(longer, today=today):
            break
        period = longer
    return period


def load(*, now: datetime, months: int, scenario: str = "") -> Past:
    """The last whole months; with a `scenario`, its demand and people on these days.

    Raises:
        TooLittleError: there is too little of it.
        NoPlanInForceError: nothing was published yet.
    """
    plan, period = published_plan(), months_over(months, today=now.astimezone(BRUSSELS).date())
    books = on_the_books()
    groups = _groups(books)
    reception = reception_theme()
    limits = ReplayLimits(
        longest_wait_s=float(settings.ENV.longest_wait_s),
        last_intake_s=float(settings.ENV.last_intake_s),
        reception=reception,
        scarce=scarce_skills(one.themes | one.languages for one in books.values()),
    )
    hours = _hours(now, period)
    if scenario:
        days = [(day.weekday(), hours[day]) for day in period.all_days()]
        made = invented(SCENARIOS[scenario], days, groups, _offered(reception))
        return Past(made, period, plan, limits, [], invented=True)
    observed = _observed(period, hours, groups)
    if observed.requests < LEAST_REQUESTS:
        raise TooLittleError("requests")
    if sum(bool(day.duty) for day in observed.days) < LEAST_DUTY_DAYS:
        raise TooLittleError("duty")
    plans = _rows(period).order_by().values_list("plan_number", flat=True).distinct()
    return Past(observed, period, plan, limits, sorted(plans))


def _offered(reception: str | None) -> Offered:
    sites = Site.objects.filter(active=True, test=False)
    languages = {language for site in sites for language in site.languages}
    themes = Theme.objects.filter(active=True).exclude(code=reception or "").values_list("code", flat=True)
    return Offered(
        themes=list(themes),
        languages=[each for each in LANGUAGES if each in languages],
        sites=[site.key for site in sites],
        reception=reception,
    )


def _observed(
    period: Period, hours: Mapping[date, tuple[PoolHours, ...]], groups: dict[str, tuple[SkillProfile, ...]]
) -> Observations:
    duty, signs, rings = _duty(period, groups)
    arrivals = _arrivals(period)
    accepted, silent = _count(period, ACCEPTED), _count(period, (Outcome.ACCEPTED_SILENT,))
    return Observations(
        days=tuple(
            ObservedDay(day.weekday(), hours[day], tuple(arrivals.get(day, ())), tuple(duty.get(day, ())))
            for day in period.all_days()
        ),
        groups=groups,
        signs=signs,
        rings=rings,
        waits=WaitCounts(_waits(period, ACCEPTED), _waits(period, LEFT), _waits(period, (Outcome.UNSERVED,))),
        talks=_talks(period),
        silent_share=silent / accepted if accepted else 0.0,
    )


def _rows(period: Period):  # type: ignore[no-untyped-def]  # a QuerySet of rows
    return MetricRow.objects.filter(in_period(period)).exclude(outcome__in=NOT_PLAYED)


def _arrivals(period: Period) -> dict[date, list[HalfHourCount]]:
    found: dict[date, list[HalfHourCount]] = defaultdict(list)
    kinds = ("day", "slot", "theme_asked", "language", "site", "audience")
    for day, slot, theme, language, site, audience, n in (
        _rows(period)
        .order_by()
        .values(*kinds)
        .annotate(n=Count("pk"))
        .order_by(*kinds)
        .values_list(*kinds, "n")
    ):
        found[day].append(HalfHourCount(slot, RequestKind(theme, language, site, audience), n))
    return found


def _waits(period: Period, outcomes: Iterable[Outcome]) -> dict[int, int]:
    rows = _rows(period).filter(outcome__in=list(outcomes), wait_s__isnull=False).order_by()
    return dict(rows.values_list("wait_s").annotate(n=Count("pk")))


def _count(period: Period, outcomes: Iterable[Outcome]) -> int:
    count: int = _rows(period).filter(outcome__in=list(outcomes)).count()
    return count


def _talks(period: Period) -> dict[str, Counter[TalkLength]]:
    found: dict[str, Counter[TalkLength]] = defaultdict(Counter)
    rows = _rows(period).filter(outcome__in=ACCEPTED, duration_min__isnull=False).order_by()
    columns = ("theme_asked", "theme_end", "duration_min", "transfers")
    for asked, end, minutes, transfers, n in (
        rows.values(*columns).annotate(n=Count("pk")).values_list(*columns, "n")
    ):
        found[asked][TalkLength(minutes, (end or asked) if transfers else "")] += n
    return found


def _hours(now: datetime, period: Period) -> dict[date, tuple[PoolHours, ...]]:
    """When each pool was open, in seconds from midnight in Brussels; an opening that runs into the next day is cut in two."""
    found: dict[date, list[PoolHours]] = {day: [] for day in period.all_days()}
    for pool, schedule in schedules(now, since=period.first - timedelta(days=2)).items():
        for day in period.all_days():
            begin = datetime.combine(day, datetime.min.time(), BRUSSELS)
            end = datetime.combine(day + timedelta(days=1), datetime.min.time(), BRUSSELS)
            for each in openings(schedule, begin, end):
                found[day].append(PoolHours(pool, _second(each.start, day), _second(each.end, day)))
    return {day: tuple(sorted(hours)) for day, hours in found.items()}


def _second(moment: datetime, day: date) -> float:
    """On the wall: the day on which the clocks change is as long as any other."""
    local = moment.astimezone(UTC).astimezone(BRUSSELS)
    return (local.date() - day).days * 86_400.0 + local.hour * 3600 + local.minute * 60 + local.second


# People


def _key(one: SkillClass) -> str:
    return f"{one.network}/{one.pool}/{one.skills}"


def _networks() -> dict[str, str]:
    pools = Pool.objects.filter(partner__isnull=False)
    return dict(pools.values_list("slug", "partner__network__code"))


def _groups(books: Mapping[int, Skills]) -> dict[str, tuple[SkillProfile, ...]]:
    """The skills of the members of each class, as they are on the books now; every coarser class holds those of the finer ones."""
    capacity = dict(Counsellor.objects.values_list("pk", "capacity"))
    classes = skill_classes(books, _networks(), smallest=SMALLEST_GROUP)
    found: dict[str, list[SkillProfile]] = defaultdict(list)
    for who, each in sorted(classes.items()):
        one = books[who]
        found[_key(each)].append(SkillProfile(one.pools, one.themes, one.languages, capacity.get(who, 1)))
    return {key: tuple(members) for key, members in found.items()}


def _duty(
    period: Period, groups: dict[str, tuple[SkillProfile, ...]]
) -> tuple[dict[date, list[DutyQuarter]], SignSums, dict[str, RingSums]]:
    duty: dict[date, Counter[tuple[int, str]]] = defaultdict(Counter)
    rings: dict[str, RingSums] = defaultdict(RingSums)
    for row in between(period.first, period.last):
        group = _known_group(row, groups)
        if group is not None:
            duty[row.day][row.quarter, group] += row.minutes / QUARTER_MINUTES  # type: ignore[assignment]
            rings[group] += RingSums(row.answered, row.missed)
    sums = DutyPeriod.objects.filter(in_period(period)).aggregate(
        minutes=Sum("minutes", default=0.0),
        present=Sum("present_minutes", default=0.0),
        absences=Sum("absences", default=0),
    )
    days = {
        day: [DutyQuarter(quarter, group, people) for (quarter, group), people in sorted(means.items())]
        for day, means in duty.items()
    }
    return days, SignSums(sums["minutes"], sums["present"], sums["absences"]), dict(rings)


def _known_group(row: DutyPeriod, groups: Mapping[str, tuple[SkillProfile, ...]]) -> str | None:
    """The class of then, if there are people in it now; else the nearest one."""
    for each in (
        SkillClass(row.network, row.pool, row.skills),
        SkillClass(row.network, row.pool),
        SkillClass(row.network),
        SkillClass(),
    ):
        if _key(each) in groups:
            return _key(each)
    same_pool = f"{row.network}/{row.pool}/"
    return next((key for key in sorted(groups) if key.startswith(same_pool)), min(groups, default=None))
