"""Forms that change a team's hours: whoever is planned in hours that it loses is told, and its author is told so first."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from coordination.shift_words import will_be_told


class PlannedPeopleForm(forms.Form):
    """It holds once its author has seen how many people are planned in hours that are lost."""

    planned = forms.CharField(required=False, max_length=9, widget=forms.HiddenInput)

    def is_asked_about(self, people: int) -> bool:
        """So many people would be told. Show the form again and say so; sent once more, it holds."""
        seen = self.cleaned_data["planned"]
        if not people or seen == str(people):
            return False
        assert isinstance(self.data, QueryDict)
        typed = self.data.copy()
        typed[self.add_prefix("planned")] = str(people)
        self.data = typed
        again = _("If you mean it, save once more.")
        self.add_error(None, f"{will_be_told(people)} {again}")
        return True
