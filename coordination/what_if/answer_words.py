"""The answer of a what-if in words and numbers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.plan_words import differences
from coordination.weekdays import day_name, whole_date
from coordination.what_if.question import GainTold, WhatIfAnswer
from coordination.what_if.question_words import hours_in_words, staffing_in_words
from coordination.words import Names
from indicators.codes import TOGETHER
from indicators.templatetags.figures import decimal, percent, share
from routing_rules.plans import Plan
from simulation.estimates import Estimate, Figures, Paired
from simulation.staffing import Need

Shown = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Row:
    """One figure as it is, as it would be, and by how much it changes, each with its interval."""

    label: str
    now: str
    then: str
    change: str


def hurry_sentence(answer: WhatIfAnswer) -> str:
    """That less was drawn than there should be; empty where it was not."""
    if not answer.hurried:
        return ""
    return _(
        "It was played fewer times than usual, because the server had little time for it: the intervals are wider."
    )


def basis_sentence(answer: WhatIfAnswer) -> str:
    """What it was made from."""
    if answer.invented:
        return _(
            "Demand and presence are invented: this shows how the what-if works, and foretells nothing of this platform."
        )
    return ngettext(
        "Made from %(requests)s request, from %(first)s to %(last)s.",
        "Made from %(requests)s requests, from %(first)s to %(last)s.",
        answer.requests,
    ) % {
        "requests": decimal(answer.requests),
        "first": whole_date(date.fromisoformat(answer.first)),
        "last": whole_date(date.fromisoformat(answer.last)),
    }


def fit_sentence(answer: WhatIfAnswer) -> str:
    """How well the replay repeats the past; empty for an invented one."""
    if answer.fit is None:
        return ""
    return _(
        "Under the plan in force the replay of these months gives a take-up of %(replay)s; what came was %(came)s."
    ) % {
        "replay": percent(answer.fit.take_up),
        "came": percent(answer.fit.take_up_observed),
    }


def figure_rows(answer: WhatIfAnswer) -> list[Row]:
    """The figures of all requests."""
    found = answer.comparison
    if found is None:
        return []
    total = found.total
    return [
        _row(_("Take-up rate (%)"), total.take_up, share, _points),
        _row(_("Requests a week"), total.requests, _one),
        _row(_("Served a week"), total.served, _one),
        _row(_("Left before anybody answered, a week"), total.abandoned, _one),
        _row(_("Given up by the platform, a week"), total.unserved, _one),
        _row(_("Asked while closed, a week"), found.asked_closed, _one),
        _row(_("Mean wait (seconds)"), total.wait_mean_s, _whole),
        _row(_("Nine of ten wait at most (seconds)"), total.wait_90_s, _whole),
        _row(_("Rings an open hour"), found.rings_per_hour, _one),
        _row(_("Lost after a transfer, a week"), found.legs_lost, _one),
    ]


def rows_by_code(figures: Mapping[str, Figures], names: Mapping[str, str]) -> list[tuple[Row, str]]:
    """The take-up by theme or language, with the requests of a week."""
    return [
        (
            _row(
                _("Others, each too few in these months") if code == TOGETHER else names.get(code, code),
                each.take_up,
                share,
                _points,
            ),
            _one(each.requests.now.mean),
        )
        for code, each in figures.items()
    ]


@dataclass(frozen=True, slots=True)
class GainRow:
    """One of the best single changes."""

    words: str
    served: str
    take_up: str
    rings: str


def gain_rows(answer: WhatIfAnswer, names: Names) -> list[GainRow]:
    """The best single changes, the best first."""
    in_force = answer.in_force.plan
    return [
        GainRow(
            _gain_in_words(each, in_force, names),
            _signed(each.served, _one),
            _signed(each.take_up, _points),
            _signed(each.rings_per_hour, _one),
        )
        for each in answer.gains or ()
    ]


def _gain_in_words(gain: GainTold, in_force: Plan, names: Names) -> str:
    if gain.staffing is not None:
        return staffing_in_words(gain.staffing, names, gain.skill)
    if gain.hours is not None:
        return hours_in_words(gain.hours, names)
    assert gain.plan is not None
    return " ".join(differences(in_force, gain.plan.plan, names))


@dataclass(frozen=True, slots=True)
class NeedRow:
    """How many people a weekday needs."""

    day: str
    requests: str
    on_duty: str
    now: str
    needed: str
    then: str
    at_least: int


def need_rows(answer: WhatIfAnswer) -> list[NeedRow]:
    """By weekday."""
    return [_need(each) for each in answer.needs or ()]


def _need(need: Need) -> NeedRow:
    return NeedRow(
        day=day_name(need.weekday),
        requests=_one(need.requests_an_hour),
        on_duty=_one(need.on_duty),
        now=_with_interval(need.take_up, share),
        needed=_("no number reaches it") if need.needed is None else str(need.needed),
        then=_with_interval(need.take_up_then, share),
        at_least=need.at_least,
    )


def caveats(answer: WhatIfAnswer) -> Iterator[str]:
    """What the answer cannot know."""
    yield _(
        "An interval holds what nineteen of twenty drawn periods of the same length gave. "
        "Where the interval of a change contains zero, nothing is sure."
    )
    yield _("People are taken to behave as they do now: whoever is rung more often may answer less.")
    yield _(
        "Whoever saw that it was full or closed and did not ask is not in it. "
        "In half hours that are opened anew, as many are taken to ask as in the half hour beside."
    )
    yield _(
        "Somebody who is added looks at the screen and answers as the others do on average. "
        "Classes and invitations of colleagues are not played."
    )
    if len(answer.plans) > 1:
        yield _("Several plans were in force in these months: the replay takes today’s for all of them.")


def _row(label: str, found: Paired, shown: Shown, changed: Shown | None = None) -> Row:
    return Row(
        label,
        _with_interval(found.now, shown),
        _with_interval(found.then, shown),
        _signed(found.change, changed or shown),
    )


def _with_interval(value: Estimate, shown: Shown) -> str:
    return _("%(mean)s (%(low)s to %(high)s)") % {
        "mean": shown(value.mean),
        "low": shown(value.low),
        "high": shown(value.high),
    }


def _signed(value: Estimate, shown: Shown) -> str:
    def sign(number: float) -> str:
        words = shown(abs(number))
        nothing = not any(each in "123456789" for each in words)
        return words if nothing else f"+{words}" if number > 0 else f"−{words}"

    return _with_interval(value, sign)


def _one(value: float) -> str:
    return decimal(value, 1)


def _whole(value: float) -> str:
    return decimal(value)


def _points(value: float) -> str:
    """A difference of shares, in points."""
    return share(value)
