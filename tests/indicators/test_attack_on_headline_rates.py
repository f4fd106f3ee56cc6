"""A coordinator reads rates of the whole platform, and tries which number of requests has parts with all of them.

With it they would subtract their own teams, and read what the others took up.
"""

import random
from datetime import date, timedelta

import pytest
from django.test import Client

from indicators import values
from indicators.codes import Outcome
from indicators.files.export import WITHIN_S
from indicators.models import MetricRow
from indicators.periods import month_of
from indicators.questions.choice import choice_of
from indicators.tables.report import for_person
from indicators.values import Rate, RoundedShare, without_parts
from partners.models import Staff

pytestmark = pytest.mark.django_db
SEPTEMBER = month_of(date(2026, 9, 1))
SPAN = {"from": "2026-09-01", "to": "2026-09-30"}
ENGLISH = {"Accept-Language": "en"}


def month_with(requests: int, seed: int) -> None:
    rng = random.Random(seed)
    kinds = (Outcome.SERVED, Outcome.ABANDONED_SHORT, Outcome.ABANDONED, Outcome.UNSERVED)
    MetricRow.objects.all().delete()
    MetricRow.objects.bulk_create(
        MetricRow(
            day=SEPTEMBER.first + timedelta(days=number % 30),
            slot=18,
            theme_asked="emploi",
            language="fr",
            site="miti",
            outcome=rng.choices(kinds, (70, 6, 14, 10))[0],
            pool_served="cefo",
            plan_number=1,
            version=2,
            wait_s=5 * rng.randint(1, 80),
        )
        for number in range(requests)
    )


def rates_read(coordinator: Staff) -> dict[str, float]:
    """All rates that they get, of the service levels that they may choose."""
    found: dict[str, float] = {}
    for within in WITHIN_S:
        choice = choice_of(coordinator, {**SPAN, "by": "month", "within": str(within)})
        if not choice.is_valid():
            continue
        *_own, platform = for_person(coordinator, choice.query(), choice.target)
        for code, value in platform.total.figures.items():
            assert isinstance(value, RoundedShare), "nobody tells a part"
            if value.share is not None:
                found[f"{code} {within}" if code == "service_level" else code] = value.share
    return found


def fitting(share: float, whole: int) -> list[int]:
    near = round(share * whole)
    parts = range(max(0, near - 4), min(whole, near + 4) + 1)
    return [part for part in parts if without_parts(Rate(part, whole)).share == share]


def numbers_with(rates: dict[str, float], truth: int) -> list[int]:
    """Which numbers of requests, of those near the true one, have parts with these rates."""
    of_requests = [share for code, share in rates.items() if code.startswith(("take_up ", "service_level"))]
    found = []
    for whole in range(truth * 6 // 10, truth * 3 // 2):
        served = fitting(rates["take_up"], whole)
        short = any(
            without_parts(Rate(part, whole - few)).share == rates["take_up_star"]
            for part in served
            for few in range(whole // 4)
        )
        if served and short and all(fitting(share, whole) for share in of_requests):
            found.append(whole)
    assert truth in found, "the attack is sound"
    return found


WORLDS = [(70, 1), (100, 2), (150, 3), (190, 4), (260, 5), (380, 6)]


@pytest.mark.parametrize(("requests", "seed"), WORLDS)
def test_many_numbers_of_requests_have_the_same_rates(requests: int, seed: int, coordinator: Staff) -> None:
    month_with(requests, seed)
    assert len(numbers_with(rates_read(coordinator), requests)) > requests // 10


def test_each_guard_of_the_rates_is_needed(coordinator: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    """To a tenth of a percent, and of every service level, one number of requests is left of most."""

    def to_a_tenth(rate: Rate) -> RoundedShare:
        return RoundedShare(round(rate.part / rate.whole, 3))

    for module in ("tests.indicators.test_attack_on_headline_rates", "indicators.tables.report"):
        monkeypatch.setattr(f"{module}.without_parts", to_a_tenth)
    monkeypatch.setattr(
        "indicators.questions.choice.FiguresForm.clean_within", lambda form: form.cleaned_data["within"]
    )
    left = []
    for requests, seed in WORLDS:
        month_with(requests, seed)
        left.append(len(numbers_with(rates_read(coordinator), requests)))
    assert left.count(1) >= len(WORLDS) // 2, left


def test_of_fewer_than_sixty_requests_there_is_no_rate(coordinator: Staff) -> None:
    month_with(59, 7)
    assert rates_read(coordinator) == {}
    month_with(60, 7)
    assert {code.partition(" ")[0] for code in rates_read(coordinator)} == {
        "take_up",
        "service_level",
        "take_up_all_demand",
    }, "of the others fewer are the whole"
    assert without_parts(Rate(41, values.LEAST_WHOLE)) == RoundedShare(0.68)
    assert without_parts(Rate(40, values.LEAST_WHOLE - 1)) == RoundedShare(None)


@pytest.mark.parametrize("address", ["/indicators/", "/indicators/all/", "/indicators/export.csv"])
def test_another_service_level_is_refused_with_a_sentence(
    address: str, coordinator: Staff, analyst: Staff, client: Client
) -> None:
    month_with(70, 8)
    client.force_login(coordinator)
    refused = client.get(address, {**SPAN, "within": "120"}, headers=ENGLISH).content.decode()
    assert "You read the service level of 60 seconds" in refused
    assert 'data-figure="take_up"' not in refused
    told = client.get(address, {**SPAN, "within": "60"}, headers=ENGLISH)
    assert told.status_code == 200
    assert "You read the service level" not in told.content.decode()
    client.force_login(analyst)
    assert client.get(address, {**SPAN, "within": "120"}, headers=ENGLISH).status_code == 200


def test_a_coordinator_is_not_offered_other_service_levels(
    coordinator: Staff, analyst: Staff, client: Client
) -> None:
    client.force_login(coordinator)
    assert 'value="120"' not in client.get("/indicators/", SPAN).content.decode()
    client.force_login(analyst)
    assert 'value="120"' in client.get("/indicators/", SPAN).content.decode()
