"""Ten questions of analysts, each answered from the pages alone; beside each stands the same count, made by hand from the rows."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from random import Random
from statistics import median
from typing import Any

import pytest
from django.test import Client

from indicators.codes import Outcome
from indicators.models import Capacity, MetricRow
from partners.models import Staff
from routing_rules.models import Site
from tests.indicators.test_figures_page import Tables

LAST_QUARTER = {"from": "2026-07-01", "to": "2026-09-30"}
A_YEAR_BEFORE = {"other-from": "2025-07-01", "other-to": "2025-09-30"}
NOVEMBER = {"from": "2026-11-01", "to": "2026-11-30"}
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_years")]

Look = Callable[..., dict[str, dict[str, list[str]]]]


@pytest.fixture
def two_years() -> None:
    """Some 3,000 requests of workdays from July 2025 to November 2026; the second summer served fewer in Dutch."""
    draw = Random(11)
    Site.objects.create(key="miti", name="miti.be", campaigns=["salon", "foire"])
    rows, minutes = [], []
    first = date(2025, 7, 1)
    days = [first + timedelta(days=n) for n in range((date(2026, 11, 30) - first).days + 1)]
    for day in (one for one in days if one.weekday() in {0, 2, 4}):
        minutes.append(
            Capacity(
                day=day,
                slot=18,
                pool="cdm-namur",
                minutes_open=30,
                minutes_unready=6 + day.weekday(),
                ready_minutes=30,
            )
        )
        for _ in range(12):
            rows.append(_row(day, draw))
    MetricRow.objects.bulk_create(rows)
    Capacity.objects.bulk_create(minutes)


def _row(day: date, draw: Random) -> MetricRow:
    language = draw.choices(("fr", "nl"), (70, 30))[0]
    chance = 0.75 if language == "fr" or day < date(2026, 7, 1) else 0.5
    outcome = (
        Outcome.SERVED
        if draw.random() < chance
        else draw.choice((Outcome.ABANDONED, Outcome.FULL, Outcome.ABANDONED_SHORT))
    )
    served = outcome is Outcome.SERVED
    return MetricRow(
        day=day,
        slot=draw.choice((18, 19, 20)),
        theme_asked=draw.choices(("emploi", "formation"), (60, 40))[0],
        language=language,
        site=draw.choices(("miti", "ecole"), (80, 20))[0],
        site_network=draw.choice(("CDM", "CEFO")),
        audience=draw.choices(("public", "school"), (80, 20))[0],
        campaign=draw.choices(("", "salon", "foire"), (50, 25, 25))[0] if day >= date(2026, 11, 1) else "",
        network_served=draw.choice(("CDM", "CEFO")) if served else "",
        outcome=outcome.value,
        plan_number=1 if day < date(2026, 9, 1) else 2,
        version=2,
        two_way=True if served else None,
        leg_lost=False if served else None,
        wait_s=5 * draw.randint(1, 60),
        first_answer_s=10 if served else None,
        duration_min=15 if served else None,
        helped=draw.choice(("yes", "yes", "no", "")) if served else "",
    )


@pytest.fixture
def look(analyst: Staff, client: Client) -> Look:
    """The tables of a page, in English."""
    client.force_login(analyst)

    def open_page(path: str, **choice: str) -> dict[str, dict[str, list[str]]]:
        response = client.get(path, choice, headers={"Accept-Language": "en"})
        assert response.status_code == 200
        return Tables(response.content.decode()).cells

    return open_page


def rows(first: str, last: str, **only: Any) -> list[MetricRow]:
    return list(MetricRow.objects.filter(day__gte=first, day__lte=last, **only))


def take_up(some: Iterable[MetricRow]) -> str:
    found = list(some)
    return f"{100 * sum(row.outcome == Outcome.SERVED for row in found) / len(found):.1f}"


def test_1_how_much_was_taken_up_last_month_and_how_sure_is_that(look: Look) -> None:
    total = look("/indicators/", **NOVEMBER)["breakdown"]["total"]
    november = rows("2026-11-01", "2026-11-30")
    assert total[1] == str(len(november))
    assert total[3] == take_up(november)
    low, high = map(float, total[4].split(" to "))
    assert low < float(total[3]) < high


def test_2_formation_in_dutch_last_quarter_against_a_year_before_and_why(look: Look) -> None:
    tables = look("/indicators/compare/", theme="formation", language="nl", **LAST_QUARTER, **A_YEAR_BEFORE)
    asked = {"theme_asked": "formation", "language": "nl"}
    now, before = rows("2026-07-01", "2026-09-30", **asked), rows("2025-07-01", "2025-09-30", **asked)
    assert tables["sides"]["first"][3] == take_up(now)
    assert tables["sides"]["other"][3] == take_up(before)
    _, _, _, _, _, mix, within = tables["languages"]["total"]
    assert mix == "0.0", "only Dutch on both sides"
    assert float(within.replace("−", "-")) == pytest.approx(
        float(take_up(now)) - float(take_up(before)), abs=0.11
    )
    assert float(within.replace("−", "-")) < -5, "the same was taken up less"


def test_3_was_it_that_more_asked_in_dutch(look: Look) -> None:
    tables = look("/indicators/compare/", **LAST_QUARTER, **A_YEAR_BEFORE)
    dutch, french = tables["languages"]["nl"], tables["languages"]["fr"]
    assert dutch[1] == str(len(rows("2026-07-01", "2026-09-30", language="nl")))
    assert float(dutch[6].replace("−", "-")) < float(french[6].replace("−", "-")), "within Dutch it fell"


def test_4_how_long_did_they_wait(look: Look) -> None:
    times = look("/indicators/", **LAST_QUARTER)["times"]["wait_served"]
    waits = sorted(row.wait_s or 0 for row in rows("2026-07-01", "2026-09-30", outcome=Outcome.SERVED))
    assert times[1] == str(len(waits))
    assert times[3] == f"{median(waits):.1f}"
    assert times[4] == str(waits[-(-len(waits) * 9 // 10) - 1])


def test_5_when_is_nobody_ready_though_it_is_open(look: Look) -> None:
    tables = look("/indicators/heat/", **LAST_QUARTER)
    assert tables["unmet"]["09:00"][1:6] == ["20.0", "—", "26.7", "—", "33.3"]


def test_6_which_half_hours_are_asked_for_in_dutch(look: Look) -> None:
    """Rounded to five: a half hour in a language is no exact figure."""
    asked = look("/indicators/heat/", language="nl", **LAST_QUARTER)["asked"]
    by_hand = Counter(
        (f"{row.slot // 2:02}:{row.slot % 2 * 30:02}", row.day.isoweekday())
        for row in rows("2026-07-01", "2026-09-30", language="nl")
    )
    assert max(by_hand.values()) >= 5, "some are told"
    for (time, weekday), n in by_hand.items():
        days = 14 if weekday == 3 else 13  # The quarter begins on a Wednesday and ends on one.
        shown = asked[time][weekday]
        assert shown == ("< 5" if n < 5 else f"{5 * ((n + 2) // 5) / days:.1f}")


def test_7_what_did_each_campaign_bring_and_how_much_of_it_was_taken_up(look: Look) -> None:
    lines = look("/indicators/", by="campaign", **NOVEMBER)["breakdown"]
    for campaign in ("salon", "foire"):
        assert lines[campaign][1] == str(len(rows("2026-11-01", "2026-11-30", campaign=campaign)))
        assert lines[campaign][3] == take_up(rows("2026-11-01", "2026-11-30", campaign=campaign))
    of_salon = look("/indicators/", by="theme", campaign="salon", **NOVEMBER)["breakdown"]
    assert of_salon["formation"][1] == str(
        len(rows("2026-11-01", "2026-11-30", campaign="salon", theme_asked="formation"))
    )


def test_8_who_serves_whose_visitors(look: Look) -> None:
    tables = look("/indicators/", **LAST_QUARTER)
    served = rows("2026-07-01", "2026-09-30", outcome=Outcome.SERVED)
    elsewhere = sum(row.network_served != row.site_network for row in served)
    assert tables["networks"]["CDM"][1] == str(sum(row.network_served == "CDM" for row in served))
    assert tables["others"]["out_of_network"][2:4] == [str(elsewhere), str(len(served))]
    by_network = look("/indicators/", by="network", **LAST_QUARTER)["breakdown"]
    assert by_network["CEFO"][3] == take_up(rows("2026-07-01", "2026-09-30", site_network="CEFO"))


def test_9_do_schools_get_an_answer_and_since_when_is_the_plan_another(look: Look) -> None:
    months = look("/indicators/trend/", audience="school")["trend"]
    for month, last in (("2026-08", "31"), ("2026-10", "31")):
        assert months[month][1] == str(len(rows(f"{month}-01", f"{month}-{last}", audience="school")))
    breaks = [key for key in months if key and "break" in months[key][-1]]
    assert breaks == ["2026-09"]


def test_10_were_they_helped(look: Look, client: Client) -> None:
    shares = look("/indicators/profiles/", quarter="2026-Q3", about="helped")["shares"]
    served = rows("2026-07-01", "2026-09-30", outcome=Outcome.SERVED)
    yes = sum(row.helped == "yes" for row in served)
    assert shares["yes"][1] == str((yes + 2) // 5 * 5)
    html = client.get("/indicators/", headers={"Accept-Language": "en"}).content.decode()
    figure = html.split('data-figure="helped_of_served">')[1].split("<")[0]
    assert figure == f"{100 * ((yes + 2) // 5) / ((len(served) + 2) // 5):.1f}%"
