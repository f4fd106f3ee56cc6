"""A query that is compiled once finds and changes what the same query finds and changes through the ORM."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

import demo.build
from chat.models import Conversation, Duty
from chat.states import State
from partners.prepared_query import PreparedQuery, PreparedUpdate
from routing_rules.models import Counsellor, Site

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demo_data(db: None) -> None:
    demo.build.ensure()


def conversation(number: int) -> Conversation:
    return Conversation.objects.create(
        token_hash=f"{number:064}",
        site=Site.objects.get(key="demo"),
        theme_asked="emploi",
        theme="emploi",
        language="fr",
        audience="public",
        plan_number=1,
        asked_at=NOW + timedelta(hours=number),
        queued_at=NOW,
        content_key=b"key",
        state=State.WAITING,
    )


def test_each_kind_of_argument_finds_its_row() -> None:
    first, second = conversation(1), conversation(2)
    by_key = PreparedQuery(lambda key: Conversation.objects.filter(pk=key).values_list("pk", "asked_at"))
    by_token = PreparedQuery(lambda token: Conversation.objects.filter(token_hash=token).values_list("pk"))
    by_moment = PreparedQuery(
        lambda since, until: Conversation.objects.filter(asked_at__gte=since, asked_at__lt=until).values_list(
            "pk", "content_key"
        )
    )
    for _ in range(2):
        for row in (first, second):
            ((key, asked_at),) = by_key.rows(row.pk)
            assert (key, asked_at) == (row.pk, row.asked_at)
            assert by_token.rows(row.token_hash) == [(row.pk,)]
            ((key, sealed),) = by_moment.rows(row.asked_at, row.asked_at + timedelta(minutes=1))
            assert (key, bytes(sealed)) == (row.pk, b"key")
    assert by_key.rows(UUID(int=0)) == []
    assert by_token.rows("") == []


def test_any_number_of_keys_is_found_and_none_asks_nothing() -> None:
    everybody = sorted(Counsellor.objects.values_list("pk", flat=True))
    prepared = PreparedQuery(
        lambda keys: Counsellor.objects.filter(pk__in=keys).order_by("pk").values_list("pk", "languages")
    )
    for number in range(1, len(everybody) + 1):
        found = prepared.rows(everybody[:number])
        assert found == list(
            Counsellor.objects.filter(pk__in=everybody[:number]).order_by("pk").values_list("pk", "languages")
        )
    with CaptureQueriesContext(connection) as queries:
        assert prepared.rows([]) == []
    assert len(queries) == 0


def test_rows_are_read_anew_each_time() -> None:
    prepared = PreparedQuery(
        lambda: Conversation.objects.filter(state=State.WAITING).values_list("pk").order_by("pk")
    )
    assert prepared.rows() == []
    row = conversation(1)
    assert prepared.rows() == [(row.pk,)]
    row.delete()
    assert prepared.rows() == []


def test_an_update_changes_the_rows_of_its_condition_and_counts_them() -> None:
    one, other = list(Counsellor.objects.order_by("pk")[:2])
    for person, active in ((one, 0), (other, 2)):
        Duty.objects.create(counsellor=person, state="available", capacity=2, active=active)
    take = PreparedUpdate(
        lambda who, _: Duty.objects.filter(counsellor=who, active__lt=F("capacity")),
        lambda _, now: {"active": F("active") + 1, "missed": 0, "idle_since": now},
    )
    assert take.run(one.pk, NOW) == 1
    assert take.run(other.pk, NOW) == 0
    assert take.run(10_000_000, NOW) == 0
    duty = Duty.objects.get(counsellor=one)
    assert (duty.active, duty.idle_since) == (1, NOW)
    assert Duty.objects.get(counsellor=other).active == 2


def test_what_is_compiled_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("partners.prepared_query.MOST_KEPT", 3)
    prepared = PreparedQuery(lambda keys: Counsellor.objects.filter(pk__in=keys).values_list("pk"))
    for exponent in range(8):
        prepared.rows(list(range(1, 2**exponent + 1)))
    assert len(prepared._compiled) <= 3
