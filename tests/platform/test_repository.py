"""What is committed: locked and hashed dependencies, no address of a registry, nothing of the machine that it was written on."""

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest

from tests.server import ROOT

# In pieces: this file is looked through as well.
REGISTRIES = [
    "pypi." + "org", "python" + "hosted", "npm" + "js.", "registry." + "yarnpkg", "proxy.golang" + ".org",
    "index" + "-url", "crates" + ".io",
]  # fmt: skip
MACHINES = ["/" + "root/", "/" + "work/", "/" + "Users/"]
TEXT = {
    ".py", ".js", ".css", ".html", ".md", ".txt", ".toml", ".lock", ".json", ".po", ".yml", ".yaml", ".svg",
    "", ".cfg", ".sh",
}  # fmt: skip
LOCKS = ["requirements.lock", "requirements-dev.lock"]


@cache
def committed() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def texts() -> list[tuple[str, str]]:
    return [
        (str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
        for path in committed()
        if path.suffix in TEXT and "vendor" not in path.parts
    ]


def test_no_file_names_the_address_of_a_registry() -> None:
    naming = [(name, one) for name, text in texts() for one in REGISTRIES if one in text.lower()]
    assert naming == []


def test_no_file_names_a_folder_of_the_machine_that_it_was_written_on() -> None:
    naming = [(name, one) for name, text in texts() for one in MACHINES if one in text]
    assert naming == []


def test_nothing_at_run_time_or_in_tests_reads_beside_the_repository() -> None:
    beside = re.compile(r"\.\./" + r"shared")
    assert [name for name, text in texts() if beside.search(text)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_dependency_has_an_exact_version_and_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert len(lines) > 30
    loose = [line[:60] for line in lines if "==" not in line or "--hash=sha256:" not in line]
    assert loose == []


def test_what_the_project_asks_for_is_in_its_locks() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    run, test = (_locked(lock) for lock in LOCKS)
    assert _names(project["project"]["dependencies"]) - run == set()
    assert _names(project["dependency-groups"]["dev"]) - test == set()
    assert run - test == set(), "the tests must run with what is served"


def test_both_locks_agree_on_every_version() -> None:
    run, test = (dict(_pinned(lock)) for lock in LOCKS)
    assert {name: (version, test[name]) for name, version in run.items() if test.get(name) != version} == {}


def test_dependencies_are_installed_with_their_hashes() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    installs = [line for line in makefile.splitlines() if "pip install" in line]
    assert installs
    assert [line for line in installs if "--require-hashes" not in line] == []


def test_ci_runs_the_command_of_the_readme() -> None:
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make run" in readme
    assert "make test" in readme


def test_the_licence_is_the_one_that_the_project_declares() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert project["project"]["license"] == "EUPL-1.2"
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in licence
    assert "Appendix" in licence


def test_every_link_of_the_docs_leads_to_a_file() -> None:
    broken = []
    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.S)
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
            if not re.match(r"[a-z]+:", target) and not (document.parent / target).exists():
                broken.append(f"{document.name}: {target}")
    assert broken == []


def test_the_pictures_of_the_docs_are_small_and_shown_somewhere() -> None:
    pictures = list((ROOT / "docs" / "pictures").glob("*.png"))
    documents = "".join(
        page.read_text(encoding="utf-8") for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    )
    assert pictures
    assert [one.name for one in pictures if one.stat().st_size >= 150_000] == []
    assert [one.name for one in pictures if f"pictures/{one.name}" not in documents] == []


def _pinned(lock: str) -> list[tuple[str, str]]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    return [(_plain(name), version) for name, version in re.findall(r"^([\w.\[\]-]+)==([^\s;]+)", text, re.M)]


def _locked(lock: str) -> set[str]:
    return {name for name, _ in _pinned(lock)}


def _names(wanted: list[str]) -> set[str]:
    return {_plain(re.split(r"[<>=!;~ ]", one)[0]) for one in wanted}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.split("[")[0]).lower()
