"""Each class name has one meaning, test names are short, and everything that a document names exists."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from tests.server import ROOT

# Both sockets have frames of the same name, and a frame may be named as the model that it tells of.
FRAMES = {"client_frames", "server_frames"}
# Django finds commands by this name.
NOT_CHOSEN = {"Command"}

CODE = {*settings.PACKAGES, "tests", "benchmarks", "tools"}
PLACES = CODE | {"docs", "caddy"}
DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    *sorted(str(one.relative_to(ROOT)) for one in ROOT.glob("docs/**/*.md")),
]
COMMANDS = [
    *DOCUMENTS,
    "Makefile",
    "Dockerfile",
    "docker-compose.yml",
    *[f"tools/{one.name}" for one in ROOT.glob("tools/*") if one.is_file()],
]
RUN = re.compile(r"python3? -m ((?:" + "|".join(sorted(PLACES)) + r")(?:\.\w+)*)")


def classes() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for package in CODE - {"tests"}:
        for path in (ROOT / package).rglob("*.py"):
            if "migrations" in path.parts or path.stem in FRAMES:
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in tree.body:
                if isinstance(node, ast.ClassDef):
                    found[node.name].append(str(path.relative_to(ROOT)))
    return found


def test_no_test_name_is_longer_than_90_characters() -> None:
    long = [
        f"{path.relative_to(ROOT)}::{node.name}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and len(node.name) > 90
    ]
    assert long == []


def test_no_class_name_has_two_meanings() -> None:
    twice = {name: where for name, where in classes().items() if len(where) > 1}
    assert {name: where for name, where in twice.items() if name not in NOT_CHOSEN} == {}


NO_MODULES = (".org", ".env", ".sqlite3", ".service")


def named() -> Iterator[tuple[str, str]]:
    """Each `word` of a document that begins as one of our paths or modules does."""
    for document in DOCUMENTS:
        for word in re.findall(r"`([^`\s]+)`", (ROOT / document).read_text(encoding="utf-8")):
            ours = re.match(r"(?:" + "|".join(sorted(PLACES)) + r")[./]\w", word)
            if (ours or re.fullmatch(r"\w+\.(py|js|css)", word)) and not word.endswith(NO_MODULES):
                yield document, word


def is_there(word: str) -> bool:
    path, _, _ = word.partition(":")
    if re.fullmatch(r"\w+\.(py|js|css)", path):
        return any(one for package in CODE for one in (ROOT / package).rglob(path))
    if "/" in path or "*" in path:
        return (ROOT / path).exists() or any(ROOT.glob(path))
    steps = path.removesuffix("()").split(".")
    if (ROOT / path).exists():
        return True
    for depth in range(len(steps), 0, -1):
        base = ROOT.joinpath(*steps[:depth])
        module = base.with_suffix(".py") if base.with_suffix(".py").is_file() else base / "__init__.py"
        if module.is_file():
            return all(step in module.read_text(encoding="utf-8") for step in steps[depth:])
    return False


def test_every_path_and_module_that_a_document_names_exists() -> None:
    words = list(named())
    assert len(words) > 20
    assert [(document, word) for document, word in words if not is_there(word)] == []


def test_every_command_of_ours_that_is_written_down_can_be_run() -> None:
    gone = []
    for name in COMMANDS:
        for module in RUN.findall((ROOT / name).read_text(encoding="utf-8")):
            base = ROOT / Path(*module.split("."))
            if not base.with_suffix(".py").is_file() and not (base / "__main__.py").is_file():
                gone.append((name, module))
    assert gone == []
