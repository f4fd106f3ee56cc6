"""`make release`: from a tagged commit, everything that a release consists of; and what is refused, in sentences."""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from gettext import GNUTranslations
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from miti.commit import commit
from routing_rules.audiences import AUDIENCES
from routing_rules.languages import LANGUAGES
from tests.platform.test_repository import committed
from tests.release_before import release_before
from tests.server import ROOT
from tools.release import image, packages, version
from tools.release.bill_of_materials import LOCKED
from tools.release.version import NotReleasable, Release, mistakes, read, section

VERSION = "9.8.7"
MOMENT = "2027-03-01T08:00:00+01:00"
CHANGES = (
    f"# Changes\n\n## {VERSION} (1 March 2027)\n\n- Something new.\n\n## 9.8.6 (1 February 2027)\n\n- Old.\n"
)
OURS = re.compile(r'^__version__ = "[^"]+"$', re.MULTILINE)


def git(folder: Path, *arguments: str) -> str:
    identity = {
        f"GIT_{who}_{what}": "test@miti.example"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    dates = {"GIT_AUTHOR_DATE": MOMENT, "GIT_COMMITTER_DATE": MOMENT, "GIT_CONFIG_GLOBAL": os.devnull}
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env=os.environ | identity | dates,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def repository(folder: Path, files: dict[str, str]) -> Path:
    """A clone with these files in one commit, tagged."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Everything")
    git(folder, "tag", f"v{VERSION}")
    return folder


@dataclass(frozen=True)
class Made:
    clone: Path
    out: Path
    told: str

    def json(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.out / name).read_text(encoding="utf-8"))
        return found

    @property
    def wheel(self) -> Path:
        return self.out / f"miti-{VERSION}-py3-none-any.whl"


def release(clone: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tools.release"]
    return subprocess.run(
        command, cwd=clone, env=os.environ | settings, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A release of the files that are here now, as if they were tagged."""
    clone = tmp_path_factory.mktemp("clone")
    for file in committed():
        target = clone / file.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    stated = OURS.sub(
        f'__version__ = "{VERSION}"', (ROOT / "miti" / "__init__.py").read_text(encoding="utf-8")
    )
    repository(clone, {"miti/__init__.py": stated, "CHANGELOG.md": CHANGES})
    out = tmp_path_factory.mktemp("out")
    done = release(clone, OUT=str(out), IMAGE="0")
    assert done.returncode == 0, done.stderr
    return Made(clone, out, done.stdout)


# --- what is in it ------------------------------------------------------------------------------------------------


def test_every_file_is_in_the_list_of_sums(made: Made) -> None:
    sums = dict(line.split("  ")[::-1] for line in (made.out / "SHA256SUMS").read_text().splitlines())
    assert set(sums) == {
        f"miti-{VERSION}-py3-none-any.whl",
        f"miti-{VERSION}.tar.gz",
        f"miti-{VERSION}.cdx.json",
        "browser-files.json",
        "requirements.lock",
        "RELEASE_NOTES.md",
    }
    for name, sha256 in sums.items():
        assert hashlib.sha256((made.out / name).read_bytes()).hexdigest() == sha256
    assert git(made.clone, "rev-parse", "HEAD") in made.told
    assert "no image, as IMAGE=0 asks" in made.told
    assert "Nothing is signed" in made.told


def test_the_notes_are_the_versions_section_of_the_changes(made: Made) -> None:
    assert (made.out / "RELEASE_NOTES.md").read_text() == "- Something new.\n"


def test_two_builds_give_the_same_wheel_and_archive(made: Made, tmp_path: Path) -> None:
    """Elsewhere, at another time, of files with other rights."""
    told = read(made.clone)
    umask = os.umask(0o077)
    try:
        source = packages.export(made.clone, told, tmp_path)
    finally:
        os.umask(umask)
    packages.build_words_and_static_files(source, tmp_path / "data")
    packages.build_packages(source, told, tmp_path / "again")
    for name in (made.wheel.name, f"miti-{VERSION}.tar.gz"):
        assert (tmp_path / "again" / name).read_bytes() == (made.out / name).read_bytes(), name


def test_no_compiled_words_hold_the_time_of_their_compilation(made: Made) -> None:
    """Two builds within a minute, as above, would not show it."""
    dates = set()
    with zipfile.ZipFile(made.wheel) as wheel:
        for name in wheel.namelist():
            if name.endswith(".mo"):
                with wheel.open(name) as words:
                    dates.add(GNUTranslations(words).info()["pot-creation-date"])
    assert dates == {"1970-01-01 00:00+0000"}


def test_a_release_is_made_in_an_environment_of_its_own() -> None:
    told = subprocess.run(
        ["make", "-n", "--no-print-directory", "release"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.endswith("var/release-tools/bin/python -m tools.release\n")
    assert ".venv" not in told.stdout


def test_the_wheel_holds_what_runs_and_nothing_else(made: Made) -> None:
    with zipfile.ZipFile(made.wheel) as wheel:
        names = set(wheel.namelist())
    tops = {name.split("/")[0] for name in names} - {f"miti-{VERSION}.dist-info"}
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    copied = {name for name, _ in re.findall(r"^COPY (\w+) (\1)$", dockerfile, re.MULTILINE)}
    assert tops == copied | {"SECURITY.md"}
    catalogues = {
        file.relative_to(ROOT).with_suffix("").as_posix() for file in ROOT.glob("*/locale/*/LC_MESSAGES/*.po")
    }
    assert {f"{one}.mo" for one in catalogues} <= names
    for needed in (
        "miti/templates/miti/operator.html",
        "widget/static/widget/packed/chat.js",
        "chat/migrations/0001_initial.py",
    ):
        assert needed in names
    licence = [name for name in names if name.endswith("licenses/LICENSE")]
    assert len(licence) == 1


def test_the_wheel_runs_without_its_source_and_knows_its_commit(made: Made, tmp_path: Path) -> None:
    with zipfile.ZipFile(made.wheel) as wheel:
        wheel.extractall(tmp_path / "site")
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(tmp_path / "site"),
        "MITI_DATA_DIR": str(tmp_path / "data"),
    }

    def run(word: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "miti", word],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert run("version") == f"Miti {VERSION} (commit {git(made.clone, 'rev-parse', 'HEAD')[:12]})\n"
    run("build")
    # What it serves is what the release says that browsers may be given.
    listed = {name for name in made.json("browser-files.json")["files"] if name.startswith("/static/")}
    hashed = json.loads((tmp_path / "data" / "static" / "staticfiles.json").read_text())["paths"].values()
    assert {f"/static/{name}" for name in hashed} == listed


def test_the_list_for_browsers_has_the_digests_of_what_is_served(made: Made) -> None:
    listed = made.json("browser-files.json")
    assert (listed["version"], listed["commit"]) == (VERSION, git(made.clone, "rev-parse", "HEAD"))
    loader = (ROOT / "widget/static/widget/packed/loader.js").read_bytes()
    assert listed["files"]["/widget.js"] == {
        "sha256": hashlib.sha256(loader).hexdigest(),
        "integrity": "sha384-" + base64.b64encode(hashlib.sha384(loader).digest()).decode(),
    }
    chat = [
        name
        for name in listed["files"]
        if re.fullmatch(r"/static/widget/packed/chat\.[0-9a-f]{12}\.js", name)
    ]
    packed = (ROOT / "widget/static/widget/packed/chat.js").read_bytes()
    assert [listed["files"][name]["sha256"] for name in chat] == [hashlib.sha256(packed).hexdigest()]


def test_the_list_for_browsers_has_the_visitors_page_in_each_language(made: Made) -> None:
    """To the byte, but for what an installation sets: that has a name in braces in its place."""
    listed = made.json("browser-files.json")
    assert set(listed["pages"]) == set(LANGUAGES)
    for language, page in listed["pages"].items():
        assert f'<html lang="{language}"' in page
        assert set(re.findall(r"\{\w+\}", page)) == {"{site}", "{audience}", "{campaign}", "{quick_exit}"}
        named = re.findall(r"(/static/[\w./-]+)(?:\" integrity=\"| )?(sha384-[\w+/=]+)?", page)
        assert len(named) > len(LANGUAGES)
        for address, integrity in named:
            assert integrity in {"", listed["files"][address]["integrity"]}, address
        assert all(integrity for address, integrity in named if address.endswith((".js", ".css")))
    assert "frame-ancestors {domains};" in listed["headers"]["Content-Security-Policy"]
    assert listed["audiences"] == list(AUDIENCES)


def test_the_bill_of_materials_names_what_is_locked_and_vendored(made: Made) -> None:
    bill = made.json(f"miti-{VERSION}.cdx.json")
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    about = bill["metadata"]
    assert (about["component"]["name"], about["component"]["version"]) == ("miti", VERSION)
    assert about["timestamp"].startswith("2027-03-01T07:00:00")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bill)) is None
    libraries = {(one["name"], one["version"]) for one in bill["components"] if one["type"] == "library"}
    assert libraries == set(LOCKED.findall((ROOT / "requirements.lock").read_text(encoding="utf-8")))
    unknown = [
        one["name"] for one in bill["components"] if one["type"] == "library" and not one.get("licenses")
    ]
    # Only what is locked for another Python or system than this one.
    assert len(unknown) <= 3, unknown
    files = {one["name"]: one for one in bill["components"] if one["type"] == "file"}
    preact = files["chat/static/chat/vendor/preact-core.js"]
    assert {one["name"] for one in preact["components"]} == {"preact", "htm"}
    assert all(one["licenses"] and one["purl"].startswith("pkg:npm/") for one in preact["components"])
    for name, one in files.items():
        (stated,) = one["hashes"]
        assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == stated["content"]
    assert not any(name.startswith("tests/") for name in files)


