"""An invented request, a moment, and who is assumed to be ready."""

import datetime
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.forms.fields import CodesField, DateTimeField, whole_number
from coordination.forms.themes import theme_choices
from partners.name_search import in_order
from routing_rules import names
from routing_rules.audiences import audiences_on
from routing_rules.languages import LANGUAGES
from routing_rules.models import PlanVersion, Pool, Site
from routing_rules.sites import themes_offered
from routing_rules.tryit import LASTS_S


class TryForm(forms.Form):
    """What to try."""

    plan = forms.ChoiceField(label=gettext_lazy("Plan"))
    theme = forms.ChoiceField(label=gettext_lazy("Theme"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=list(LANGUAGES.items()))
    site = forms.ChoiceField(label=gettext_lazy("Site"))
    audience = forms.ChoiceField(label=gettext_lazy("Audience"))
    at = DateTimeField(label=gettext_lazy("Day and time"))
    now_ready = forms.BooleanField(label=gettext_lazy("Whoever is ready at this moment"), required=False)
    team = forms.ChoiceField(label=gettext_lazy("A whole team is ready"), required=False)
    ready = CodesField(label=gettext_lazy("These people are ready"))
    answers_after = whole_number(
        gettext_lazy("They answer after (seconds)"),
        1,
        LASTS_S,
        10,
        gettext_lazy("Empty: nobody answers, to see how the search widens."),
    )
    answers_after.required = False
    whole_class = forms.BooleanField(
        label=gettext_lazy("A whole class has just asked"),
        required=False,
        help_text=gettext_lazy(
            "Of the classes that are on at that time, as many pupils as places are booked."
        ),
    )

    def __init__(
        self,
        *args: Any,
        people: Sequence[tuple[str, str]],
        plans: Sequence[PlanVersion],
        now: datetime.datetime,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.choose("plan", [(str(one.number), f"{one} ({one.get_state_display()})") for one in plans])
        self.choose("theme", theme_choices())
        self.choose(
            "site", in_order(Site.objects.filter(active=True).values_list("key", "name"), itemgetter(1))
        )
        self.choose("audience", list(names.audience_names().items()))
        self.choose("ready", people)
        self.choose(
            "team",
            [
                ("", "—"),
                *in_order(Pool.objects.filter(active=True).values_list("slug", "name"), itemgetter(1)),
            ],
        )
        self.fields["at"].initial = now

    def clean(self) -> dict[str, Any]:
        """What this site's visitors cannot ask for is no try."""
        cleaned = super().clean() or {}
        site = Site.objects.filter(key=cleaned.get("site", "")).first()
        if site is None:
            return cleaned
        if cleaned.get("audience") and cleaned["audience"] not in audiences_on(site.audience):
            self.add_error("audience", _("No request from this site is for this audience."))
        if cleaned.get("language") and cleaned["language"] not in site.languages:
            self.add_error("language", _("This site does not offer this language."))
        if cleaned.get("theme") and cleaned["theme"] not in {theme.code for theme in themes_offered(site)}:
            self.add_error("theme", _("This site does not offer this theme."))
        return cleaned

    def choose(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        """Set what can be chosen."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)
