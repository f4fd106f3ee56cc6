"""Prepares and judges a storm, inside the environment of its database. Prints what is wrong, a line each.

Run as `python -m tests.races.prepare_and_check prepare`, `... watch` (until its standard input ends) or `... judge`.
"""

import sys
from datetime import UTC, datetime, timedelta
from select import select

import django

django.setup()

from django.core.management import call_command  # noqa: E402  # Django must be set up first
from django.db.models import Count, Q  # noqa: E402  # Django must be set up first

import demo.build  # noqa: E402
from chat.models import Conversation, Duty, Offer, OfferState, Party  # noqa: E402
from chat.states import PartyRole, State  # noqa: E402
from indicators.models import MetricRow, PendingRow  # noqa: E402
from routing_rules.models import Counsellor, Pool, Site, Theme  # noqa: E402

CONVERSATIONS = 40
RING_SIZE = 3


def prepare() -> None:
    """Everybody available with two slots, and a queue longer than they can serve at once."""
    call_command("migrate", verbosity=0)
    demo.build.ensure()
    now = datetime.now(UTC)
    pool = Pool.objects.get(slug="demo-cdm")
    for person in Counsellor.objects.all():
        person.pools.add(pool)
        person.themes.set(Theme.objects.all())
        Duty.objects.create(counsellor=person, state="available", capacity=2, on_duty=True, idle_since=now)
    site = Site.objects.get(key="demo")
    for number in range(CONVERSATIONS):
        row = Conversation(
            token_hash=f"{number:064}",
            site=site,
            theme_asked="orientation",
            theme="orientation",
            language="fr",
            audience="public",
            plan_number=1,
            asked_at=now + timedelta(milliseconds=number),
            queued_at=now,
        )
        row.save()


def wrong(*words: object) -> None:
    sys.stdout.write(" ".join(str(word) for word in words) + "\n")


def check_once() -> None:
    """What must hold at every moment. Each is one statement, so one consistent picture."""
    for row in (
        Offer.objects.filter(state=OfferState.RINGING, invited=False)
        .values("conversation")
        .annotate(n=Count("pk"))
        .filter(n__gt=RING_SIZE)
    ):
        wrong("rings beyond the rule's size:", row)
    for duty in Duty.objects.annotate(real=Count("counsellor__parties")).filter(real__gt=2):
        wrong("capacity exceeded:", duty.counsellor_id, duty.real)


def watch() -> None:
    while not select([sys.stdin], [], [], 0.02)[0]:
        check_once()


def judge() -> None:
    """What must hold when the storm is over."""
    check_once()
    for duty in Duty.objects.all():
        active = Party.objects.filter(counsellor=duty.counsellor_id).count()
        ringing = Offer.objects.filter(counsellor=duty.counsellor_id, state=OfferState.RINGING).count()
        if (duty.active, duty.ringing) != (active, ringing):
            wrong("counters are off:", (duty.active, duty.ringing), "for", (active, ringing))
        if duty.active > duty.capacity:
            wrong("capacity exceeded:", duty.counsellor_id)
    owners = Count("parties", filter=Q(parties__role=PartyRole.OWNER))
    for row in Conversation.objects.annotate(owners=owners):
        if row.state == State.CLOSING:
            wrong("a closing was left half done:", row.pk)
        elif row.owners != (1 if row.state == State.ACTIVE else 0):
            wrong("owners:", row.pk, row.state, row.owners)
    left, counted = Conversation.objects.count(), MetricRow.objects.count() + PendingRow.objects.count()
    if left + counted != CONVERSATIONS:
        wrong("requests:", left, "open and", counted, "counted, of", CONVERSATIONS)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["prepare"]:
            prepare()
        case ["watch"]:
            watch()
        case ["judge"]:
            judge()
