"""The routing plan in force, the draft, and the rules of the draft."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coordination import undo
from coordination.forms.rules import (
    BaseSteps,
    PublishForm,
    RuleForm,
    Steps,
    rule_typed,
    steps_as_typed,
)
from coordination.ownership import may_edit, must_edit, why_not
from coordination.plan_words import differences, doubts_by_rule, overtaken_draft_sentence, stale_sentence
from coordination.posted import whole
from coordination.tabs import page
from coordination.words import Names, ringing_in_words, rings_as_usual, rule_in_words
from coordination.writers import end_of_log, entries_since, writer_of
from partners import unsaved
from partners.permissions import Action, requires, signed_in
from partners.posts import only_posts
from routing_rules import drafting, drafts, plan_versions
from routing_rules.loading import as_plan
from routing_rules.models import PlanState, PlanVersion, RuleRow
from routing_rules.plans import MOST_STEPS, Rule


def told_rules(plan: PlanVersion, names: Names) -> list[dict[str, Any]]:
    """Each rule in words, with its warnings."""
    rules = [(row, row.rule) for row in plan.rules.all()]
    warned = doubts_by_rule(as_plan(plan), names, timezone.now())
    return [
        {
            "row": row,
            "sentence": rule_in_words(rule, names),
            "ringing": "" if rings_as_usual(rule) else ringing_in_words(rule),
            "warnings": warned.get(position, []),
        }
        for position, (row, rule) in enumerate(rules)
    ]


def held_plans(request: HttpRequest) -> list[PlanVersion]:
    """Plans that were due and did not come into force, for those who may publish."""
    if not may_edit(request, None):
        return []
    return list(PlanVersion.objects.filter(state=PlanState.HELD).order_by("publish_at"))


@require_safe
@requires(Action.COORDINATE)
def rules(request: HttpRequest) -> HttpResponse:
    names = Names.load()
    current = plan_versions.in_force()
    context = {
        "current": current,
        "rules": told_rules(current, names) if current else [],
        "draft": plan_versions.current_draft(),
        "scheduled": PlanVersion.objects.filter(state=PlanState.SCHEDULED).order_by("publish_at"),
        "held": held_plans(request),
        "history": PlanVersion.objects.filter(state=PlanState.RETIRED, published_at__isnull=False),
        "why_not": why_not(request, None),
    }
    return page(request, "rules.html", context, tab="rules")


@only_posts
@requires(Action.COORDINATE)
def begin_draft(request: HttpRequest) -> HttpResponse:
    must_edit(request, None)
    try:
        drafts.begin_draft(actor=signed_in(request))
    except plan_versions.DraftExistsError:
        messages.warning(request, _("There is a draft already: here it is."))
    return redirect("coordination:draft")


@require_safe
@requires(Action.COORDINATE)
def draft(request: HttpRequest) -> HttpResponse:
    return draft_page(request, None)


def draft_page(request: HttpRequest, publish_form: PublishForm | None) -> HttpResponse:
    """The draft with its rules, its differences and the form to publish it."""
    plan = plan_versions.current_draft()
    if plan is None:
        messages.warning(request, _("There is no draft. Begin one from the plan in force."))
        return redirect("coordination:rules")
    names = Names.load()
    current = plan_versions.in_force()
    initial = {**_typed_before(request), "revision": plan.revision}
    form = publish_form or PublishForm(now=timezone.now(), initial=initial)
    context = {
        "draft": plan,
        "current": current,
        "rules": told_rules(plan, names),
        "plan_warnings": doubts_by_rule(as_plan(plan), names, timezone.now()).get(None, []),
        "differences": differences(as_plan(current), as_plan(plan), names) if current else [],
        "not_since": current is not None and plan.based_on != current.number,
        "scheduled": PlanVersion.objects.filter(state=PlanState.SCHEDULED).order_by("publish_at"),
        "form": form,
        "why_not": why_not(request, None),
    }
    return page(request, "draft.html", context, tab="rules")


def _typed_before(request: HttpRequest) -> dict[str, str]:
    """What was typed into the form that publishes, if it could not be taken: that form is sent to an address of its own."""
    found = unsaved.kept(request)
    if found is None or found.to != reverse("coordination:publish"):
        return {}
    return {name: found.typed.get(name, "") for name in ("when", "publish_at", "note")}


@requires(Action.COORDINATE)
def add_rule(request: HttpRequest) -> HttpResponse:
    return _rule_page(request, None)


@requires(Action.COORDINATE)
def change_rule(request: HttpRequest, pk: int) -> HttpResponse:
    row = _in_draft(pk)
    if row is None:
        return _stale(request)
    return _rule_page(request, row)


def _in_draft(pk: int) -> RuleRow | None:
    return RuleRow.objects.filter(pk=pk, plan__state=PlanState.DRAFT).select_related("plan").first()


def _rule_page(request: HttpRequest, row: RuleRow | None) -> HttpResponse:
    must_edit(request, None)
    plan = plan_versions.current_draft()
    if plan is None:
        return _stale(request)
    if request.method != "POST" and request.POST:
        return _rule_form(request, row, plan, RuleForm(request.POST), Steps(request.POST), quiet=True)
    if request.method != "POST":
        form = RuleForm(
            initial={**(row.content if row else {}), "revision": plan.revision, "log_end": end_of_log()}
        )
        return _rule_form(request, row, plan, form, Steps(initial=steps_as_typed(row.rule) if row else None))
    if "more" in request.POST:
        typed = request.POST.copy()
        typed["form-TOTAL_FORMS"] = str(min(MOST_STEPS, whole(typed.get("form-TOTAL_FORMS", "")) + 1))
        return _rule_form(request, row, plan, RuleForm(typed), Steps(typed), quiet=True)
    form, steps = RuleForm(request.POST), Steps(request.POST)
    if not (form.is_valid() & steps.is_valid()):
        return _rule_form(request, row, plan, form, steps)
    typed_rule = rule_typed(form, steps)
    revision = form.cleaned_data["revision"]
    if row is None and revision != plan.revision and any(one.rule == typed_rule for one in plan.rules.all()):
        # Sent twice: it is there.
        return _saved(request, typed_rule)
    try:
        if row is None:
            drafting.add_rule(actor=signed_in(request), draft=plan, revision=revision, rule=typed_rule)
        else:
            done = _("The rule “%(rule)s” was changed.") % {"rule": row.name}
            with undo.offered(request, "rule.changed", done, *_draft_rows(plan)):
                drafting.change_rule(
                    actor=signed_in(request), draft=plan, revision=revision, row=row, rule=typed_rule
                )
    except plan_versions.StaleDraftError:
        return _keep_typed(request, row, plan)
    return _saved(request, typed_rule)


def _draft_rows(plan: PlanVersion) -> "tuple[QuerySet[Any], ...]":
    return PlanVersion.objects.filter(pk=plan.pk), RuleRow.objects.filter(plan=plan.pk)


def _saved(request: HttpRequest, typed_rule: Rule) -> HttpResponse:
    messages.success(request, _("The rule “%(rule)s” is in the draft.") % {"rule": typed_rule.name})
    return redirect("coordination:draft")


def _keep_typed(request: HttpRequest, row: RuleRow | None, plan: PlanVersion) -> HttpResponse:
    """The form as it was typed, with the draft's present revision, so that saving again is a deliberate decision."""
    plan.refresh_from_db()
    typed = request.POST.copy()
    writers = entries_since(typed.get("log_end", ""), lambda one: one.subject == f"plan {plan.number}")
    typed["revision"], typed["log_end"] = str(plan.revision), end_of_log()
    form = RuleForm(typed)
    form.add_error(None, overtaken_draft_sentence(writer_of(writers, signed_in(request))))
    return _rule_form(request, row, plan, form, Steps(typed), status=409)