# --- what is refused ----------------------------------------------------------------------------------------------

GOOD: dict[str, Any] = {"changed": [], "tags": [f"v{VERSION}"], "version": VERSION, "changelog": CHANGES}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"changed": ["chat/hub.py"]}, "The work tree has changes that are in no commit: chat/hub.py"),
        ({"changed": list("abcdefg")}, "The work tree has changes that are in no commit: a, b, c, d, e, …"),
        ({"tags": []}, f"This commit has no tag: git tag --annotate v{VERSION}"),
        ({"tags": ["v9.9.9"]}, f"The tag v9.9.9 is not the version of miti/__init__.py, which is {VERSION}"),
        ({"changelog": "# Changes\n"}, f"The newest section of CHANGELOG.md is missing, not {VERSION}"),
        (
            {"changelog": CHANGES.replace("1 March 2027", "not released")},
            f"CHANGELOG.md says that {VERSION} is not released: give its date there",
        ),
    ],
)
def test_each_disagreement_is_one_sentence(wrong: dict[str, Any], sentence: str) -> None:
    assert mistakes(**GOOD) == []
    assert mistakes(**GOOD | wrong) == [sentence]


def test_a_version_in_the_making_is_not_released() -> None:
    found = mistakes(**GOOD | {"version": f"{VERSION}.dev0", "tags": []})
    assert found[0] == f"{VERSION}.dev0 is no version to release: set miti/__init__.py to one like 0.2.0"


