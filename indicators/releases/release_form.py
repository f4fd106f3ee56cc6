"""Which closed period is frozen, and why once more."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from indicators.models import FiguresRelease
from indicators.questions.filter_form import offer
from indicators.releases.freezing import closed_periods, name_of


class ReleaseForm(forms.Form):
    """A period that is over, and a reason where it was released before."""

    period = forms.ChoiceField(label=_("Period"))
    reason = forms.CharField(
        label=_("What is corrected"),
        help_text=_("Only if this period was released before; a first release has nothing to correct."),
        required=False,
        max_length=FiguresRelease._meta.get_field("reason").max_length,
        error_messages={"max_length": _("Three hundred letters at most.")},
    )

    def __init__(self, data: Any, *, today: Any) -> None:
        super().__init__(data, label_suffix="")
        self.periods = closed_periods(today)
        choices = [(code, name_of(period)) for code, period in self.periods.items()]
        offer(self, "period", choices, _("There is no such choice."))