def _rule_form(
    request: HttpRequest,
    row: RuleRow | None,
    plan: PlanVersion,
    form: RuleForm,
    steps: BaseSteps,
    *,
    quiet: bool = False,
    status: int | None = None,
) -> HttpResponse:
    bad = (form.is_bound and bool(form.errors)) or (steps.is_bound and not steps.is_valid())
    if status is None:
        status = 422 if bad and not quiet else 200
    context = {
        "row": row,
        "draft": plan,
        "form": form,
        "steps": steps,
        "quiet": quiet,
        "step_problems": steps.problems() if bad and not quiet else [],
        "room_for_more": steps.total_form_count() < MOST_STEPS,
        "stored": rule_in_words(row.rule, Names.load()) if row and status == 409 else "",
    }
    return page(request, "rule.html", context, tab="rules", status=status)


@only_posts
@requires(Action.COORDINATE)
def move_rule(request: HttpRequest, pk: int) -> HttpResponse:
    must_edit(request, None)
    row = _in_draft(pk)
    if row is None:
        return _stale(request)
    try:
        drafting.move_rule(
            actor=signed_in(request),
            draft=row.plan,
            revision=whole(request.POST.get("revision", "")),
            row=row,
            direction="up" if request.POST.get("direction") == "up" else "down",
        )
    except plan_versions.StaleDraftError:
        return _stale(request)
    # Return to the rule that moved, so that keyboard users continue from there.
    return redirect(f"{reverse('coordination:draft')}#rule-{pk}")


@requires(Action.COORDINATE)
def delete_rule(request: HttpRequest, pk: int) -> HttpResponse:
    must_edit(request, None)
    row = _in_draft(pk)
    if row is None:
        return _stale(request)
    if request.method != "POST":
        context = {"row": row, "sentence": rule_in_words(row.rule, Names.load())}
        return page(request, "delete_rule.html", context, tab="rules")
    done = _("The rule “%(rule)s” was taken out of the draft.") % {"rule": row.name}
    try:
        with undo.offered(request, "rule.deleted", done, *_draft_rows(row.plan)):
            drafting.delete_rule(
                actor=signed_in(request),
                draft=row.plan,
                revision=whole(request.POST.get("revision", "")),
                row=row,
            )
    except plan_versions.StaleDraftError:
        return _stale(request)
    messages.success(request, _("The rule was taken out of the draft."))
    return redirect("coordination:draft")


def _stale(request: HttpRequest) -> HttpResponse:
    messages.error(request, stale_sentence())
    return redirect("coordination:rules" if plan_versions.current_draft() is None else "coordination:draft")


@require_safe
@requires(Action.COORDINATE)
def plan(request: HttpRequest, number: int) -> HttpResponse:
    version = get_object_or_404(PlanVersion.objects.prefetch_related("rules"), number=number)
    names = Names.load()
    current = plan_versions.in_force()
    context = {
        "plan": version,
        "current": current,
        "rules": told_rules(version, names),
        "differences": (
            differences(as_plan(current), as_plan(version), names)
            if current and current.pk != version.pk
            else []
        ),
        "may_edit": may_edit(request, None),
    }
    return page(request, "plan.html", context, tab="rules")
