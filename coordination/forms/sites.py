"""A site that embeds the widget, and a class's session."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.class_outlook import ClassOutlook, class_outlook
from coordination.forms.fields import (
    CodesField,
    DateTimeField,
    NameField,
    PartnerField,
    SlugField,
    longest,
    whole_number,
)
from coordination.forms.revised import RevisedForm
from coordination.forms.themes import theme_choices
from indicators.codes import OTHER_CAMPAIGN
from indicators.rows import counted_codes
from partners.codes import BOOKING_CODE, is_code
from partners.models import Partner
from partners.name_search import is_taken
from routing_rules import bookings, names
from routing_rules.languages import LANGUAGES
from routing_rules.models import SchoolBooking, Site
from routing_rules.sites import MOST_CAMPAIGNS, NotADomainError, domain_of, free_key

LONGEST_SESSION = datetime.timedelta(hours=8)


class SiteForm(RevisedForm):
    """A site. Its key is asked for once and never changes, because the embed code holds it."""

    acts = ("site.changed",)

    name = NameField(label=gettext_lazy("Name"), max_length=longest(Site, "name"))
    key = SlugField(
        label=gettext_lazy("Key"),
        max_length=longest(Site, "key"),
        help_text=gettext_lazy(
            "Small letters, digits and hyphens. The embed code carries it; it never changes. Empty: one is made from the name."
        ),
        required=False,
    )
    partner = PartnerField(label=gettext_lazy("Institution"), required=False)
    domains = forms.CharField(
        label=gettext_lazy("Addresses that may show the widget"),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        required=False,
        help_text=gettext_lazy(
            "One a line, like https://www.exemple.be or https://*.exemple.be. Elsewhere the widget does not appear."
        ),
    )
    languages = CodesField(
        label=gettext_lazy("Languages"),
        choices=list(LANGUAGES.items()),
        help_text=gettext_lazy(
            "The Arabic words wait for a native reader: tick it only after somebody has read them."
        ),
    )
    themes = CodesField(
        label=gettext_lazy("Themes"), help_text=gettext_lazy("None ticked means all of them.")
    )
    audience = forms.ChoiceField(label=gettext_lazy("Audience"))
    campaign = SlugField(label=gettext_lazy("Campaign"), max_length=longest(Site, "campaign"), required=False)
    campaigns = forms.CharField(
        label=gettext_lazy("Other campaigns that its pages may name"),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "none"}),
        required=False,
        help_text=gettext_lazy(
            "One code a line, as in data-campaign. A campaign that is not listed counts as none."
        ),
    )
    test = forms.BooleanField(
        label=gettext_lazy("Test site"),
        required=False,
        help_text=gettext_lazy("Its requests are left out of every figure."),
    )
    active = forms.BooleanField(label=gettext_lazy("This site is active"), required=False, initial=True)

    def __init__(self, *args: Any, site: Site | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if site is not None:
            del self.fields["key"]
        themes, audience, partner = self.fields["themes"], self.fields["audience"], self.fields["partner"]
        assert isinstance(themes, CodesField)
        assert isinstance(audience, forms.ChoiceField)
        assert isinstance(partner, PartnerField)
        themes.choices = theme_choices(self.initial.get("themes", ()))
        audience.choices = list(names.audience_names().items())
        partner.queryset = Partner.objects.all()
        partner.empty_label = _("all partners")

    def clean_key(self) -> str:
        name = self.cleaned_data.get("name", "")
        if not self.cleaned_data["key"] and is_taken(name, Site.objects.values_list("name", flat=True)):
            raise forms.ValidationError(
                _("Another site has this name. Give it another one, or a key of its own.")
            )
        given: str = self.cleaned_data["key"]
        if not given:
            return free_key(self.cleaned_data.get("name", ""), besides=counted_codes.site_is_counted)
        if Site.objects.filter(key=given).exists():
            raise forms.ValidationError(_("Another site has this key. Choose another one."))
        if counted_codes.site_is_counted(given):
            raise forms.ValidationError(
                _(
                    "A former site had this key, and the figures still hold it: its past would be shown as that of the new site. "
                    "Choose a key that no site has had, and put the new embed code into its pages."
                )
            )
        return given

    def clean_languages(self) -> list[str]:
        chosen = self.cleaned_data["languages"]
        if not chosen:
            raise forms.ValidationError(_("Tick at least one language."))
        return [code for code in LANGUAGES if code in chosen]

    def clean_domains(self) -> list[str]:
        found, bad = [], []
        for line in self.cleaned_data["domains"].split():
            try:
                found.append(domain_of(line))
            except NotADomainError:
                bad.append(line)
        if bad:
            raise forms.ValidationError(
                _(
                    "Not an address: %(lines)s. Write https:// and the name, without a path; "
                    "* stands for the first part of a name of yours."
                )
                % {"lines": ", ".join(bad)}
            )
        if not found:
            raise forms.ValidationError(
                _("Give one address at least: without one the widget appears nowhere.")
            )
        return list(dict.fromkeys(found))

    def clean_campaigns(self) -> list[str]:
        given = list(dict.fromkeys(self.cleaned_data["campaigns"].split()))
        bad = [one for one in given if not is_code(one) or one == OTHER_CAMPAIGN]
        if bad:
            raise forms.ValidationError(
                _("Not a code: %(codes)s. Use letters, digits, hyphens and underscores only.")
                % {"codes": ", ".join(bad)}
            )
        if len(given) > MOST_CAMPAIGNS:
            raise forms.ValidationError(_("List %(most)s campaigns at most.") % {"most": MOST_CAMPAIGNS})
        return given


def already_booked_sentence(code: str) -> str:
    """This class has this code already."""
    return _("This school is booked already for that moment, with the code %(code)s.") % {"code": code}


class BookingForm(RevisedForm):
    """A class's session."""

    acts = ("booking.changed",)

    school = NameField(label=gettext_lazy("School"), max_length=longest(SchoolBooking, "school"))
    partner = PartnerField(label=gettext_lazy("Institution"))
    starts_at = DateTimeField(label=gettext_lazy("From"))
    ends_at = DateTimeField(label=gettext_lazy("Until"))
    places = whole_number(
        gettext_lazy("Reserved places"),
        1,
        60,
        5,
        gettext_lazy(
            "So many pupils at once go first, and places are kept for them during the first ten minutes: "
            "as far as your teams are there, and never the last one. Other pupils come after everybody else."
        ),
    )
    themes = CodesField(label=gettext_lazy("Themes"), help_text=gettext_lazy("None ticked means any."))
    code = forms.RegexField(
        BOOKING_CODE,
        strip=True,
        label=gettext_lazy("Code for the pupils"),
        required=False,
        help_text=gettext_lazy("Empty: one is made."),
        error_messages={"invalid": gettext_lazy("Use 4 to 20 letters, digits and hyphens.")},
    )

    def __init__(
        self,
        *args: Any,
        partners: Sequence[int],
        shared: bool,
        now: datetime.datetime,
        booking: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.now, self.booking = now, booking
        self.outlook: ClassOutlook | None = None
        themes, partner = self.fields["themes"], self.fields["partner"]
        assert isinstance(themes, CodesField)
        assert isinstance(partner, PartnerField)
        themes.choices = theme_choices(self.initial.get("themes", ()))
        partner.queryset = Partner.objects.filter(pk__in=partners)
        partner.required = not shared
        partner.empty_label = _("all partners") if shared else None

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).upper()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts, ends = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("The end must come after the beginning."))
        elif ends and ends <= self.now:
            self.add_error("ends_at", _("This moment is over. Choose a later one."))
        elif (
            starts
            and ends
            and (timezone.localdate(starts) != timezone.localdate(ends) or ends - starts > LONGEST_SESSION)
        ):
            self.add_error("ends_at", _("A session ends on the same day, after eight hours at most."))
        elif starts and ends and {"partner", "themes", "school"} <= cleaned.keys():
            self._look_ahead(cleaned)
        return cleaned

    def _look_ahead(self, cleaned: dict[str, Any]) -> None:
        """Refuse a class that is booked already, as by a second press, and one that nobody could serve: its teams are closed, or have
        more classes already than people."""
        twice = bookings.booked_already(
            school=cleaned["school"],
            partner=cleaned["partner"],
            starts_at=cleaned["starts_at"],
            besides=self.booking,
        )
        if twice is not None:
            self.add_error("starts_at", already_booked_sentence(twice))
            return
        self.outlook = class_outlook(
            partner=cleaned["partner"],
            starts_at=cleaned["starts_at"],
            ends_at=cleaned["ends_at"],
            themes=frozenset(cleaned["themes"]),
            besides=self.booking,
        )
        if not self.outlook.open:
            self.add_error(
                "starts_at", _("None of the teams is open then: choose another moment, or open one first.")
            )
        elif self.outlook.booked_besides >= max(1, self.outlook.slots):
            self.add_error(
                "starts_at",
                _("Other classes have booked all that the teams can give at that time (places: %(places)s).")
                % {"places": self.outlook.booked_besides},
            )
