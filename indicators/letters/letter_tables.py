"""The tables of a letter with figures: each line has one figure in each of its periods, as the pages write it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from indicators import labels
from indicators.codes import COUNTED
from indicators.definitions import DEFINITIONS, HEADLINE
from indicators.glossary import GLOSSARY, HELPED_OF_SERVED
from indicators.tables.protected import HelpedOfServed
from indicators.tables.report import FiguresReport, ReportLine
from indicators.templatetags.figures import NOTHING, decimal, interval, percent, share
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


def tables(sides: Sequence[Reports], helped: HelpedOfServed | None) -> list[LetterTable]:
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
    sides: Sequence[Reports], codes: Sequence[str], caption: str, helped: HelpedOfServed | None
) -> LetterTable:
    lines = [_line(sides, code, _name(code, sides), _cell) for code in codes]
    if helped is not None:
        blank = [LetterCell() for _side in sides[1:]]
        lines.append(
            LetterLine(
                "helped_of_served",
                str(HELPED_OF_SERVED.name),
                f"v{helped.version}",
                [_helped_cell(helped), *blank],
            )
        )
    notes = [_("In brackets: the 95% interval, in percent.")] if "requests" in codes else []
    return LetterTable(caption, _("Indicator"), lines, notes)


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
            return LetterCell(decimal(n))
        case Spread() | RoundedSpread():
            p90 = _("90th percentile")
            return LetterCell(
                decimal(value.median, 1), f"{p90} {decimal(value.p90)}" if value.p90 is not None else ""
            )
        case Rate():
            return LetterCell(percent(value.share), _counted(value))
    return LetterCell(percent(value.share))


def _counted(rate: Rate) -> str:
    if not rate.whole:
        return ""
    counted = _("%(part)s of %(whole)s") % {"part": decimal(rate.part), "whole": decimal(rate.whole)}
    return _with_interval(counted, rate)


def _with_interval(words: str, rate: Rate) -> str:
    bounds = interval(rate)
    return f"{words} ({bounds})" if bounds else words


def _helped_cell(helped: HelpedOfServed) -> LetterCell:
    if helped.helped is None:
        return LetterCell(NOTHING, _("too few answers to tell"))
    note = _("about %(part)s of %(whole)s; %(answered)s answered") % {
        "part": decimal(helped.helped.part),
        "whole": decimal(helped.helped.whole),
        "answered": percent(None if helped.answered is None else helped.answered.share),
    }
    return LetterCell(percent(helped.helped.share), _with_interval(note, helped.helped))


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
    return LetterCell() if rate is None else LetterCell(f"{decimal(rate.part)} · {percent(rate.share)}")


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
        ("requests", _("Accepted"), lambda one: decimal(one.n)),
        ("take_up", _("Taken up"), lambda one: decimal(one.part)),
        ("wait_served", _("Median wait (s)"), lambda one: decimal(one.median)),
        ("wait_served", _("90th percentile (s)"), lambda one: decimal(one.p90)),
        ("first_answer", _("Median first answer (s)"), lambda one: decimal(one.median)),
        ("duration", _("Median duration (min)"), lambda one: decimal(one.median, 1)),
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
