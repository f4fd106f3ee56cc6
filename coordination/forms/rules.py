"""A rule of the draft: its conditions, how it rings, and its steps."""

from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.forms.fields import CodesField, DateTimeField, NameField, whole_number
from coordination.forms.themes import theme_choices
from coordination.posted import whole
from coordination.words import Names, condition_words
from partners.name_search import in_order
from routing_rules.models import Pool
from routing_rules.plans import (
    CONDITIONS,
    MOST_STEPS,
    NAME_LENGTH,
    RULE_BOUNDS,
    STEP_BOUNDS,
    Bounds,
    Rule,
    Step,
)

SHOWN_STEPS = 2
"""So many steps can be filled in at first."""


def _number(label: Any, bounds: Bounds, hint: Any = "") -> forms.IntegerField:
    return whole_number(label, bounds.least, bounds.most, bounds.usual, hint)


def _offers_something(field: forms.Field) -> bool:
    return not isinstance(field, CodesField) or bool(field.choices)


class RuleForm(forms.Form):
    """All of a rule but its steps: one field for each condition and for each number."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    # Where the log ended when the page was made.
    log_end = forms.CharField(required=False, max_length=18, widget=forms.HiddenInput)
    name = NameField(label=gettext_lazy("Name"), max_length=NAME_LENGTH)
    themes = CodesField(label=gettext_lazy("Themes"), help_text=gettext_lazy("None ticked means any."))
    languages = CodesField(label=gettext_lazy("Languages"))
    audiences = CodesField(label=gettext_lazy("Audiences"))
    sites = CodesField(label=gettext_lazy("Sites"))
    ring_size = _number(gettext_lazy("How many are rung at once"), RULE_BOUNDS["ring_size"])
    ring_time_s = _number(gettext_lazy("For how long each, in seconds"), RULE_BOUNDS["ring_time_s"])
    priority = _number(
        gettext_lazy("Priority"),
        RULE_BOUNDS["priority"],
        gettext_lazy("0 is usual; requests with a higher one go first."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (_word, called) in condition_words(Names.load()).items():
            field = self.fields[name]
            if isinstance(field, CodesField):
                field.choices = list(called.items())
        themes = self.fields["themes"]
        assert isinstance(themes, CodesField)
        # An archived code that the rule holds can still be chosen, so that saving the rule keeps it.
        themes.choices = theme_choices(self["themes"].value() or ())

    def conditions(self) -> list[forms.BoundField]:
        """The fields of conditions, in the form's order, without those that have no choices."""
        names = {each.name for each in CONDITIONS}
        return [
            self[name] for name, field in self.fields.items() if name in names and _offers_something(field)
        ]

    def numbers(self) -> list[forms.BoundField]:
        """The fields of numbers, in the form's order."""
        return [self[name] for name in self.fields if name in RULE_BOUNDS]

    def wrong_number(self) -> bool:
        """Has one of the number fields an error, so that it must be shown?"""
        return any(field.errors for field in self.numbers())


class StepForm(forms.Form):
    """The pools of a step, and after how many seconds of waiting it begins."""

    after_s = _number(
        gettext_lazy("After how many seconds"), STEP_BOUNDS["after_s"], gettext_lazy("0 is at once.")
    )
    all_pools = forms.BooleanField(label=gettext_lazy("All teams"), required=False)
    pools = CodesField(label=gettext_lazy("or these teams"))
    after_s.required = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["pools"]
        assert isinstance(field, CodesField)
        # An inactive pool that the rule holds can still be chosen, so that saving the rule keeps it.
        field.choices = [
            (pool.slug, pool.name if pool.active else f"{pool.name} ({_('not active')})")
            for pool in in_order(Pool.objects.all())
        ]

    @property
    def empty(self) -> bool:
        """Was this step left out?"""
        cleaned = self.cleaned_data
        return not cleaned.get("all_pools") and not cleaned.get("pools") and not cleaned.get("after_s")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("after_s") and not cleaned.get("all_pools") and not cleaned.get("pools"):
            self.add_error(
                "pools", _("This step has no team. Tick one, or empty the seconds to leave it out.")
            )
        return cleaned


