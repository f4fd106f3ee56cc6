"""The page of the trend."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from indicators import current_day
from indicators.definitions import DEFINITIONS
from indicators.pages.chart import NARROW, WIDE, Canvas, Chart, Point, chart
from indicators.questions.filter_form import TeamTrendForm, TrendForm
from indicators.tables.report import sees_everything
from indicators.tables.trend import Trend, trend
from indicators.templatetags.figures import REFERENCE
from indicators.values import Rate, RoundedShare, Value
from partners.permissions import Action, requires, signed_in


@require_safe
@requires(Action.READ_FIGURES)
def page(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    everything = sees_everything(person)
    choice = (TrendForm if everything else TeamTrendForm)(request.GET)
    context: dict[str, Any] = {"choice": choice, "everything": everything, "definitions": DEFINITIONS}
    if choice.is_valid():
        found = trend(person, choice.filters, today=current_day.today())
        dates = {"by": "month", "from": found.period.first, "to": found.period.last}
        context |= {
            "trend": found,
            "wide": drawn(found, WIDE),
            "narrow": drawn(found, NARROW),
            "file": choice.address(**dates),
        }
    return render(request, "indicators/trend.html", context, status=choice.status)


def drawn(found: Trend, canvas: Canvas) -> Chart:
    """The chart of the lines of the table."""
    return chart(
        canvas,
        [month.line.key for month in found.months],
        [
            (code, [_point(month.line.figures.get(code), month.line.partial) for month in found.months])
            for code in found.codes
        ],
        [month.breaks for month in found.months],
        REFERENCE,
    )


def _point(value: Value | None, partial: bool) -> Point:
    match value:
        case Rate():
            low, high = value.interval or (None, None)
            return Point(value.share, low, high, partial)
        case RoundedShare(share):
            return Point(share, hollow=partial)
    return Point(None)
