"""People: inviting them, and what they can take."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.forms.fields import CodesField, NameField, PartnerField, longest, whole_number
from coordination.forms.revised import RevisedForm
from coordination.forms.themes import theme_choices
from partners.models import Partner, Role, Staff
from routing_rules.languages import LANGUAGES
from routing_rules.models import Counsellor, Pool
from routing_rules.snapshot import MOST_AT_ONCE, USUAL_CAPACITY

LONGEST_FIRST_NAME = 50
"""The first name alone: there is no need for more."""


class InviteForm(forms.Form):
    """Who is to get an account."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        # It is the name of the account, too.
        max_length=longest(Staff, "username"),
        help_text=gettext_lazy("They get a link with which they choose their password."),
        error_messages={
            "invalid": gettext_lazy("This is not an e-mail address. Write it like prenom@exemple.be."),
            "required": gettext_lazy("Give an e-mail address."),
        },
    )
    first_name = NameField(
        label=gettext_lazy("First name"),
        max_length=LONGEST_FIRST_NAME,
        help_text=gettext_lazy("The first name alone."),
    )
    partner = PartnerField(label=gettext_lazy("Institution"), empty_label=None)
    role = forms.ChoiceField(label=gettext_lazy("Role"))

    def __init__(self, *args: Any, partners: Sequence[int], roles: Sequence[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_partners(partners)
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = [(one.value, one.label) for one in roles]

    def offer_partners(self, partners: Sequence[int]) -> None:
        """Set what can be chosen."""
        field = self.fields["partner"]
        assert isinstance(field, PartnerField)
        field.queryset = Partner.objects.filter(pk__in=partners)


class RoleForm(RevisedForm):
    """What somebody's account is for."""

    acts = ("person.role_changed", "person.invited", "account.changed")

    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        help_text=gettext_lazy("Who is a counsellor no longer leaves their teams."),
    )

    def __init__(self, *args: Any, roles: Sequence[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = [(one.value, one.label) for one in roles]


class SkillsForm(RevisedForm):
    """What a counsellor can take, and where."""

    acts = ("person.changed", "person.role_changed", "account.changed")

    first_name = NameField(label=gettext_lazy("First name"), max_length=LONGEST_FIRST_NAME)
    pools = CodesField(label=gettext_lazy("Teams"))
    themes = CodesField(label=gettext_lazy("Themes"))
    languages = CodesField(label=gettext_lazy("Languages"), choices=list(LANGUAGES.items()))
    capacity = whole_number(
        gettext_lazy("Conversations at once"),
        1,
        MOST_AT_ONCE,
        USUAL_CAPACITY,
        gettext_lazy("2 is usual, 3 for the experienced."),
    )

    def __init__(self, *args: Any, pools: Sequence[Pool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("pools", [(pool.slug, pool.name) for pool in pools])
        self.offer("themes", theme_choices(self.initial.get("themes", ())))

    def offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Set what can be chosen."""
        field = self.fields[name]
        assert isinstance(field, CodesField)
        field.choices = choices

    def clean_languages(self) -> tuple[str, ...]:
        languages: tuple[str, ...] = self.cleaned_data["languages"]
        if not languages:
            raise forms.ValidationError(_("Tick at least one language: without one, nothing can be offered."))
        return languages


def skills_as_typed(counsellor: Counsellor) -> dict[str, Any]:
    """What is stored, as the form's initial values."""
    return {
        "first_name": counsellor.staff.first_name,
        "pools": [pool.slug for pool in counsellor.pools.all()],
        "themes": [theme.code for theme in counsellor.themes.all()],
        "languages": counsellor.languages,
        "capacity": counsellor.capacity,
    }
