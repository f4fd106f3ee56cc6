"""Forms that change a team's hours: whoever is planned in hours that it loses is told, and its author is told so first."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from coordination.shift_words import will_be_told


class PlannedPeopleForm(forms.Form):
    """It holds once its author has seen how many people are planned in hours that are lost, or whatever else is asked."""

    planned = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)

    def is_asked_about(self, people: int) -> bool:
        """So many people would be told. Show the form again and say so; sent once more, it holds."""
        return bool(people) and self.asks_first(str(people), will_be_told(people))

    def asks_first(self, extent: str, *sentences: str) -> bool:
        """Show the form again with what follows; sent once more, it holds, if `extent` is what it was."""
        if self.cleaned_data["planned"] == extent:
            return False
        assert isinstance(self.data, QueryDict)
        typed = self.data.copy()
        typed[self.add_prefix("planned")] = extent
        self.data = typed
        again = _("If you mean it, save once more.")
        self.add_error(None, " ".join([*sentences, again]))
        return True
