"""What figures called sub-themes by constants is taken over into rows, and the reception's theme gets its flag."""

from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE = [("routing_rules", "0004_one_column_of_a_rule")]
AFTER = [("routing_rules", "0006_subthemes")]
MIGRATION = import_module("routing_rules.migrations.0006_subthemes")


@pytest.mark.django_db(transaction=True)
def test_constants_become_rows_and_the_reverse_migration_restores_them() -> None:
    newest = list(MigrationExecutor(connection).loader.graph.leaf_nodes())
    try:
        old = MigrationExecutor(connection).migrate(BEFORE).apps
        themes = old.get_model("routing_rules", "Theme")
        for code in ("emploi", "accueil", "stage"):
            themes.objects.create(code=code, labels={"fr": code})
        new = MigrationExecutor(connection).migrate(AFTER).apps
        themes, subthemes = (
            new.get_model("routing_rules", "Theme"),
            new.get_model("routing_rules", "SubTheme"),
        )
        assert list(themes.objects.filter(reception=True).values_list("code", flat=True)) == ["accueil"]
        rows = subthemes.objects.order_by("position").values_list("theme__code", "code", "labels__fr")
        assert list(rows) == [
            ("emploi", code, french) for code, french, _dutch, _english in MIGRATION.SUBTHEMES["emploi"]
        ]
        assert subthemes.objects.get(code="cv").labels == {
            "fr": "CV et lettre", "nl": "Cv en brief", "en": "CV and letter",
        }  # fmt: skip
        back = MigrationExecutor(connection).migrate(BEFORE).apps
        assert back.get_model("routing_rules", "Theme").objects.count() == 3
    finally:
        MigrationExecutor(connection).migrate(newest)
