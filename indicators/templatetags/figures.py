"""Numbers in the format of the reader's language, and the small drawing of a rate with its interval."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Literal

from django import template
from django.template import Context
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from indicators import invented, labels
from indicators.digits import DECIMALS, FigureKind, in_percent, rounded
from indicators.protection.disclosure import THRESHOLD, CellKind, PublishedCell
from indicators.tables.protected import HelpedOfServed
from indicators.tables.report import sees_everything
from indicators.values import Rate, Value
from partners.permissions import signed_in

register = template.Library()

NOTHING = "—"
REFERENCE = 0.685
"""The take-up rate that was published for 2021, without a definition."""


def decimal(value: float | Decimal | Literal[""] | None, digits: int = 0) -> str:
    """A number with so many decimals, rounded as a spreadsheet does it; a dash where nothing was measured."""
    if value is None or value == "":  # templates turn an attribute of None into ""
        return NOTHING
    # Django's number_format truncates decimals instead of rounding.
    return str(number_format(rounded(value, digits), digits, use_l10n=True, force_grouping=True))


@register.filter
def shown(value: float | Literal[""] | None, kind: str) -> str:
    """A figure of this kind, with its decimals; a share as `share` does."""
    found = FigureKind(kind)
    return share(value) if found is FigureKind.SHARE else decimal(value, DECIMALS[found])


@register.filter
def share(value: float | Literal[""] | None) -> str:
    """A share in percent, without the sign, which the column's head has."""
    number = None if value is None or value == "" else in_percent(value)
    return decimal(number, DECIMALS[FigureKind.SHARE])


@register.filter
def percent(value: float | None) -> str:
    """A share in percent with the sign, for a sentence."""
    return NOTHING if value is None else gettext("{number}%").format(number=share(value))


@register.filter
def interval(rate: Value | None) -> str:
    """The bounds of the 95 % interval; empty where the value has none."""
    bounds = rate.interval if isinstance(rate, Rate) else None
    if bounds is None:
        return ""
    return gettext("{low} to {high}").format(low=share(bounds[0]), high=share(bounds[1]))


@register.filter
def counted(helped: HelpedOfServed) -> str:
    """Of how many, and how many answered, as far as each is published."""
    if helped.helped is None:
        return gettext("too few answers to tell")
    numbers = {
        "part": shown(helped.helped.part, FigureKind.COUNT),
        "whole": shown(helped.helped.whole, FigureKind.COUNT),
    }
    if helped.answered is None or helped.answered.share is None:
        return gettext("about %(part)s of %(whole)s") % numbers
    numbers["answered"] = percent(helped.answered.share)
    return gettext("about %(part)s of %(whole)s; %(answered)s answered") % numbers


@register.filter
def published(cell: PublishedCell) -> str:
    """A protected count: rounded, below ten, or withheld."""
    match cell.kind:
        case CellKind.ROUNDED:
            return decimal(cell.value)
        case CellKind.SMALL:
            return f"< {THRESHOLD}"
        case CellKind.WITHHELD:
            return gettext("withheld")


@register.simple_tag(takes_context=True)
def reads_all(context: Context) -> bool:
    """Whether who reads this page may read every figure."""
    return sees_everything(signed_in(context["request"]))


@register.simple_tag
def are_invented() -> bool:
    """Whether the figures are those of a demo."""
    return invented.are_invented()


@register.simple_tag
def filter_words(name: str, code: str) -> str:
    """What a filter limits figures to, in words."""
    return gettext("%(name)s: %(words)s") % {"name": labels.BREAKDOWNS[name], "words": labels.of(name, code)}


@register.filter
def quarter_words(code: str) -> str:
    """`2026-Q3` as the reader calls it."""
    return labels.of("quarter", code)


@register.filter
def beside(first: Iterable[Any], second: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Each of the first with the one of the second in its place."""
    return list(zip(first, second, strict=True))


@register.filter
def points(value: float | None) -> str:
    """A difference of shares in percentage points, with its sign."""
    return _with_sign(value, share(value))


@register.filter
def signed(value: float | Literal[""] | None, digits: int = 0) -> str:
    """A difference with its sign."""
    return _with_sign(value, decimal(value, digits))


def _with_sign(value: float | Literal[""] | None, words: str) -> str:
    return f"+{words}" if value and value > 0 and words.strip("0.,") else words.replace("-", "−")


@register.simple_tag
def drawn(rate: Rate | None) -> SafeString | str:
    """Draw the rate as a dot, its interval as a line, the rate of 2021 as a tick; the figures are shown beside it."""
    if rate is None or rate.share is None:
        return ""
    low, high = rate.interval or (rate.share, rate.share)
    return format_html(
        '<svg class="drawn" viewBox="-4 0 108 16" aria-hidden="true" focusable="false">'
        '<line class="drawn-scale" x1="0" x2="100" y1="8" y2="8"/>'
        '<line class="drawn-reference" x1="{reference}" x2="{reference}" y1="1" y2="15"/>'
        '<line class="drawn-interval" x1="{low}" x2="{high}" y1="8" y2="8"/>'
        '<circle class="drawn-rate" cx="{share}" cy="8" r="4"/></svg>',
        reference=f"{REFERENCE * 100:.1f}",
        low=f"{low * 100:.1f}",
        high=f"{high * 100:.1f}",
        share=f"{rate.share * 100:.1f}",
    )
