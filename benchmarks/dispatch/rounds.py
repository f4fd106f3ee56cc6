"""Rounds of ask, decide, claim and ring on one database; prints the time of a round as JSON."""

import json
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402  # Django must be set up first

import demo.build  # noqa: E402
from chat import volatile  # noqa: E402
from chat.models import Conversation, Duty, Offer, OfferState  # noqa: E402
from chat.services import live_snapshot  # noqa: E402
from chat.services.dispatch import _decide_and_claim  # noqa: E402
from chat.volatile import LastSigns  # noqa: E402
from partners.models import Partner, Staff  # noqa: E402
from routing_rules.models import Counsellor, Pool, Site, Theme  # noqa: E402

ROUNDS = 60
WARM_UP = 5


def prepare(waiting: int, counsellors: int) -> list[int]:
    """All counsellors available, and all but the last few without a free slot: the queue stays, and the newcomer can be served."""
    call_command("migrate", verbosity=0)
    demo.build.ensure()
    partner = Partner.objects.earliest("pk")
    pool = Pool.objects.get(slug="demo-cdm")
    themes = list(Theme.objects.all())
    people = []
    for number in range(counsellors):
        staff = Staff.objects.create(username=f"bench-{number}", partner=partner)
        person = Counsellor.objects.create(staff=staff, languages=["fr"] if number % 10 else ["fr", "de"])
        person.pools.add(pool)
        person.themes.set(themes)
        # The waiting requests are in German, and no counsellor who speaks it has a free slot.
        Duty.objects.create(
            counsellor=person, state="available", on_duty=True, capacity=4, active=0 if number % 10 else 4
        )
        people.append(person.pk)
    for number in range(waiting):
        ask(f"waiting-{number}", "de", datetime.now(UTC) + timedelta(milliseconds=number))
    return people


def ask(name: str, language: str, now: datetime) -> Conversation:
    row = Conversation(
        token_hash=f"{name:>64}",
        site=Site.objects.get(key="demo"),
        theme_asked="orientation",
        theme="orientation",
        language=language,
        audience="public",
        plan_number=1,
        asked_at=now,
        queued_at=now,
    )
    row.save()
    return row


def main(waiting: int, counsellors: int) -> None:
    people = prepare(waiting, counsellors)
    seconds = []
    for number in range(WARM_UP + ROUNDS):
        now = datetime.now(UTC)
        signs = {volatile.counsellor(one): LastSigns(now.timestamp(), now.timestamp()) for one in people}
        row = ask(f"newcomer-{number}", "fr", now)
        began = time.perf_counter()
        done = _decide_and_claim(live_snapshot.read(now), signs)
        seconds.append(time.perf_counter() - began)
        if Offer.objects.filter(conversation=row, state=OfferState.RINGING).count() != len(done.rung):
            sys.exit("the newcomer was not rung")
        Duty.objects.filter(ringing__gt=0).update(ringing=0)
        row.delete()
    measured = sorted(seconds[WARM_UP:])
    print(
        json.dumps(
            {
                "waiting": waiting,
                "counsellors": counsellors,
                "per_s": len(measured) / sum(measured),
                "median_ms": statistics.median(measured) * 1000,
                "p95_ms": measured[int(len(measured) * 0.95)] * 1000,
            }
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
