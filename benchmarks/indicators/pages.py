"""The pages of figures on one database, asked in this process as a web process asks them; prints the times as JSON."""

import json
import resource
import sys
import time
from datetime import timedelta
from urllib.parse import urlencode

import django

django.setup()

from django.core.management import call_command  # noqa: E402  # Django must be set up first
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.indicators.rows import POOLS, fill  # noqa: E402
from indicators.api import tokens  # noqa: E402
from indicators.periods import arrival, month_of  # noqa: E402
from indicators.sums import daily  # noqa: E402
from indicators.sums.kept import kept_since  # noqa: E402
from partners.models import Network, Partner, Role, Staff  # noqa: E402
from routing_rules.models import Pool, Site  # noqa: E402

ROUNDS = 3
KB = 1024


def main(rows: int) -> None:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    today, _slot = arrival(timezone.now())
    tell("filling")
    fill(rows, before=today)
    tell("storing the sums")
    begun = time.perf_counter()
    daily.store_missing(now=timezone.now() + timedelta(hours=24))
    stored_s = time.perf_counter() - begun
    analyst, coordinator = people()
    two_years = {"from": str(today - timedelta(days=730)), "to": str(today - timedelta(days=1))}
    cut = {"from": str(today - timedelta(days=722)), "to": str(today - timedelta(days=12))}
    # Languages, places and half hours are told of whole months that have all of their rows.
    whole_months = {
        "from": str(month_of(kept_since(today)).last + timedelta(days=1)),
        "to": str(month_of(month_of(today - timedelta(days=1)).first - timedelta(days=1)).last),
    }
    pages: list[tuple[str, Staff, str, dict[str, str]]] = [
        ("overview, 30 days", analyst, "/indicators/", {}),
        ("by theme", analyst, "/indicators/", two_years),
        ("by theme, months cut", analyst, "/indicators/", cut | {"by": "theme"}),
        ("by week", analyst, "/indicators/", two_years | {"by": "week"}),
        ("by half hour", analyst, "/indicators/", whole_months | {"by": "slot"}),
        ("by site, one theme and language", analyst, "/indicators/",
         whole_months | {"by": "site", "theme": "emploi", "language": "fr"}),
        ("by half hour, one theme", analyst, "/indicators/", whole_months | {"by": "slot", "theme": "emploi"}),
        ("by week, one theme", analyst, "/indicators/", two_years | {"by": "week", "theme": "emploi"}),
        ("of one campaign", analyst, "/indicators/", whole_months | {"by": "theme", "campaign": "salon"}),
        ("by campaign", analyst, "/indicators/", whole_months | {"by": "campaign"}),
        ("CSV by week", analyst, "/indicators/export.csv", two_years | {"by": "week"}),
        ("XLSX by week", analyst, "/indicators/export.xlsx", two_years | {"by": "week"}),
        ("API by theme", analyst, "/api/v1/indicators/figures", two_years),
        ("a coordinator's own teams", coordinator, "/indicators/", whole_months),
        ("trend", analyst, "/indicators/trend/", {}),
        ("trend of one language", analyst, "/indicators/trend/", {"language": "nl"}),
        ("two quarters compared", analyst, "/indicators/compare/", {}),
        ("the week by half hour, one theme", analyst, "/indicators/heat/", {"theme": "emploi"}),
        ("answers of a quarter", analyst, "/indicators/profiles/", {}),
    ]  # fmt: skip
    found = [{"page": name, **page(person, address, choice)} for name, person, address, choice in pages]
    print(json.dumps({"stored_s": stored_s, "floor_s": floor(), "pages": found}))


def people() -> tuple[Staff, Staff]:
    network = Network.objects.get_or_create(code="CDM", defaults={"name": "CDM"})[0]
    partner = Partner.objects.create(slug="bench", name="Bench", network=network)
    Site.objects.create(key="site-0", name="site-0", campaigns=["salon", "rentree", "radio"])
    for slug in POOLS[:4]:
        Pool.objects.create(slug=slug, name=slug, partner=partner)
    analyst = Staff.objects.create_user("bench-analyst", role=Role.ANALYST)
    coordinator = Staff.objects.create_user("bench-coordinator", role=Role.COORDINATOR, partner=partner)
    return analyst, coordinator


def page(person: Staff, address: str, choice: dict[str, str]) -> dict[str, float]:
    """The shortest of some rounds; and how much more memory the process ever held after them."""
    client = Client(headers={"Accept-Language": "en", "host": "localhost"})
    if address.startswith("/api/"):
        secret = tokens.make(owner=person, name="bench", today=timezone.now().date())
        client = Client(headers={"Authorization": f"Bearer {secret}", "host": "localhost"})
    else:
        client.force_login(person)
    tell(f"{address} {urlencode(choice)}")
    held = peak_mb()
    seconds = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        answer = client.get(address, choice)
        size = sum(map(len, answer)) if answer.streaming else len(answer.content)
        seconds.append(time.perf_counter() - begun)
        if answer.status_code != 200 or not size or b"Nothing is shown yet" in b"".join(answer):
            sys.exit(f"{address}: {answer.status_code}")
    return {"s": min(seconds), "more_mb": peak_mb() - held}


def floor() -> float:
    """One pass of the database over the rows."""
    seconds = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute("SELECT outcome, count(*) FROM indicators_metricrow GROUP BY outcome")
            cursor.fetchall()
        seconds.append(time.perf_counter() - begun)
    return min(seconds)


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB


def tell(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
