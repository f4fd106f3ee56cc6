"""A query that is compiled once finds and changes what the same query finds and changes through the ORM."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

import demo.build
from chat.models import Conversation, Duty, Offer, OfferState
from chat.states import State
from partners.prepared_query import Json, PreparedDelete, PreparedInsert, PreparedQuery, PreparedUpdate
from routing_rules.models import Counsellor, Pool, Site

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
        state=State.WAITING,
    )


def test_each_kind_of_argument_finds_its_row() -> None:
    first, second = conversation(1), conversation(2)
    by_key = PreparedQuery(lambda key: Conversation.objects.filter(pk=key).values_list("pk", "asked_at"))
    by_token = PreparedQuery(lambda token: Conversation.objects.filter(token_hash=token).values_list("pk"))
    by_moment = PreparedQuery(
        lambda since, until: Conversation.objects.filter(asked_at__gte=since, asked_at__lt=until).values_list(
            "pk", "campaign"
        )
    )
    for _ in range(2):
        for row in (first, second):
            ((key, asked_at),) = by_key.rows(row.pk)
            assert (key, asked_at) == (row.pk, row.asked_at)
            assert by_token.rows(row.token_hash) == [(row.pk,)]
            ((key, campaign),) = by_moment.rows(row.asked_at, row.asked_at + timedelta(minutes=1))
            assert (key, campaign) == (row.pk, "")
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


def test_a_delete_gives_back_what_it_removed_and_counts_it() -> None:
    first, second, other = conversation(1), conversation(2), conversation(3)
    Conversation.objects.filter(pk=first.pk).update(first_answer_at=NOW)
    delete = PreparedDelete(
        lambda state, token: Conversation.objects.filter(state=state).exclude(token_hash=token),
        returning=["id", "site", "first_answer_at"],
    )
    assert delete.rows(State.CLOSING.value, "") == []
    gone = delete.rows(State.WAITING.value, other.token_hash)
    assert sorted(gone) == sorted([(first.pk, first.site_id, NOW), (second.pk, second.site_id, None)])
    assert list(Conversation.objects.all()) == [other]
    one = PreparedDelete(lambda key: Conversation.objects.filter(pk=key))
    assert (one.run(other.pk), one.run(other.pk)) == (1, 0)


def test_a_delete_of_no_key_deletes_nothing() -> None:
    row = conversation(1)
    delete = PreparedDelete(lambda keys: Conversation.objects.filter(site__in=keys), returning=["id"])
    assert (delete.rows([]), delete.run([])) == ([], 0)
    assert delete.rows([row.site_id]) == [(row.pk,)]


def test_several_rows_are_inserted_in_one_statement_and_a_known_one_is_updated() -> None:
    row = conversation(1)
    people = list(Counsellor.objects.order_by("pk")[:3])
    ring = PreparedInsert(Offer, unique=["conversation", "counsellor"], update=["state", "expires_at"])

    def offer(person: Counsellor, expires_at: datetime) -> Offer:
        return Offer(conversation=row, counsellor=person, state=OfferState.RINGING, expires_at=expires_at)

    ring.run(offer(people[0], NOW))
    Offer.objects.update(state=OfferState.MISSED, missed=2)
    with CaptureQueriesContext(connection) as queries:
        ring.run(*(offer(person, NOW + timedelta(minutes=1)) for person in people))
        ring.run()
    assert len(queries) == 1
    offers = Offer.objects.order_by("counsellor_id").values_list(
        "counsellor_id", "state", "missed", "expires_at"
    )
    assert list(offers) == [
        (person.pk, OfferState.RINGING, missed, NOW + timedelta(minutes=1))
        for person, missed in zip(people, (2, 0, 0), strict=True)
    ]


def test_an_inserted_row_is_what_a_saved_one_is() -> None:
    saved = conversation(1)
    columns = [column.attname for column in Conversation._meta.concrete_fields]
    made = Conversation(**{name: getattr(saved, name) for name in columns} | {"pk": UUID(int=7)})
    made.id, made.token_hash, made.classification = UUID(int=7), "f" * 64, {"given": ["information"]}
    insert = PreparedInsert(Conversation)
    insert.run(made)
    found = Conversation.objects.get(pk=made.pk)
    assert {name: getattr(found, name) for name in columns} == {name: getattr(made, name) for name in columns}
    with pytest.raises(IntegrityError), transaction.atomic():
        insert.run(made)


def test_json_and_nothing_are_new_values() -> None:
    row = conversation(1)
    update = PreparedUpdate(
        lambda key, seen, *_: Conversation.objects.filter(pk=key, campaign=seen),
        lambda _key, _seen, campaign, codes, pool: {
            "campaign": campaign, "classification": codes, "served_by": pool
        },
    )  # fmt: skip
    pool = Pool.objects.earliest("pk")
    codes = {"theme": "emploi", "given": ["information"]}
    assert update.run(row.pk, "other", "new", Json(codes), pool.pk) == 0
    assert update.run(row.pk, "", "new", Json(codes), pool.pk) == 1
    row.refresh_from_db()
    assert (row.campaign, row.classification, row.served_by) == ("new", codes, pool)
    assert update.run(row.pk, "new", "newer", Json({}), None) == 1
    row.refresh_from_db()
    assert (row.campaign, row.classification, row.served_by) == ("newer", {}, None)


def test_keys_may_be_texts() -> None:
    rows = [conversation(number) for number in range(3)]
    prepared = PreparedQuery(
        lambda tokens: (
            Conversation.objects.filter(token_hash__in=tokens).order_by("asked_at").values_list("pk")
        )
    )
    assert prepared.rows([row.token_hash for row in rows]) == [(row.pk,) for row in rows]
    assert prepared.rows({rows[1].token_hash}) == [(rows[1].pk,)]
    assert prepared.rows([]) == []
