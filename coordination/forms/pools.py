"""A pool: its name, its partner and its time zone."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.forms.fields import NameField, PartnerField, SlugField, longest
from coordination.forms.planned import PlannedPeopleForm
from coordination.forms.revised import RevisedForm
from indicators.rows import counted_codes
from partners.models import Partner
from partners.name_search import is_taken
from partners.time_zone import TIME_ZONE
from routing_rules.models import Pool
from routing_rules.schedule_checks import zone_problems


class PoolForm(PlannedPeopleForm, RevisedForm):
    """A pool. Its slug is asked for once and never changes, because plans and figures store it."""

    acts = ("pool.changed",)

    name = NameField(label=gettext_lazy("Name"), max_length=longest(Pool, "name"))
    slug = SlugField(
        label=gettext_lazy("Code"),
        max_length=longest(Pool, "slug"),
        help_text=gettext_lazy("Small letters, digits and hyphens, like cdm-namur. It never changes."),
    )
    partner = PartnerField(label=gettext_lazy("Institution"))
    timezone = forms.CharField(
        label=gettext_lazy("Time zone"), max_length=longest(Pool, "timezone"), initial=TIME_ZONE
    )
    active = forms.BooleanField(
        label=gettext_lazy("Active"),
        required=False,
        initial=True,
        help_text=gettext_lazy("A team that is not active takes no request, whatever its hours."),
    )

    def __init__(
        self, *args: Any, partners: Sequence[int], shared: bool, pool: Pool | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.pool = pool
        if pool is not None:
            del self.fields["slug"]
        field = self.fields["partner"]
        assert isinstance(field, PartnerField)
        field.queryset = Partner.objects.filter(pk__in=partners)
        field.required = not shared
        field.empty_label = _("all partners") if shared else None

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = Pool.objects.exclude(pk=self.pool.pk) if self.pool else Pool.objects.all()
        if is_taken(name, others.values_list("name", flat=True)):
            raise forms.ValidationError(
                _("Another team has this name. Choose another one: people choose teams by name.")
            )
        return name

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if Pool.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("Another team has this code. Choose another one."))
        if counted_codes.pool_is_counted(slug):
            raise forms.ValidationError(
                _(
                    "A former team had this code, and the figures still hold it: its past would be shown as that of the new team. "
                    "Choose a code that no team has had."
                )
            )
        return slug

    def clean_timezone(self) -> str:
        zone: str = self.cleaned_data["timezone"]
        if zone_problems(zone):
            raise forms.ValidationError(
                _("“%(zone)s” is no time zone that is known here. In Belgium it is Europe/Brussels.")
                % {"zone": zone}
            )
        return zone
