"""The tables of a letter with figures: each line has one figure in each of its periods, as the pages write it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from indicators import labels
from indicators.codes import COUNTED
from indicators.definitions import DEFINITIONS, HEADLINE
from indicators.digits import FigureKind
from indicators.glossary import GLOSSARY, HELPED_OF_SERVED
from indicators.tables.protected import HelpedOfServed
from indicators.tables.report import FiguresReport, ReportLine
from indicators.templatetags.figures import NOTHING, counted, interval, percent, share, shown
from indicators.values import Count, Rate, RoundedSpread, Spread, Value

KEY_FIGURES: Final = (
    "requests",
    "take_up",
    "take_up_star",
    "answer_rate",
    "take_up_all_demand",
    "service_level",
    "two_way",
    "abandonment",
    "unmet_open_time",
)
TIMES: Final = ("wait_served", "first_answer", "duration")

Reports = list[FiguresReport]


@dataclass(frozen=True)
class LetterCell:
    text: str = NOTHING
    note: str = ""
    """Of how many, and the interval."""


@dataclass(frozen=True)
class LetterLine:
    key: str
    name: str
    version: str
    cells: list[LetterCell]


@dataclass(frozen=True)
class LetterTable:
    caption: str
    heading: str
    lines: list[LetterLine]
    notes: list[str] = field(default_factory=list)


def tables(sides: Sequence[Reports], helped: Sequence[HelpedOfServed | None]) -> list[LetterTable]:
    """What the reports of each period hold, in the language in force. A period without reports has dashes."""
    main = sides[0][0]
    if main.partial:
        return [_headline(sides, HEADLINE, _("The whole platform"), helped), _own_teams(sides)]
    return [
        _headline(sides, KEY_FIGURES, _("In short"), helped),
        _times(sides),
        _outcomes(sides),
        _by_line(sides),
    ]


def _headline(
    sides: Sequence[Reports], codes: Sequence[str], caption: str, helped: Sequence[HelpedOfServed | None]
) -> LetterTable:
    lines = [_line(sides, code, _name(code, sides), _cell) for code in codes]
    if helped[0] is not None:
        cells = [LetterCell() if one is None else _helped_cell(one) for one in helped]
        version = f"v{helped[0].version}"
        lines.append(LetterLine("helped_of_served", str(HELPED_OF_SERVED.name), version, cells))
    if sides[0][0].partial:
        note = _(
            "Rates of the whole platform are rounded to whole percents, and shown of 60 requests or more: "
            "exact ones would tell how many requests the others took up."
        )
    else:
        note = _("In brackets: the 95% interval, in percent.")
    return LetterTable(caption, _("Indicator"), lines, [note])


def _name(code: str, sides: Sequence[Reports]) -> str:
    if code == "service_level":
        return _("Taken up within %(seconds)s s") % {"seconds": sides[0][0].target.within_s}
    return str(GLOSSARY[code].name)


def _line(
    sides: Sequence[Reports], code: str, name: str, cell: Callable[[Value | None], LetterCell]
) -> LetterLine:
    """Of the whole platform, which is the last of the reports that a person sees."""
    cells = [cell(reports[-1].total.figures.get(code)) if reports else LetterCell() for reports in sides]
    return LetterLine(code, name, f"v{DEFINITIONS[code].version}", cells)


def _cell(value: Value | None) -> LetterCell:
    match value:
        case None:
            return LetterCell()
        case Count(n):
            return LetterCell(shown(n, FigureKind.COUNT))
        case Spread() | RoundedSpread():
            p90 = _("90th percentile")
            return LetterCell(
                shown(value.median, FigureKind.TIME),
                f"{p90} {shown(value.p90, FigureKind.PERCENTILE)}" if value.p90 is not None else "",
            )
        case Rate():
            return LetterCell(percent(value.share), _of_how_many(value))
    return LetterCell(percent(value.share))


def _of_how_many(rate: Rate) -> str:
    if not rate.whole:
        return ""
    words = _("%(part)s of %(whole)s") % {
        "part": shown(rate.part, FigureKind.COUNT),
        "whole": shown(rate.whole, FigureKind.COUNT),
    }
    return _with_interval(words, rate)


def _with_interval(words: str, rate: Rate) -> str:
    bounds = interval(rate)
    return f"{words} ({bounds})" if bounds else words


def _helped_cell(helped: HelpedOfServed) -> LetterCell:
    if helped.helped is None:
        return LetterCell(NOTHING, counted(helped))
    return LetterCell(percent(helped.helped.share), _with_interval(counted(helped), helped.helped))


def _times(sides: Sequence[Reports]) -> LetterTable:
    lines = [_line(sides, code, f"{GLOSSARY[code].name} ({_unit(sides, code)})", _cell) for code in TIMES]
    return LetterTable(_("Time, as the median"), _("Indicator"), lines)


def _unit(sides: Sequence[Reports], code: str) -> str:
    value = sides[0][-1].total.figures[code]
    assert isinstance(value, Spread)
    return value.unit


def _outcomes(sides: Sequence[Reports]) -> LetterTable:
    shares = [{one.key: one.rate for one in reports[0].outcomes} if reports else {} for reports in sides]
    lines = [
        LetterLine(
            outcome.value,
            str(labels.OUTCOMES[outcome]),
            "",
            [_number_and_share(found.get(outcome.value)) for found in shares],
        )
        for outcome in COUNTED
    ]
    return LetterTable(_("How the requests ended"), _("Outcome"), lines)


def _number_and_share(rate: Rate | None) -> LetterCell:
    return (
        LetterCell()
        if rate is None
        else LetterCell(f"{shown(rate.part, FigureKind.COUNT)} · {percent(rate.share)}")
    )


def _by_line(sides: Sequence[Reports]) -> LetterTable:
    """T by the themes that were asked in the period of the letter."""
    by_key = [{line.key: line for line in reports[0].lines} if reports else {} for reports in sides]
    heading = str(labels.BREAKDOWNS[sides[0][0].query.by])
    version = f"v{DEFINITIONS['take_up'].version}"
    lines = [
        LetterLine(line.key, line.label, "", [_take_up(found.get(line.key)) for found in by_key])
        for line in sides[0][0].lines
    ]
    caption = _("%(indicator)s, by %(by)s") % {
        "indicator": f"{GLOSSARY['take_up'].name} {version}",
        "by": heading.lower(),
    }
    return LetterTable(caption, heading, lines)


def _take_up(line: ReportLine | None) -> LetterCell:
    return LetterCell() if line is None else _cell(line.figures["take_up"])


def _own_teams(sides: Sequence[Reports]) -> LetterTable:
    """The line of the total of one's own teams; there is no rate of a team."""
    columns: list[tuple[str, str, Callable[..., str]]] = [
        ("requests", _("Accepted"), lambda one: shown(one.n, FigureKind.COUNT)),
        ("take_up", _("Taken up"), lambda one: shown(one.part, FigureKind.COUNT)),
        ("wait_served", _("Median wait (s)"), lambda one: shown(one.median, FigureKind.TIME)),
        ("wait_served", _("90th percentile (s)"), lambda one: shown(one.p90, FigureKind.PERCENTILE)),
        ("first_answer", _("Median first answer (s)"), lambda one: shown(one.median, FigureKind.TIME)),
        ("duration", _("Median duration (min)"), lambda one: shown(one.median, FigureKind.TIME)),
        ("transferred", _("Transferred (%)"), lambda one: share(one.share)),
    ]
    lines = [
        LetterLine(
            code,
            name,
            f"v{DEFINITIONS[code].version}",
            [
                LetterCell(words(found)) if found is not None else LetterCell()
                for reports in sides
                for found in [reports[0].total.figures[code] if reports else None]
            ],
        )
        for code, name, words in columns
    ]
    notes = [
        _(
            "There is no take-up rate by pool: nobody can say whose a request would have been that nobody took."
        ),
        _("Pools of fewer than three people are not shown: their figures would be about single persons."),
    ]
    return LetterTable(_("Your pools"), _("Indicator"), lines, notes)
