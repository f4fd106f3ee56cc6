"""A rule of the draft: its conditions, how it rings, and its steps."""

from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.forms.fields import CodesField, DateTimeField, whole_number
from coordination.forms.themes import theme_choices
from routing_rules import names
from routing_rules.drafting import RuleWanted
from routing_rules.languages import LANGUAGES
from routing_rules.models import Pool, RuleRow, Site
from routing_rules.plans import RING_SIZE, RING_TIME_S, Step

LONGEST_STEP_S = 1_800
MOST_STEPS = 8


class RuleForm(forms.Form):
    """Everything of a rule but its steps."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    themes = CodesField(label=gettext_lazy("Themes"), help_text=gettext_lazy("None ticked means any."))
    languages = CodesField(label=gettext_lazy("Languages"), choices=list(LANGUAGES.items()))
    audiences = CodesField(label=gettext_lazy("Audiences"))
    sites = CodesField(label=gettext_lazy("Sites"))
    priority = whole_number(
        gettext_lazy("Priority"), -9, 9, 0, gettext_lazy("0 is usual; requests with a higher one go first.")
    )
    ring_size = whole_number(gettext_lazy("How many are rung at once"), 1, 50, RING_SIZE)
    ring_time_s = whole_number(gettext_lazy("For how long each, in seconds"), 10, 300, RING_TIME_S)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("themes", theme_choices(self.initial.get("themes", ())))
        self._offer("sites", list(Site.objects.values_list("key", "name")))
        self._offer("audiences", list(names.audiences().items()))

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, CodesField)
        field.choices = choices


class StepForm(forms.Form):
    """Pools, and from how many seconds of waiting on."""

    after_s = whole_number(
        gettext_lazy("After how many seconds"), 0, LONGEST_STEP_S, 0, gettext_lazy("0 is at once.")
    )
    all_pools = forms.BooleanField(label=gettext_lazy("All teams"), required=False)
    pools = CodesField(label=gettext_lazy("or these teams"))
    after_s.required = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["pools"]
        assert isinstance(field, CodesField)
        # One that is not active stays in the rule: whoever changes the rule sees it, and keeps it.
        field.choices = [
            (pool.slug, pool.name if pool.active else f"{pool.name} ({_('not active')})")
            for pool in Pool.objects.all()
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


if TYPE_CHECKING:
    StepSet = forms.BaseFormSet[StepForm]
else:
    StepSet = forms.BaseFormSet  # generic in the type stubs only


class BaseSteps(StepSet):
    """The steps of one rule, in the order of their seconds."""

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
        """What is wrong with the steps: the id of a field, where that is, the sentence."""
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
        """What was read."""
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
        StepForm, formset=BaseSteps, extra=0, min_num=2, max_num=MOST_STEPS, absolute_max=MOST_STEPS
    ),
)


class PublishForm(forms.Form):
    """Now, or at a time."""

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
        return cleaned


def rule_wanted(form: RuleForm, steps: BaseSteps) -> RuleWanted:
    """A rule from two clean forms."""
    cleaned = form.cleaned_data
    return RuleWanted(
        name=cleaned["name"],
        themes=cleaned["themes"],
        languages=cleaned["languages"],
        sites=cleaned["sites"],
        audiences=cleaned["audiences"],
        priority=cleaned["priority"],
        ring_size=cleaned["ring_size"],
        ring_time_s=cleaned["ring_time_s"],
        steps=steps.steps(),
    )


def rule_as_typed(row: RuleRow) -> dict[str, Any]:
    """A stored rule as the form's initial values."""
    return {
        "name": row.name,
        "themes": row.themes,
        "languages": row.languages,
        "sites": row.sites,
        "audiences": row.audiences,
        "priority": row.priority,
        "ring_size": row.ring_size,
        "ring_time_s": row.ring_time_s,
    }


def steps_as_typed(row: RuleRow) -> list[dict[str, Any]]:
    """Its steps."""
    return [
        {
            "after_s": step.after_s,
            "all_pools": step.all_pools,
            "pools": [pool.slug for pool in step.pools.all()],
        }
        for step in row.steps.all()
    ]
