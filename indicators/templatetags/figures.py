"""Numbers in the format of the reader's language, and the small drawing of a rate with its interval."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from django import template
from django.template import Context
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from indicators import invented, labels
from indicators.protection.disclosure import THRESHOLD, CellKind, PublishedCell
from indicators.tables.report import sees_everything
from indicators.values import Rate, Value
from partners.permissions import signed_in

register = template.Library()

NOTHING = "—"
REFERENCE = 0.685
"""The take-up rate that was published for 2021, without a definition."""


@register.filter
def decimal(value: float | Literal[""] | None, digits: int = 0) -> str:
    """A number with so many decimals, halves rounded up; a dash where nothing was measured."""
    if value is None or value == "":  # templates turn an attribute of None into ""
        return NOTHING
    # Django's number_format truncates decimals instead of rounding.
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return str(number_format(rounded, digits, use_l10n=True, force_grouping=True))


@register.filter
def share(value: float | None) -> str:
    """A share in percent, without the sign, which the column's head has."""
    return decimal(None if value is None else value * 100, 1)


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
def beside(first: Iterable[Any], second: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Each of the first with the one of the second in its place."""
    return list(zip(first, second, strict=True))


@register.filter
def points(value: float | None) -> str:
    """A difference of shares in percentage points, with its sign."""
    words = share(value)
    return f"+{words}" if value is not None and value > 0 and words.strip("0.,") else words.replace("-", "−")


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
