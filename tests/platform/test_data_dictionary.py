"""Nobody adds a column without saying what it is for, on what basis, for how long and for whom."""

import re
from dataclasses import replace
from datetime import UTC, datetime

from django.apps import apps
from django.core.checks import run_checks

from miti.environment import Environment
from operations import data_dictionary, reference, retention
from operations.data_dictionary.check import UNDECLARED, UNKNOWN, columns, differences
from operations.data_dictionary.logs import FIELDS
from operations.data_dictionary.memory import CHANNELS, KEYS
from operations.data_dictionary.words import Basis, Kept, Readers, Table

EMPTY = Table("partners.Network", "networks", Basis.NONE, Kept.IN_USE, Readers.COORDINATORS)


def test_every_column_of_every_table_is_declared() -> None:
    assert run_checks(tags=["dictionary"]) == []


def test_no_table_is_declared_twice() -> None:
    declared = [table.model for table in data_dictionary.tables()]
    assert len(declared) == len(set(declared))


def test_a_column_that_nobody_declared_fails_the_check() -> None:
    found = list(differences([EMPTY], {"partners.Network": ["nickname"]}))
    assert [one.id for one in found] == [UNDECLARED]
    assert "partners.Network.nickname" in found[0].msg


def test_a_table_that_nobody_declared_fails_the_check() -> None:
    found = list(differences([], {"partners.Diary": ["id", "text"]}))
    assert [one.id for one in found] == [UNDECLARED, UNDECLARED]


def test_a_declared_column_that_is_gone_fails_the_check() -> None:
    stale = replace(EMPTY, columns={"code": "short name"})
    found = list(differences([stale], {"partners.Network": []}))
    assert [one.id for one in found] == [UNKNOWN]


def test_the_tables_of_django_and_allauth_are_declared_too() -> None:
    assert {"sessions.Session", "account.EmailAddress", "mfa.Authenticator"} <= set(columns())


def test_every_column_says_what_it_is_for() -> None:
    silent = [
        f"{table.model}.{name}"
        for table in data_dictionary.tables()
        for name, column in table.complete().items()
        if not column.purpose.strip()
    ]
    assert silent == []


def test_what_the_dictionary_says_is_purged_is_what_the_purge_deletes() -> None:
    declared = {table.model for table in data_dictionary.tables() if table.kept.purged}
    purged = {rows.model._meta.label for rows in retention.overdue(now=datetime.now(UTC)).values()}
    assert declared == purged


def test_a_retention_names_a_setting_that_exists() -> None:
    settings = {f"MITI_{name.upper()}" for name in Environment.model_fields}
    assert {kept.setting for kept in Kept if kept.setting} <= settings


def test_nothing_that_points_to_a_person_is_in_what_outlives_a_conversation() -> None:
    kept = [apps.get_model("indicators", name) for name in ("MetricRow", "Counter", "Capacity")]
    pointing = [
        f"{model.__name__}.{field.name}"
        for model in kept
        for field in model._meta.get_fields()
        if field.is_relation
    ]
    assert pointing == []


def test_a_settings_name_in_the_list_of_keys_exists() -> None:
    settings = {f"MITI_{name.upper()}" for name in Environment.model_fields}
    named = {name for key in KEYS for name in re.findall(r"`(MITI_\w+)`", key.until)}
    assert named
    assert named <= settings


def test_every_key_and_field_is_on_the_generated_page() -> None:
    page = reference.dictionary.page()
    assert [one.name for one in (*KEYS, *CHANNELS) if f"`{one.name}`" not in page] == []
    assert [name for name in FIELDS if f"| `{name}` |" not in page] == []
