"""`python -m benchmarks.relay.world CONVERSATIONS EACH FREE OTHERS`: make open conversations with their people in the settings' database.

EACH conversations for each counsellor; FREE more counsellors, with two free slots each; OTHERS who are not on duty. It prints as JSON what
the two ends need to connect.
"""

import json
import secrets
import sys
from datetime import UTC, datetime

import django

django.setup()

from django.conf import settings  # noqa: E402  # Django must be set up first
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

import demo.build  # noqa: E402
from chat.models import Conversation, Duty, Party  # noqa: E402
from chat.sealing import digest_of_token  # noqa: E402
from chat.states import PartyRole, State  # noqa: E402
from partners.models import Partner, Role, Staff  # noqa: E402
from partners.sessions import SessionStore  # noqa: E402
from routing_rules.models import Counsellor, Pool, Site, Theme  # noqa: E402


def counsellor(number: int, active: int) -> tuple[int, str]:
    """Make a counsellor who has `active` conversations, and the session in which they are signed in."""
    staff = Staff.objects.create(
        username=f"bench-{number}", partner=Partner.objects.earliest("pk"), role=Role.COUNSELLOR
    )
    staff.set_unusable_password()
    staff.save()
    person = Counsellor.objects.create(staff=staff, languages=["fr"])
    person.pools.add(Pool.objects.get(slug="demo-cdm"))
    person.themes.set(Theme.objects.all())
    Duty.objects.create(
        counsellor=person,
        state="finishing" if active else "available",
        on_duty=True,
        capacity=max(active, 2),
        active=active,
        idle_since=datetime.now(UTC),
    )
    session = SessionStore()
    session[SESSION_KEY] = str(staff.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = staff.get_session_auth_hash()
    session.create()
    return person.pk, str(session.session_key)


def conversation(owner: int) -> dict[str, str]:
    now = datetime.now(UTC)
    token = secrets.token_urlsafe(32)
    row = Conversation(
        token_hash=digest_of_token(token),
        site=Site.objects.get(key="demo"),
        theme_asked="orientation",
        theme="orientation",
        language="fr",
        audience="public",
        state=State.ACTIVE,
        plan_number=1,
        asked_at=now,
        queued_at=now,
        party_version=1,
    )
    row.save(force_insert=True)
    Party.objects.create(conversation=row, counsellor_id=owner, role=PartyRole.OWNER, number=1, joined_at=now)
    return {"id": str(row.pk), "token": token}


@transaction.atomic
def fill(conversations: int, each: int, free: int, others: int) -> dict[str, list[object]]:
    consoles: list[object] = []
    left = conversations
    number = 0
    while left > 0:
        here = min(each, left)
        person, session = counsellor(number, here)
        consoles.append({"session": session, "conversations": [conversation(person) for _ in range(here)]})
        left -= here
        number += 1
    ready: list[object] = [counsellor(number + more, 0)[1] for more in range(free)]
    number += free
    away = [counsellor(number + more, 0)[0] for more in range(others)]
    Duty.objects.filter(counsellor__in=away).update(on_duty=False)
    return {"consoles": consoles, "ready": ready}


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    demo.build.ensure()
    print(json.dumps(fill(*map(int, sys.argv[1:]))))
