"""One account has so many files made in a minute; a colleague's come all the same."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from indicators.api import tokens
from indicators.files.export_share import seconds_to_wait
from partners.models import AuditEntry, Staff

MOST = 3
TODAY = datetime.now(UTC).date()
FILES = ["/indicators/export.csv", "/indicators/export.xlsx", "/indicators/profiles.csv"]
ANSWERS = [f"/api/v1/indicators/{name}" for name in ("figures", "figures.csv", "figures.xlsx", "profiles")]


@pytest.fixture(autouse=True)
def few(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ENV = settings.ENV.model_copy(update={"exports_per_account": MOST})
    # The minute must not turn within a test.
    one_minute = datetime.now(UTC).replace(second=10, microsecond=0).timestamp()
    for module in ("indicators.files.export_share", "indicators.api.endpoints"):
        monkeypatch.setattr(
            f"{module}.seconds_to_wait", lambda person, now: seconds_to_wait(person, now=one_minute)
        )


@pytest.mark.django_db
@pytest.mark.parametrize("path", FILES)
def test_pages_give_so_many_files_a_minute_and_no_more(
    analyst: Staff, coordinator: Staff, client: Client, path: str
) -> None:
    client.force_login(analyst)
    assert [client.get(path).status_code for _ in range(MOST)] == [200] * MOST
    refusal = client.get(path, headers={"Accept-Language": "fr"})
    assert (refusal.status_code, refusal.headers["Retry-After"]) == (429, "50")
    assert refusal.content.decode() == "Trop de fichiers à la fois. Réessayez dans une minute.\n"
    assert AuditEntry.objects.filter(action="figures.exported").count() == MOST
    other = Client()
    other.force_login(coordinator)
    assert other.get(path).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("path", ANSWERS)
def test_the_api_gives_so_many_answers_a_minute_and_no_more(
    analyst: Staff, coordinator: Staff, client: Client, path: str
) -> None:
    mine, theirs = (
        {"Authorization": f"Bearer {tokens.make(owner=owner, name='report', today=TODAY)}"}
        for owner in (analyst, coordinator)
    )
    assert [client.get(path, headers=mine).status_code for _ in range(MOST)] == [200] * MOST
    refusal = client.get(path, headers=mine)
    assert (refusal.status_code, refusal.headers["Retry-After"]) == (429, "50")
    assert refusal.json() == {"detail": "Too many answers in this minute", "code": "too_many"}
    assert client.get(path, headers=theirs).status_code == 200


@pytest.mark.django_db
def test_the_next_minute_begins_anew(analyst: Staff) -> None:
    begins = 20_000.0 * 60
    assert [seconds_to_wait(analyst, now=begins + 45) for _ in range(MOST + 1)] == [0, 0, 0, 15]
    assert seconds_to_wait(analyst, now=begins + 60) == 0
