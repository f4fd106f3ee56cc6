"""What is asked of the what-if."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from chat.services.rules_in_force import Skills
from coordination.forms.fields import CodesField, HoursField, whole_number
from coordination.forms.themes import theme_choices
from coordination.weekdays import DAYS, day_name
from coordination.what_if.question import PAST, Question
from indicators.templatetags.figures import decimal
from routing_rules.languages import LANGUAGES
from routing_rules.models import PlanVersion, Pool
from routing_rules.weekly import Interval
from simulation.observations import SkillProfile
from simulation.scenario import SCENARIOS
from simulation.setting import HoursChange, StaffingChange
from simulation.single_changes import typical

MINUTE_S = 60.0
MONTHS = (1, 2, 3, 6, 12)
USUAL_MONTHS = 3
MOST_PEOPLE = 5
LEAST_WISH, MOST_WISH = 50, 99
EVERY_TEAM = "all"


class WhatIfForm(forms.Form):
    """Each part may stay as it is; all that is changed holds at once."""

    plan = forms.ChoiceField(label=gettext_lazy("Plan"), required=False)
    people = whole_number(
        gettext_lazy("People more on duty"),
        -MOST_PEOPLE,
        MOST_PEOPLE,
        0,
        gettext_lazy("With a minus: fewer."),
    )
    people_team = forms.ChoiceField(label=gettext_lazy("Team of these people"), required=False)
    people_day = forms.TypedChoiceField(label=gettext_lazy("Every"), coerce=int)
    people_hours = HoursField(
        label=gettext_lazy("They are there from, to"), help_text=gettext_lazy("Like 11:00-12:00.")
    )
    languages = CodesField(
        label=gettext_lazy("They speak"),
        choices=list(LANGUAGES.items()),
        help_text=gettext_lazy("None ticked: what most of the team speak."),
    )
    themes = CodesField(
        label=gettext_lazy("They handle"),
        help_text=gettext_lazy("None ticked: what most of the team handle."),
    )
    hours_team = forms.ChoiceField(label=gettext_lazy("Team of the timetable"), required=False)
    hours_day = forms.TypedChoiceField(label=gettext_lazy("Every"), coerce=int)
    hours = HoursField(
        label=gettext_lazy("Hours of the timetable from, to"),
        help_text=gettext_lazy("Like 12:00-12:30. Empty: the timetable stays as it is."),
    )
    closed = forms.ChoiceField(
        label=gettext_lazy("Then it is"),
        choices=[("", gettext_lazy("open as well")), ("closed", gettext_lazy("closed"))],
        required=False,
    )
    single_changes = forms.BooleanField(
        label=gettext_lazy("Show the ten single changes that gain most"), required=False
    )
    wish = whole_number(
        gettext_lazy("How many people for a take-up of (percent)"),
        LEAST_WISH,
        MOST_WISH,
        90,
        gettext_lazy("Empty: not asked."),
    )
    demand_of = forms.ChoiceField(
        label=gettext_lazy("Demand and presence"),
    )
    months = forms.TypedChoiceField(
        label=gettext_lazy("Of the last"),
        coerce=int,
        initial=USUAL_MONTHS,
        help_text=gettext_lazy("Whole months that are over: no single day can be read from the answers."),
    )
    demand = forms.TypedChoiceField(
        label=gettext_lazy("Requests"),
        coerce=float,
        choices=[
            ("1.0", gettext_lazy("as many")),
            ("1.25", gettext_lazy("a quarter more")),
            ("1.5", gettext_lazy("half as many again")),
            ("2.0", gettext_lazy("twice as many")),
        ],
        initial="1.0",
    )

    def __init__(
        self, *args: Any, plans: Sequence[PlanVersion], books: dict[int, Skills], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.books = books
        pools = list(Pool.objects.filter(active=True).values_list("slug", "name"))
        days = [(day, day_name(day)) for day in DAYS]
        others = [(str(one.number), f"{one} ({one.get_state_display()})") for one in plans]
        self._choose("plan", [("", _("as it is: the plan in force")), *others])
        self._choose("people_team", pools)
        self._choose("hours_team", [(EVERY_TEAM, _("every team")), *pools])
        self._choose("people_day", days)
        self._choose("hours_day", days)
        self._choose("themes", theme_choices())
        self._choose(
            "months",
            [(n, ngettext("%(months)s month", "%(months)s months", n) % {"months": n}) for n in MONTHS],
        )
        self._choose("demand_of", [(PAST, _("as they were")), *_scenarios()])
        self.fields["wish"].required = False
        self.fields["wish"].initial = None

    def _choose(self, name: str, choices: Sequence[tuple[Any, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        described = [name for name in ("people_hours", "languages", "themes") if cleaned.get(name)]
        if cleaned.get("people") == 0 and described:
            self.add_error(
                "people",
                _("Say how many people more or fewer, or leave their hours, languages and themes empty."),
            )
        if cleaned.get("people") and not cleaned.get("people_team"):
            self.add_error("people_team", _("Choose a team."))
        for name, wanted in (("people_hours", cleaned.get("people")), ("hours", False)):
            intervals: Sequence[Interval] = cleaned.get(name) or ()
            if len(intervals) > 1:
                self.add_error(name, _("Give one stretch of time only."))
            elif wanted and not intervals and name not in self.errors:
                self.add_error(name, _("Say from when to when."))
        return cleaned

    def question(self) -> Question:
        """What is asked."""
        asked = self.cleaned_data
        return Question(
            demand_of=asked["demand_of"],
            months=asked["months"],
            demand=asked["demand"],
            plan=int(asked["plan"]) if asked["plan"] else None,
            staffing=self._staffing() if asked["people"] else None,
            hours=self._hours() if asked["hours"] else None,
            single_changes=asked["single_changes"],
            wish=asked["wish"] / 100 if asked["wish"] else None,
        )

    def _staffing(self) -> StaffingChange:
        asked = self.cleaned_data
        (stretch,) = asked["people_hours"]
        team = [one for one in self.books.values() if asked["people_team"] in one.pools]
        usual = typical([SkillProfile(one.pools, one.themes, one.languages, 2) for one in team])
        profile = SkillProfile(
            pools=frozenset({asked["people_team"]}),
            themes=frozenset(asked["themes"]) or usual.themes,
            languages=frozenset(asked["languages"]) or usual.languages,
            capacity=usual.capacity,
        )
        return StaffingChange(
            asked["people_day"], stretch.start * MINUTE_S, stretch.end * MINUTE_S, profile, asked["people"]
        )

    def _hours(self) -> HoursChange:
        asked = self.cleaned_data
        (stretch,) = asked["hours"]
        every = (slug for slug, _name in Pool.objects.filter(active=True).values_list("slug", "name"))
        pools = frozenset(every) if asked["hours_team"] == EVERY_TEAM else frozenset({asked["hours_team"]})
        return HoursChange(
            asked["hours_day"],
            stretch.start * MINUTE_S,
            stretch.end * MINUTE_S,
            pools,
            closed=asked["closed"] == "closed",
        )


def _scenarios() -> list[tuple[str, str]]:
    words = {
        "today": _(
            "invented: %(requests)s requests in each hour that a team is open, one person in each open team"
        ),
        "growth": _(
            "invented: %(requests)s requests in each hour that a team is open, nearly two people in each open team"
        ),
    }
    return [
        (name, words[name] % {"requests": decimal(scenario.requests_an_hour, 1)})
        for name, scenario in SCENARIOS.items()
    ]
