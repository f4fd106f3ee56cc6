"""Which hole of the coverage is looked at."""

import datetime
from typing import Any

from django import forms

from coordination.coverage import half_hour_begun, minute_of
from coordination.hole_letters import Hole
from routing_rules.languages import LANGUAGES
from routing_rules.models import Site, Theme
from routing_rules.weekly import DAY_MINUTES


class HoleForm(forms.Form):
    """The parameters of the page's address: a site, a theme and a language by code, a day, and minutes from midnight."""

    site = forms.ModelChoiceField(queryset=Site.objects.filter(active=True), to_field_name="key")
    theme = forms.ModelChoiceField(queryset=Theme.objects.all(), to_field_name="code")
    language = forms.ChoiceField(choices=list(LANGUAGES.items()))
    day = forms.DateField()
    start = forms.IntegerField(min_value=0, max_value=DAY_MINUTES)
    end = forms.IntegerField(min_value=0, max_value=2 * DAY_MINUTES)

    def __init__(self, *args: Any, now: datetime.datetime, **kwargs: Any) -> None:
        """`now` in Belgium."""
        super().__init__(*args, **kwargs)
        self.now = now

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("day") and not 0 <= (cleaned["day"] - self.now.date()).days <= 7:
            self.add_error("day", "far")
        if cleaned.get("start", 0) >= cleaned.get("end", 0):
            self.add_error("end", "before")
        elif cleaned.get("day") == self.now.date() and cleaned["end"] <= minute_of(self.now):
            self.add_error("end", "over")
        return cleaned

    def chosen_site(self) -> Site:
        """The site whose requests are meant."""
        found: Site = self.cleaned_data["site"]
        return found

    def hole(self) -> Hole:
        """What nobody could take, from the half hour on that runs."""
        given = self.cleaned_data
        start: int = given["start"]
        if given["day"] == self.now.date():
            start = max(start, half_hour_begun(self.now))
        return Hole(given["theme"].code, given["language"], given["day"], start, given["end"])