def test_the_section_of_a_version_ends_where_the_next_begins() -> None:
    assert section(CHANGES, "9.8.6") == "- Old.\n"
    assert section(CHANGES, "1.0.0") == ""


def test_a_clone_with_changes_is_refused_and_nothing_is_made(tmp_path: Path) -> None:
    clone = repository(
        tmp_path / "clone",
        {
            "miti/__init__.py": f'__version__ = "{VERSION}"\n',
            "CHANGELOG.md": CHANGES,
            ".gitignore": "/var/\n",
        },
    )
    assert read(clone).version == VERSION
    (clone / "new.py").write_text("")
    with pytest.raises(NotReleasable, match=r"changes that are in no commit: new\.py"):
        read(clone)
    environment = {"PYTHONPATH": str(ROOT)}
    refused = release(clone, **environment)
    assert refused.returncode == 1
    assert refused.stderr == "No release was made.\nThe work tree has changes that are in no commit: new.py\n"
    assert not (clone / "var").exists()


def test_a_folder_that_is_no_clone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotReleasable, match="This is no clone with a commit"):
        read(tmp_path)


def test_an_earlier_release_is_not_overwritten(made: Made) -> None:
    before = (made.out / "SHA256SUMS").read_bytes()
    refused = release(made.clone, OUT=str(made.out), IMAGE="0")
    assert refused.returncode == 1
    assert "has files in it: move them away first" in refused.stderr
    assert (made.out / "SHA256SUMS").read_bytes() == before


