"""What if: a question, how far its computation is, and its answer. For the platform's coordinators.

A partner's coordinators do not have it: by asking about one stretch of time after the other they would learn when the few people of
another team are there, which their figures withhold.
"""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chat.services.rules_in_force import on_the_books
from coordination.forms.what_if import WhatIfForm
from coordination.models import RunState, WhatIfRun
from coordination.tabs import page
from coordination.weekdays import whole_date, whole_moment
from coordination.what_if import answer_words, ledger, question_words, runs
from coordination.what_if.question import Question, WhatIfAnswer
from coordination.words import Names
from indicators.templatetags.figures import decimal, percent
from partners import clock
from partners.permissions import Action, requires, signed_in
from partners.posts import only_posts
from partners.time_zone import BRUSSELS
from routing_rules.models import PlanState, PlanVersion
from routing_rules.names import languages

EARLIER_PLANS = 5
OTHERS = [PlanState.DRAFT, PlanState.SCHEDULED, PlanState.HELD]


@requires(Action.COORDINATE_ALL)
def what_if(request: HttpRequest) -> HttpResponse:
    form = WhatIfForm(request.POST or None, plans=_plans(), books=on_the_books())
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            run = runs.ask(owner=signed_in(request), question=form.question())
        except runs.RefusedError as refusal:
            refused = question_words.refusal_sentence(str(refusal))
        else:
            return redirect("coordination:what-if-run", run.pk)
    runs.forget_lost(clock.now())
    names = Names.load()
    context = {
        "form": form,
        "refused": refused,
        "kept": question_words.kept_sentence(),
        "asked": [
            (
                run,
                whole_moment(run.asked_at),
                question_words.question_in_words(Question.from_json(run.question), names),
            )
            for run in WhatIfRun.objects.select_related("owner")[:20]
        ],
        "ledger": [
            _in_words(entry) for entry in ledger.entries(today=clock.now().astimezone(BRUSSELS).date())
        ],
    }
    return page(request, "what_if.html", context, tab="what-if", status=409 if refused else None)


def _plans() -> list[PlanVersion]:
    """The draft, those that wait, and the last ones that were in force."""
    waiting = list(PlanVersion.objects.filter(state__in=OTHERS))
    return waiting + list(PlanVersion.objects.filter(state=PlanState.RETIRED)[:EARLIER_PLANS])


def _in_words(entry: ledger.LedgerEntry) -> dict[str, str]:
    foretold = entry.prediction
    return {
        "plan": _("Plan %(number)s") % {"number": foretold.plan_number},
        "made_on": whole_date(foretold.made_on),
        "before": percent(foretold.before),
        "foretold": _("%(mean)s (%(low)s to %(high)s)")
        % {"mean": percent(foretold.take_up), "low": percent(foretold.low), "high": percent(foretold.high)},
        "came": _came(entry),
        "requests": "" if entry.gone else decimal(entry.requests),
    }


def _came(entry: ledger.LedgerEntry) -> str:
    if entry.came is not None:
        return percent(entry.came.share)
    return (
        _("not known any more: its requests are too old and were deleted")
        if entry.gone
        else _("too few requests yet")
    )


@require_safe
@requires(Action.COORDINATE_ALL)
def answer(request: HttpRequest, run: UUID) -> HttpResponse:
    """How far it is, and then what came of it."""
    runs.forget_lost(clock.now())
    row = get_object_or_404(WhatIfRun.objects.select_related("owner"), pk=run)
    names, question = Names.load(), Question.from_json(row.question)
    context: dict[str, object] = {
        "run": row,
        "asked_at": whole_moment(row.asked_at),
        "asked": question_words.question_in_words(question, names),
        "compares": question.compares,
        "mine": row.owner_id == signed_in(request).pk,
        "percent": int(row.done * 100),
        "failure": question_words.failure_sentence(row.reason) if row.state == RunState.FAILED else "",
        "kept": question_words.kept_sentence(),
    }
    if row.state == RunState.DONE and row.answer is not None:
        context |= _shown(WhatIfAnswer.from_json(row.answer), names)
    return page(request, "what_if_run.html", context, tab="what-if")


def _shown(found: WhatIfAnswer, names: Names) -> dict[str, object]:
    comparison = found.comparison
    return {
        "basis": answer_words.basis_sentence(found),
        "fit": answer_words.fit_sentence(found),
        "hurry": answer_words.hurry_sentence(found),
        "in_force": found.in_force.number,
        "figures": answer_words.figure_rows(found),
        "by_theme": answer_words.rows_by_code(comparison.by_theme, names.themes) if comparison else [],
        "by_language": answer_words.rows_by_code(comparison.by_language, languages()) if comparison else [],
        "gains": answer_words.gain_rows(found, names),
        "asked_for_gains": found.gains is not None,
        "needs": answer_words.need_rows(found),
        "caveats": list(answer_words.caveats(found)),
    }


@only_posts
@requires(Action.COORDINATE_ALL)
def cancel(request: HttpRequest, run: UUID) -> HttpResponse:
    if runs.cancel(owner=signed_in(request), run=run):
        messages.success(request, _("The computation was cancelled."))
    else:
        messages.error(
            request, _("Nothing was cancelled: it does not run any more, or somebody else asked it.")
        )
    return redirect("coordination:what-if")
