"""Bringing plans into force: now, at a time, or an earlier one again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination import undo
from coordination.forms.rules import PublishForm
from coordination.ownership import must_edit
from coordination.plan_words import problem_sentence, stale_sentence
from coordination.posted import whole
from coordination.views.rules import draft_page
from coordination.weekdays import whole_moment
from coordination.words import Names
from partners.permissions import Action, requires, signed_in
from partners.posts import only_posts
from routing_rules import drafts, plan_versions, publishing
from routing_rules.models import PlanState, PlanVersion, RuleRow


@only_posts
@requires(Action.COORDINATE)
def publish(request: HttpRequest) -> HttpResponse:
    must_edit(request, None)
    now = timezone.now()
    draft = plan_versions.current_draft()
    form = PublishForm(request.POST, now=now)
    if draft is None or not form.is_valid():
        return draft_page(request, form)
    cleaned = form.cleaned_data
    before = plan_versions.in_force()
    try:
        if cleaned["when"] == "later":
            done = _("Plan %(number)s was scheduled.") % {"number": draft.number}
            with undo.offered(request, "plan.scheduled", done, PlanVersion.objects.filter(pk=draft.pk)):
                publishing.schedule(
                    actor=signed_in(request),
                    draft=draft,
                    revision=cleaned["revision"],
                    publish_at=cleaned["publish_at"],
                    now=now,
                    note=cleaned["note"],
                )
        else:
            publishing.publish(
                actor=signed_in(request),
                draft=draft,
                revision=cleaned["revision"],
                now=now,
                note=cleaned["note"],
            )
    except plan_versions.PlanError as error:
        form.add_error(None, refusal_sentence(error))
        return draft_page(request, form)
    if cleaned["when"] == "later":
        messages.success(
            request,
            _("Plan %(number)s comes into force on %(day)s.")
            % {"number": draft.number, "day": whole_moment(cleaned["publish_at"])},
        )
    else:
        messages.success(
            request, _("Plan %(number)s is in force, from the next visitor on.") % {"number": draft.number}
        )
        _offer_back(request, "plan.published", draft, before)
    return redirect("coordination:rules")


def _offer_back(request: HttpRequest, action: str, brought: PlanVersion, before: PlanVersion | None) -> None:
    """Offer the plan that was in force before; the very first one has none."""
    if before is not None:
        words = _("Plan %(new)s came into force in the place of plan %(old)s.") % {
            "new": brought.number,
            "old": before.number,
        }
        undo.offer_plan(request, action, words, brought=brought.number, instead_of=before.number)


def refusal_sentence(error: plan_versions.PlanError) -> str:
    """Why nothing was published, and what to do."""
    if isinstance(error, plan_versions.NotSinceError):
        return _(
            "Plan %(in_force)s came into force after this draft was begun. Look at the differences above; "
            "if they are meant, say so there, then publish."
        ) % {"in_force": error.in_force}
    if isinstance(error, plan_versions.NotPublishableError):
        names = Names.load()
        return " ".join(problem_sentence(one, error.plan, names) for one in error.problems)
    if isinstance(error, plan_versions.DraftExistsError):
        return _("There is another draft: publish it or throw it away first.")
    return stale_sentence()


@only_posts
@requires(Action.COORDINATE)
def take_as_base(request: HttpRequest) -> HttpResponse:
    must_edit(request, None)
    draft = plan_versions.current_draft()
    try:
        if draft is None:
            raise plan_versions.StaleDraftError
        done = _("The differences of plan %(number)s were confirmed.") % {"number": draft.number}
        with undo.offered(request, "plan.rebased", done, PlanVersion.objects.filter(pk=draft.pk)):
            drafts.take_as_base(
                actor=signed_in(request),
                draft=draft,
                revision=whole(request.POST.get("revision", "")),
                number=whole(request.POST.get("number", "")),
            )
    except plan_versions.StaleDraftError:
        messages.error(request, stale_sentence())
    return redirect("coordination:draft")


@only_posts
@requires(Action.COORDINATE)
def discard(request: HttpRequest) -> HttpResponse:
    must_edit(request, None)
    draft = plan_versions.current_draft()
    try:
        if draft is None:
            raise plan_versions.StaleDraftError
        watched = PlanVersion.objects.filter(pk=draft.pk), RuleRow.objects.filter(plan=draft.pk)
        with undo.offered(request, "plan.discarded", _("The draft was thrown away."), *watched):
            drafts.discard_draft(
                actor=signed_in(request), draft=draft, revision=whole(request.POST.get("revision", ""))
            )
    except plan_versions.StaleDraftError:
        messages.error(request, stale_sentence())
    else:
        messages.success(request, _("The draft was thrown away. The plan in force is as it was."))
    return redirect("coordination:rules")


@only_posts
@requires(Action.COORDINATE)
def unschedule(request: HttpRequest, number: int) -> HttpResponse:
    must_edit(request, None)
    plan = get_object_or_404(PlanVersion, number=number)
    done = _("Plan %(number)s is a draft again.") % {"number": number}
    try:
        with undo.offered(request, "plan.unscheduled", done, PlanVersion.objects.filter(pk=plan.pk)):
            publishing.unschedule(actor=signed_in(request), plan=plan)
    except plan_versions.DraftExistsError as error:
        messages.error(request, refusal_sentence(error))
        return redirect("coordination:draft")
    except plan_versions.StaleDraftError:
        messages.error(request, _("This plan is in force already, or was taken back by somebody else."))
        return redirect("coordination:rules")
    messages.success(request, done)
    return redirect("coordination:draft")


@only_posts
@requires(Action.COORDINATE)
def roll_back(request: HttpRequest, number: int) -> HttpResponse:
    must_edit(request, None)
    earlier = get_object_or_404(PlanVersion, number=number, state=PlanState.RETIRED)
    before = plan_versions.in_force()
    try:
        plan = publishing.roll_back(
            actor=signed_in(request),
            to=earlier,
            seen_in_force=whole(request.POST.get("in_force", "")),
            now=timezone.now(),
        )
    except plan_versions.NotPublishableError as error:
        messages.error(request, refusal_sentence(error))
        return redirect("coordination:plan", number=number)
    except plan_versions.StaleDraftError:
        messages.error(
            request,
            _("Another plan came into force meanwhile. Nothing was changed: look at it, then decide again."),
        )
        return redirect("coordination:plan", number=number)
    messages.success(
        request,
        _("The rules of plan %(old)s are in force again, as plan %(new)s.")
        % {"old": number, "new": plan.number},
    )
    _offer_back(request, "plan.rolled_back", plan, before)
    return redirect("coordination:rules")
