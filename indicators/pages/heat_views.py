"""The page of demand and staffing by weekday and half hour."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from indicators import current_day
from indicators.questions.heat_form import HeatForm, TeamHeatForm
from indicators.sums.query import Query
from indicators.tables import heat
from indicators.tables.report import sees_everything
from partners.permissions import Action, requires, signed_in


@require_safe
@requires(Action.READ_FIGURES)
def page(request: HttpRequest) -> HttpResponse:
    """Who reads every figure sees demand, and the staffing of all teams together; a partner's coordinator the staffing of their own."""
    person = signed_in(request)
    everything = sees_everything(person)
    today = current_day.today()
    choice = (
        HeatForm(request.GET, today=today)
        if everything
        else TeamHeatForm(request.GET, person=person, today=today)
    )
    context: dict[str, Any] = {"choice": choice, "everything": everything, "weekdays": heat.heads()}
    if choice.is_valid():
        period = choice.cleaned_data["span"]
        if isinstance(choice, TeamHeatForm):
            chosen = choice.cleaned_data["team"]
            pools = [chosen] if chosen else list(choice.teams)
            context |= {"tables": heat.staffing(period, pools), "no_team": not pools}
        else:
            query = Query(period=period, by="slot", **choice.filters)
            context["tables"] = [*heat.demand(query), *heat.staffing(period, None)]
        context["period"] = period
    return render(request, "indicators/heat.html", context, status=choice.status)
