"""`python -m miti begin`: all that a first conversation needs, asked in a few questions and made in one transaction.

An administrator, a coordinator of the platform and a first counsellor (each chooses a password by a link), an institution with a team
and its hours, themes, a site, and a plan from a template. Everything can be changed on the pages of coordination afterwards.
"""

import re
import sys
from collections.abc import Callable, Mapping
from typing import TypeVar

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.urls import reverse

from demo import facts
from operations.first_day import Answers, make
from partners.models import Staff
from routing_rules import sites
from routing_rules.hours_text import parse_hours
from routing_rules.models import PlanVersion, Site
from routing_rules.schedule_checks import HoursError
from routing_rules.weekly import Interval

T = TypeVar("T")
Ask = Callable[[str], str]
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NOBODY: Mapping[str, str] = {}
STRANGE_DAYS = ValueError("give days such as monday-friday or tuesday,thursday")


def begin() -> None:
    """Ask, and make it; where an installation was begun already, end with a sentence."""
    if PlanVersion.objects.exists():
        sys.exit("This installation has a plan already: the pages of coordination change it from here on.")
    made = make(_answers(input))
    sys.stdout.write(
        "\nEverything is there. Each link lets its person choose a password, within three days:\n\n"
    )
    for person in made:
        sys.stdout.write(f"  {person.get_role_display()}, {person.email}:\n    {_link(person)}\n")
    sys.stdout.write(f"\nThe line for the page of the site:\n    {embed_line()}\n")
    if not settings.ENV.public_url:
        sys.stdout.write(
            "Set MITI_PUBLIC_URL before giving any of these to somebody: they lead to this machine.\n"
        )


def embed_line() -> str:
    (key,) = Site.objects.values_list("key", flat=True)[:1]
    return f'<script src="{settings.LINK_ORIGIN}/widget.js" data-site="{key}" async></script>'


def _answers(ask: Ask) -> Answers:
    sys.stdout.write("A few questions; what stands in [brackets] is taken where you type nothing.\n\n")
    administrator = _asked(ask, "Your e-mail address (administrator)", _address)
    taken = {administrator: "the administrator"}
    coordinator = _asked(
        ask, "E-mail address of the platform's coordinator", lambda text: _address(text, taken)
    )
    taken[coordinator] = "the coordinator"
    institution = _asked(ask, "Name of the first institution", _some)
    team = _asked(ask, "Name of its team", _some, "Accueil")
    days = _asked(ask, "Days on which it answers", _days, "monday-friday")
    week = _asked(ask, "Hours on these days", lambda text: _hours(days, text), "9:00-12:00")
    counsellor_name = _asked(ask, "First name of the first counsellor", _some)
    counsellor = _asked(ask, "Their e-mail address", lambda text: _address(text, taken))
    domain = _asked(
        ask, "Address of the page that shows the chat, such as https://www.centre.example", sites.domain_of
    )
    worded = {
        code: dict(zip(facts.LABEL_LANGUAGES, words, strict=True)) for code, words in facts.THEMES.items()
    }
    return Answers(
        administrator,
        coordinator,
        counsellor,
        counsellor_name,
        institution,
        team,
        week,
        domain,
        worded,
        facts.RECEPTION_THEME,
    )


def _link(person: Staff) -> str:
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(person)
    key = {"uidb36": user_pk_to_url_str(person), "key": token}
    return f"{settings.LINK_ORIGIN}{reverse('account_reset_password_from_key', kwargs=key)}"


# --- questions ------------------------------------------------------------------------------------------------


def _asked(ask: Ask, question: str, read: Callable[[str], T], default: str = "") -> T:
    """Ask until the answer can be read; each time say why not."""
    while True:
        try:
            given = ask(f"{question}{f' [{default}]' if default else ''}: ").strip() or default
        except (EOFError, KeyboardInterrupt):
            sys.exit("\nNothing was changed.")
        try:
            return read(given)
        except (ValueError, ValidationError, HoursError) as wrong:
            told = wrong.messages[0] if isinstance(wrong, ValidationError) else str(wrong)
            sys.stdout.write(f"  That cannot be taken{f': {told}' if told else ''}. Try once more.\n")


def _some(text: str) -> str:
    if not text or len(text) > 100 or not text.isprintable():
        raise ValueError("give a name of 1 to 100 characters")
    return text


def _address(text: str, taken: Mapping[str, str] = NOBODY) -> str:
    """`taken` are the addresses given before, and whose they are."""
    validate_email(text)
    address = text.lower()
    if address in taken:
        raise ValueError(
            f"{taken[address]} has this address, and each account needs one of its own; whoever has two of these "
            "roles gives a second address, such as NAME+2@HOST where the mail server knows such addresses"
        )
    if Staff.objects.filter(Q(email__iexact=address) | Q(username__iexact=address)).exists():
        raise ValueError("somebody has an account with this address already")
    return address


def _days(text: str) -> list[int]:
    found: list[int] = []
    for part in re.split(r"[,; ]+", text.lower()):
        first, _, last = part.partition("-")
        if first not in WEEK or (last or first) not in WEEK:
            raise STRANGE_DAYS
        found += range(WEEK.index(first), WEEK.index(last or first) + 1)
    if not found:
        raise STRANGE_DAYS
    return sorted(set(found))


def _hours(days: list[int], text: str) -> list[Interval]:
    try:
        found = [one for day in days for one in parse_hours(text, weekday=day)]
    except HoursError:
        found = []
    if not found:
        raise ValueError("give hours such as 9:00-12:00, 13:00-16:00")
    return found