def _counted(data: QueryDict | dict[str, Any]) -> QueryDict | dict[str, Any]:
    """The same, with a number of steps that a rule can have, whatever the hidden field says."""
    typed = data.copy()
    count = whole(str(typed.get("form-TOTAL_FORMS", "")))
    typed["form-TOTAL_FORMS"] = str(min(max(count, SHOWN_STEPS), MOST_STEPS))
    typed["form-INITIAL_FORMS"] = "0"
    return typed


if TYPE_CHECKING:
    StepSet = forms.BaseFormSet[StepForm]
else:
    StepSet = forms.BaseFormSet  # generic in the type stubs only


class BaseSteps(StepSet):
    """The steps of one rule, in the order of their seconds."""

    def __init__(self, data: QueryDict | dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(_counted(data) if data is not None else None, **kwargs)

    def clean(self) -> None:
        if any(self.errors):
            return
        filled = [form for form in self.forms if not form.empty]
        if not filled:
            raise forms.ValidationError(
                _("A rule needs a step: tick at least one team that it sends to."), code="no_steps"
            )
        for earlier, later in pairwise(filled):
            if (later.cleaned_data.get("after_s") or 0) <= (earlier.cleaned_data.get("after_s") or 0):
                later.add_error("after_s", _("Each step must come later than the one before it."))

    def problems(self) -> list[tuple[str, str, str]]:
        """What is wrong with the steps: the id of the field, its position in words, the sentence."""
        of_all = [
            (self.forms[0]["all_pools"].auto_id, _("Steps"), str(error)) for error in self.non_form_errors()
        ]
        return of_all + [
            (field.auto_id, _("Step %(number)s") % {"number": number} + f", {field.label}", str(error))
            for number, form in enumerate(self.forms, start=1)
            for field in form
            for error in field.errors
        ]

    def steps(self) -> tuple[Step, ...]:
        """The steps that were typed."""
        return tuple(
            Step(
                after_s=form.cleaned_data.get("after_s") or 0,
                pools=None if form.cleaned_data["all_pools"] else frozenset(form.cleaned_data["pools"]),
            )
            for form in self.forms
            if not form.empty
        )


Steps = cast(
    type[BaseSteps],
    forms.formset_factory(
        StepForm, formset=BaseSteps, extra=0, min_num=SHOWN_STEPS, max_num=MOST_STEPS, absolute_max=MOST_STEPS
    ),
)


class PublishForm(forms.Form):
    """Publish the draft now, or at a time."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    when = forms.ChoiceField(
        label=gettext_lazy("When"),
        choices=[("now", gettext_lazy("now")), ("later", gettext_lazy("later, at:"))],
        widget=forms.RadioSelect,
        initial="now",
    )
    publish_at = DateTimeField(label=gettext_lazy("Day and time"), required=False)
    note = forms.CharField(
        label=gettext_lazy("What changes (for your colleagues)"), max_length=200, required=False
    )

    def __init__(self, *args: Any, now: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("when") == "later" and "publish_at" not in self.errors:
            if cleaned.get("publish_at") is None:
                self.add_error("publish_at", _("Give the day and the time, like 24/12/2026 9:00."))
            elif cleaned["publish_at"] <= self.now:
                self.add_error("publish_at", _("This moment is over. Choose a later one, or “now”."))
        elif cleaned.get("when") == "now" and self.data.get("publish_at", "").strip():
            self.add_error(
                "when",
                _("A day and a time are given below, and “now” is ticked: tick “later”, or empty them."),
            )
        return cleaned


def rule_typed(form: RuleForm, steps: BaseSteps) -> Rule:
    """Make a rule of two valid forms."""
    cleaned = form.cleaned_data
    conditions: dict[str, Any] = {each.name: frozenset(cleaned[each.name]) for each in CONDITIONS}
    numbers: dict[str, Any] = {name: cleaned[name] for name in RULE_BOUNDS}
    return Rule(name=cleaned["name"], steps=steps.steps(), **conditions, **numbers)


def steps_as_typed(rule: Rule) -> list[dict[str, Any]]:
    """A rule's steps as the forms' initial values."""
    return [
        {**step.to_dict(), "all_pools": step.pools is None, "pools": sorted(step.pools or ())}
        for step in rule.steps
    ]
