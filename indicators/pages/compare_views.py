"""The page that sets two periods or two groups of requests side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from indicators import current_day, labels
from indicators.definitions import DEFINITIONS, Figures, ServiceTarget
from indicators.periods import PRESETS, year_before
from indicators.questions.compare_form import OTHER, CompareForm, SideForm
from indicators.sums.figures import tallies
from indicators.sums.lines import by_both, openings
from indicators.sums.query import Query
from indicators.tables.breaks import SeriesBasis, between, hours_of_side
from indicators.tables.comparison import ABOVE, UNKNOWN, TakeUpComparison, compare
from indicators.tables.staffing import staffing
from indicators.tables.tellings import Tellings
from indicators.tally import Tally, total
from partners.permissions import Action, requires

WAYS: Final = ("last-month", "last-quarter", "last-year")
"""The periods that can be compared with those before by one press."""


@dataclass(frozen=True)
class Side:
    """One side, with what is known beside its requests: how the pools were staffed in its days, whatever its filters."""

    query: Query
    tally: Tally
    figures: Figures
    minutes_open: float
    minutes_unready: float
    mean_ready: float | None
    address: str
    """Of its own page."""
    basis: SeriesBasis

    @property
    def a_day(self) -> float:
        return self.tally.requests / self.query.period.days

    @property
    def unmet(self) -> float | None:
        return self.minutes_unready / self.minutes_open if self.minutes_open else None


@require_safe
@requires(Action.READ_ALL_FIGURES)
def page(request: HttpRequest) -> HttpResponse:
    choice = CompareForm(request.GET, today=current_day.today())
    context: dict[str, Any] = {"choice": choice, "definitions": DEFINITIONS, "presets": _presets(choice)}
    if choice.is_valid() and choice.queries is not None:
        first, other = (_side(query, form) for query, form in zip(choice.queries, choice.sides, strict=True))
        found = compare(
            first.tally,
            other.tally,
            by_both(first.query, "theme", "language"),
            by_both(other.query, "theme", "language"),
        )
        context |= {"sides": [first, other], "comparison": found}
        if found is not None:
            context |= _worded(found, [first, other]) | {"warnings": list(_warnings(first, other))}
    return render(request, "indicators/compare.html", context, status=choice.status)


def _side(query: Query, form: SideForm) -> Side:
    tally = total(tallies(query).values())
    if query.counters_known:
        tally.counters = openings(query).counters
    pools = staffing(query.period)
    minutes = sum(pool.minutes_open for pool in pools)
    ready = sum(pool.mean_ready * pool.minutes_open for pool in pools)
    days = {"from": query.period.first, "to": query.period.last}
    return Side(
        query,
        tally,
        Tellings(query, today=current_day.today()).of_total().figures(tally, ServiceTarget()),
        minutes,
        sum(pool.minutes_unready for pool in pools),
        ready / minutes if minutes else None,
        f"{reverse('indicators:dashboard')}?{urlencode({**days, **query.filters})}",
        SeriesBasis(
            sorted(tally.plans),
            sorted(tally.versions),
            hours_of_side(query.period, today=current_day.today()),
        ),
    )


def _worded(found: TakeUpComparison, sides: list[Side]) -> dict[str, Any]:
    """The pieces with their names."""
    theme, language = labels.namer("theme"), labels.namer("language")
    return {
        "kinds": [
            ("themes", labels.DIMENSIONS["theme"], [(theme(kind.key), kind) for kind in found.themes]),
            (
                "languages",
                labels.DIMENSIONS["language"],
                [(language(kind.key), kind) for kind in found.languages],
            ),
        ],
        "outcomes": [(labels.OUTCOMES[piece.key], piece) for piece in found.outcomes],
        "waits": [(_wait(piece.key, before), piece) for piece, before in _with_bound_before(found)]
        if all(side.figures["wait_served"] is not None for side in sides)
        else [],
    }


def _with_bound_before(found: TakeUpComparison) -> list[tuple[Any, str]]:
    return list(zip(found.waits, ["", *(piece.key for piece in found.waits)], strict=False))


def _wait(key: str, before: str) -> str:
    if key == UNKNOWN:
        return _("wait not known")
    if key == ABOVE:
        return _("after more than %(seconds)s s") % {"seconds": before}
    if not before:
        return _("within %(seconds)s s") % {"seconds": key}
    return _("after more than %(above)s s, within %(seconds)s s") % {"above": before, "seconds": key}


def _warnings(first: Side, other: Side) -> Iterator[str]:
    """What makes the two sides not comparable as they stand."""
    parted = between(first.basis, other.basis)
    if parted.plan:
        yield (
            _("The routing plans differ: %(first)s on the first side, %(other)s on the other.")
            % _listed(first.basis.plans, other.basis.plans)
        )
    if parted.rules:
        yield (
            _(
                "The rules of counting differ: %(first)s on the first side, %(other)s on the other. The definitions say what changed."
            )
            % _listed(first.basis.versions, other.basis.versions)
        )
    if parted.hours:
        yield (
            _(
                "The opening hours differ: on the first side, on average %(more)s h a week more, %(fewer)s h fewer."
            )
            % parted.hours.numbers()
        )


def _listed(first: Sequence[int], other: Sequence[int]) -> dict[str, str]:
    return {"first": ", ".join(map(str, first)), "other": ", ".join(map(str, other))}


def _presets(choice: CompareForm) -> list[tuple[str, Any]]:
    """Each of some periods with the same a year before, and with the one just before; the filters stay."""
    filters = {
        **choice.first.filters,
        **{f"{OTHER}-{name}": code for name, code in choice.other.filters.items()},
    }
    found = []
    for way in WAYS:
        period = PRESETS[way](choice.today)
        before = PRESETS[way](period.first)
        for words, other in (
            (_("%(period)s, and the one before"), before),
            (_("%(period)s, and a year before"), None if way == "last-year" else year_before(period)),
        ):
            if other is not None:
                days = {
                    "from": period.first,
                    "to": period.last,
                    "other-from": other.first,
                    "other-to": other.last,
                }
                found.append((urlencode({**days, **filters}), words % {"period": labels.PRESETS[way]}))
    return found
