"""What is released: a commit whose tag, version and list of changes agree."""

import re
import subprocess
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

VERSION = re.compile(r'^__version__ = "([^"]+)"$', re.MULTILINE)
FINAL = re.compile(r"\d+\.\d+\.\d+")
HEADING = re.compile(r"^## (\S+)(?: \((.*)\))?$", re.MULTILINE)
NOT_RELEASED = "not released"
SHOWN = 5


class NotReleasable(Exception):
    """One sentence for each thing that is wrong."""


@dataclass(frozen=True)
class Release:
    version: str
    commit: str
    time: int
    """Of the commit, in seconds since 1970: everything that is built is of this moment."""
    notes: str
    """Its section of CHANGELOG.md, without the heading."""

    @property
    def name(self) -> str:
        return f"miti-{self.version}"


def read(root: Path) -> Release:
    """The release that this clone holds. Raises NotReleasable."""
    if _git(root, "rev-parse", "--verify", "HEAD").returncode:
        raise NotReleasable("This is no clone with a commit: a release is made from one")
    changed = [line[3:] for line in _git(root, "status", "--porcelain").stdout.splitlines()]
    tags = _git(root, "tag", "--points-at", "HEAD", "--list", "v*").stdout.split()
    version = version_of((root / "miti" / "__init__.py").read_text(encoding="utf-8"))
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    if wrong := mistakes(changed=changed, tags=tags, version=version, changelog=changelog):
        raise NotReleasable("\n".join(wrong))
    commit, time = _git(root, "log", "-1", "--format=%H %ct").stdout.split()
    return Release(version, commit, int(time), section(changelog, version))


def mistakes(*, changed: Collection[str], tags: Collection[str], version: str, changelog: str) -> list[str]:
    """Why this cannot be released, a sentence each."""
    found = []
    if changed:
        some = ", ".join(sorted(changed)[:SHOWN]) + (", …" if len(changed) > SHOWN else "")
        found.append(f"The work tree has changes that are in no commit: {some}")
    if not FINAL.fullmatch(version):
        found.append(f"{version} is no version to release: set miti/__init__.py to one like 0.2.0")
    elif not tags:
        found.append(f"This commit has no tag: git tag --annotate v{version}")
    found += [
        f"The tag {tag} is not the version of miti/__init__.py, which is {version}"
        for tag in sorted(tags)
        if tag != f"v{version}"
    ]
    newest, about = next(iter(headings(changelog)), ("", ""))
    if newest != version:
        found.append(f"The newest section of CHANGELOG.md is {newest or 'missing'}, not {version}")
    elif about == NOT_RELEASED:
        found.append(f"CHANGELOG.md says that {version} is not released: give its date there")
    return found


def version_of(source: str) -> str:
    stated = VERSION.search(source)
    return stated[1] if stated else "nothing"


def headings(changelog: str) -> list[tuple[str, str]]:
    """The versions with what is said of each in brackets, the newest first."""
    return [(found[1], found[2] or "") for found in HEADING.finditer(changelog)]


def section(changelog: str, version: str) -> str:
    """What changed with this version; empty when nothing is said of it."""
    for found in HEADING.finditer(changelog):
        if found[1] == version:
            rest = changelog[found.end() :]
            following = HEADING.search(rest)
            return (rest[: following.start()] if following else rest).strip() + "\n"
    return ""


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
