"""Canned replies, notices and the phone numbers that are always shown."""

import datetime
import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.content import unknown_placeholders
from chat.models import CannedReply, Contact, Notice
from chat.visible_text import has_visible_text
from coordination.forms.fields import (
    CodesField,
    DateField,
    DateTimeField,
    NameField,
    PartnerField,
    SlugField,
    longest,
    whole_number,
)
from coordination.forms.revised import RevisedForm
from coordination.forms.themes import theme_choices
from partners.models import Partner
from routing_rules.languages import FALLBACK, LANGUAGES


class ReplyForm(RevisedForm):
    """A reply that counsellors find by its shortcut."""

    acts = ("reply.changed",)

    title = NameField(label=gettext_lazy("Title"), max_length=longest(CannedReply, "title"))
    shortcut = SlugField(
        label=gettext_lazy("Shortcut"),
        max_length=longest(CannedReply, "shortcut"),
        help_text=gettext_lazy("What is typed after “/” to find it, like bonjour."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=list(LANGUAGES.items()))
    theme = forms.ChoiceField(label=gettext_lazy("Theme"), required=False)
    partner = PartnerField(label=gettext_lazy("For"))
    body = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=settings.ENV.body_chars,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "{theme} and {time} are filled in by themselves; [in brackets] is what the counsellor fills in."
        ),
    )

    def __init__(self, *args: Any, partners: Sequence[int], shared: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theme, partner = self.fields["theme"], self.fields["partner"]
        assert isinstance(theme, forms.ChoiceField)
        assert isinstance(partner, PartnerField)
        theme.choices = [("", _("every theme")), *theme_choices([self.initial.get("theme")])]
        partner.queryset = Partner.objects.filter(pk__in=partners)
        partner.required = not shared
        partner.empty_label = _("all partners") if shared else None

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if not has_visible_text(body):
            raise forms.ValidationError(self.fields["body"].error_messages["required"], code="required")
        unknown = unknown_placeholders(body)
        if unknown:
            raise forms.ValidationError(
                _("Nothing fills in %(words)s. Known are {theme} and {time}.")
                % {"words": ", ".join("{" + word + "}" for word in unknown)}
            )
        return body


class NoticeForm(RevisedForm):
    """One text of the widget in one language."""

    acts = ("notice.changed",)

    html = forms.CharField(
        label=gettext_lazy("Text"),
        required=False,
        max_length=longest(Notice, "html"),
        widget=forms.Textarea(attrs={"rows": 8, "data-marks": ""}),
        help_text=gettext_lazy(
            "**bold**, *italic*, “- ” before each line of a list, [words](https://…) for a link. Empty: no notice."
        ),
    )
    starts_at = DateTimeField(
        label=gettext_lazy("Shown from"), required=False, help_text=gettext_lazy("Empty: at once.")
    )
    ends_at = DateTimeField(
        label=gettext_lazy("Shown until"), required=False, help_text=gettext_lazy("Empty: always.")
    )

    def clean_html(self) -> str:
        """A text in which nothing can be seen is no notice: its box would stand empty at every visitor's."""
        text: str = self.cleaned_data["html"]
        return text if has_visible_text(text) else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts, ends = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("The end must come after the beginning."))
        elif ends and ends <= timezone.now() and cleaned.get("html"):
            self.add_error("ends_at", _("This moment is over. Choose a later one."))
        return cleaned


class ContactForm(RevisedForm):
    """A number to call, with its neutral label in each language."""

    acts = ("contact.changed",)

    number = forms.CharField(label=gettext_lazy("Number"), max_length=longest(Contact, "number"))
    languages = CodesField(
        label=gettext_lazy("Shown in these languages"),
        choices=list(LANGUAGES.items()),
        help_text=gettext_lazy("Choose by what is spoken at this number. None ticked: in every language."),
    )
    verified_on = DateField(label=gettext_lazy("Verified on"), required=False)
    position = whole_number(gettext_lazy("Place in the list"), 0, 999, 0)

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        for code, name in LANGUAGES.items():
            self.fields[f"label_{code}"] = forms.CharField(
                label=_("Label, %(language)s") % {"language": name}, max_length=100, required=code == FALLBACK
            )
        labels = [f"label_{code}" for code in LANGUAGES]
        self.order_fields(["number", *labels, "languages", "verified_on", "position"])

    def clean_number(self) -> str:
        number = " ".join(self.cleaned_data["number"].split())
        if not re.fullmatch(r"\+?[0-9][0-9 ./]{1,28}", number):
            raise forms.ValidationError(
                _("This is not a number that can be called. Write digits and spaces.")
            )
        return number

    def clean_verified_on(self) -> datetime.date | None:
        day: datetime.date | None = self.cleaned_data["verified_on"]
        if day is not None and day > self.today:
            raise forms.ValidationError(_("This day is still to come."))
        return day

    def labels(self) -> dict[str, str]:
        """By language."""
        return {code: self.cleaned_data[f"label_{code}"] for code in LANGUAGES}