def test_without_an_engine_there_is_no_image_and_the_release_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("IMAGE", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    told = image.build(tmp_path, Release(VERSION, "0" * 40, 0, ""), tmp_path)
    assert told == "no image: neither podman nor docker is installed"


@pytest.mark.parametrize(
    ("status", "words"), [(0, f"miti-{VERSION}-image.tar, built by podman"), (1, "no base image")]
)
def test_the_image_is_built_from_the_release_by_the_engine_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, words: str
) -> None:
    engine, calls = tmp_path / "podman", tmp_path / "calls"
    engine.write_text(f'#!/bin/sh\necho "$@" >>{calls}\necho no base image >&2\nexit {status}\n')
    engine.chmod(0o755)
    monkeypatch.delenv("IMAGE", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    one = Release(VERSION, "c" * 40, 0, "")
    if status:
        with pytest.raises(SystemExit, match=rf"podman build failed \({words}\).*IMAGE=0 make release"):
            image.build(tmp_path / "source", one, tmp_path)
        return
    assert image.build(tmp_path / "source", one, tmp_path) == words
    built, saved = calls.read_text().splitlines()
    assert f"--target miti --tag miti:{VERSION}" in built
    assert f"org.opencontainers.image.revision={'c' * 40}" in built
    assert built.endswith(str(tmp_path / "source"))
    assert saved == f"save --output {tmp_path}/miti-{VERSION}-image.tar miti:{VERSION}"


# --- what a clone says of itself ----------------------------------------------------------------------------------


def test_a_clone_says_its_commit_and_whether_files_were_changed(tmp_path: Path) -> None:
    clone = repository(tmp_path, {"miti/commit.txt": "$Format:%H$\n"})
    head = git(clone, "rev-parse", "HEAD")[:12]
    assert commit(clone / "miti") == head
    (clone / "miti" / "commit.txt").write_text("$Format:%H$\n\n")
    assert commit(clone / "miti") == f"{head}-dirty"
    # Copied out of it, nobody knows.
    shutil.rmtree(clone / ".git")
    assert commit(clone / "miti") == ""


def test_version_changes_and_the_release_before_agree() -> None:
    """In the making, the version is that of the newest section, which says so; the section below is the release before."""
    stated = version.version_of((ROOT / "miti" / "__init__.py").read_text(encoding="utf-8"))
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    (newest, about), (second, _) = version.headings(changelog)[:2]
    assert stated in {newest, f"{newest}.dev0"}
    assert (about == version.NOT_RELEASED) == stated.endswith(".dev0")
    assert release_before().version == second
    # Operators read it at the top of the section, or can rely on docs/versions.md.
    said = version.section(changelog, newest).partition("\n- ")[0]
    assert ("needs a pause" in said) == release_before().needs_pause


def test_the_release_before_calls_itself_by_its_version() -> None:
    before = release_before()
    assert version.version_of(before.file("miti/__init__.py")) == before.version
