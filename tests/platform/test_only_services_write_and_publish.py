"""Views, forms, pages of accounts and sockets parse, call one service and reply: read from the code itself."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.server import ROOT

PACKAGES = (
    "miti", "server", "accounts", "operations", "demo", "widget", "counsellor_console", "coordination", "chat", "roster",
    "routing_rules", "indicators", "partners",
)  # fmt: skip
#: Only here a wake-up is sent.
PUBLISH = {
    "chat/content.py", "chat/services/closing.py", "chat/services/dispatch.py", "chat/services/duty.py",
    "chat/services/epochs.py", "chat/services/grants.py", "chat/services/hints.py", "chat/services/offers.py",
    "chat/services/parties.py", "chat/services/requests.py", "chat/services/tick.py", "chat/theme_use.py",
    "coordination/board/calls.py",
    "partners/accounts.py", "partners/second_factor.py", "partners/undo.py",
    "routing_rules/bookings.py", "routing_rules/leaving.py", "routing_rules/people.py",
    "routing_rules/pools.py", "routing_rules/publishing.py",
    "routing_rules/sites.py", "routing_rules/themes.py", "routing_rules/timetables.py",
    # What is written when a console ends is presence, which is in no database.
    "counsellor_console/presence.py",
}  # fmt: skip
#: In these packages nothing is written to the database.
WITHOUT_WRITES = ("miti", "server", "accounts", "widget", "counsellor_console", "coordination")
#: But by these, which are services: alerts, calls and what-ifs are of no room below.
SERVICES_OF_PAGES = {
    "coordination/board/alert_notices.py", "coordination/board/alerting.py", "coordination/board/calls.py",
    "coordination/what_if/ledger.py",
    "coordination/what_if/runs.py",
}  # fmt: skip
#: Nor in these modules of the others.
READERS = (
    "chat/socket.py", "chat/hub.py", "chat/wakeup_listener.py", "indicators/pages/views.py", "indicators/api/token_views.py",
    "indicators/releases/release_views.py",
    "indicators/api/endpoints.py", "operations/health.py", "operations/metrics.py",
)  # fmt: skip
ALWAYS_WRITE = {
    "get_or_create", "update_or_create", "bulk_create", "bulk_update", "aget_or_create", "aupdate_or_create",
    "acreate", "asave", "adelete", "aupdate",
}  # fmt: skip
MAY_WRITE = {"save", "create", "delete", "update", "set"}


def modules(*packages: str) -> Iterator[tuple[str, ast.Module]]:
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> Iterator[str]:
    """Everything that is imported, by its full name; of what is imported from a module, both."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)


def is_a_write(call: ast.Call, names: set[str]) -> bool:
    """Of the database, as the ORM writes: on a manager or query, on a row, or on what belongs to a row."""
    if not isinstance(call.func, ast.Attribute):
        return False
    verb, target = call.func.attr, call.func.value
    if verb in ALWAYS_WRITE:
        return True
    if verb not in MAY_WRITE:
        return False
    text = ast.unparse(target)
    if ".objects" in text:
        return True
    # A service that is called has such names too, on a module that was imported.
    is_module = isinstance(target, ast.Name) and target.id in names
    return verb in {"save", "delete", "create"} and not is_module


def names_imported(tree: ast.Module) -> set[str]:
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }


def writes(tree: ast.Module) -> list[int]:
    names = names_imported(tree)
    return [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Call) and is_a_write(node, names)]


def test_only_services_publish() -> None:
    publishing = {
        path for path, tree in modules(*PACKAGES) if any("wakeups.publish" in one for one in imported(tree))
    }
    assert publishing == PUBLISH


def test_nothing_else_sends_over_the_channel_layer() -> None:
    sending = {
        path
        for path, tree in modules(*PACKAGES, "wakeups")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "group_send"
    }
    assert sending == {"wakeups/publish.py"}


def test_views_forms_and_sockets_write_nothing_themselves() -> None:
    looked_at = [
        *modules(*WITHOUT_WRITES),
        *((path, ast.parse((ROOT / path).read_text(encoding="utf-8"))) for path in READERS),
    ]
    writing = {(path, line) for path, tree in looked_at for line in writes(tree)}
    assert sorted(one for one in writing if one[0] not in SERVICES_OF_PAGES) == []
    assert {path for path, _line in writing} == SERVICES_OF_PAGES


def test_a_write_is_recognised() -> None:
    source = """
from routing_rules import pools as services
services.save(pool=pool)
Pool.objects.filter(pk=1).update(active=False)
pool.save()
person.pools.all().delete()
Pool.objects.create(slug="x")
Pool.objects.get_or_create(slug="x")
kept.update(other)
"""
    assert writes(ast.parse(source)) == [4, 5, 6, 7, 8]


def test_the_allowed_exceptions_exist() -> None:
    assert [path for path in (*PUBLISH, *READERS) if not Path(ROOT / path).exists()] == []
