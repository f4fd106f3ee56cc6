"""A database for a run, and counsellors who are already signed in. Prints their accounts and cookies as JSON.

Run as `python -m tests.chaos.prepare_database HOW_MANY`, in the environment of the servers' database.
"""

import json
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402  # Django must be set up first
from django.test import Client  # noqa: E402  # Django must be set up first

from miti import launcher  # noqa: E402  # Django must be set up first
from partners.models import Role, Staff  # noqa: E402
from routing_rules.models import Counsellor, Pool, Theme  # noqa: E402


def create_counsellor(number: int) -> dict[str, str]:
    person, _ = Staff.objects.get_or_create(username=f"chaos-{number}", defaults={"role": Role.COUNSELLOR})
    counsellor, _ = Counsellor.objects.get_or_create(
        staff=person, defaults={"languages": ["fr"], "capacity": 4}
    )
    counsellor.pools.set(Pool.objects.filter(slug="demo-cdm"))
    counsellor.themes.set(Theme.objects.all())
    browser = Client()
    browser.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    return {"account": person.username, "cookie": f"{name}={browser.cookies[name].value}"}


if __name__ == "__main__":
    launcher.setup()
    sys.stdout.write(json.dumps([create_counsellor(number) for number in range(int(sys.argv[1]))]))
