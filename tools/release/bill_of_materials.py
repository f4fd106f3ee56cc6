"""The bill of materials, in CycloneDX: what is locked for running Miti, and the scripts and fonts that it serves itself."""

import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from tools.release.version import Release

LOCKED = re.compile(r"^([\w.-]+)==([^\s;\\]+)", re.MULTILINE)
VENDORED = re.compile(r"^(\S+)\n((?:  \S+ \d\S* \([^)]+\)\n)+)  sha256 ([0-9a-f]{64})$", re.MULTILINE)
PACKAGE = re.compile(r"^  (\S+) (\d\S*) \(([^)]+)\)$", re.MULTILINE)
NAMESPACE = uuid.UUID("c2c37b7c-6e53-4f4f-9d0b-2f6f0a4f6a55")
LONGEST_LICENCE = 60
"""Some packages put the whole text of their licence where its name belongs."""
licences = LicenseFactory()


def written(source: Path, release: Release) -> str:
    """As JSON; the same for the same commit and the same installed packages."""
    bom = Bom(serial_number=uuid.uuid5(NAMESPACE, release.commit))
    bom.metadata.timestamp = datetime.fromtimestamp(release.time, UTC)
    miti = Component(
        name="miti",
        version=release.version,
        type=ComponentType.APPLICATION,
        bom_ref=release.name,
        licenses=[licences.make_from_string("EUPL-1.2")],
    )
    bom.metadata.component = miti
    parts = [*python_packages(source), *vendored_files(source)]
    for part in parts:
        bom.components.add(part)
    bom.register_dependency(miti, parts)
    return JsonV1Dot6(bom).output_as_string(indent=2) + "\n"


def python_packages(source: Path) -> Iterator[Component]:
    """All that requirements.lock installs, with the licences that the installed ones state."""
    for name, version in LOCKED.findall((source / "requirements.lock").read_text(encoding="utf-8")):
        url = PackageURL("pypi", name=name.lower(), version=version)
        stated = _licence(name)
        yield Component(
            name=name,
            version=version,
            type=ComponentType.LIBRARY,
            purl=url,
            bom_ref=str(url),
            licenses=[stated] if stated else [],
        )


def vendored_files(source: Path) -> Iterator[Component]:
    """Each file that is served, with the packages that it was made of. Those of the tests are not served."""
    for note in sorted(source.glob("*/static/**/VENDORED.txt")):
        for file, packages, sha256 in VENDORED.findall(note.read_text(encoding="utf-8")):
            where = (note.parent / file).relative_to(source).as_posix()
            made_of = [_npm(where, *about) for about in PACKAGE.findall(packages)]
            yield Component(
                name=where,
                type=ComponentType.FILE,
                bom_ref=where,
                hashes=[HashType(alg=HashAlgorithm.SHA_256, content=sha256)],
                components=made_of,
            )


def _npm(where: str, package: str, version: str, licence: str) -> Component:
    scope, _, name = package.rpartition("/")
    return Component(
        group=scope or None,
        name=name,
        version=version,
        type=ComponentType.LIBRARY,
        purl=PackageURL("npm", namespace=scope or None, name=name, version=version),
        bom_ref=f"{where}#{package}",
        licenses=[licences.make_from_string(licence)],
    )


def _licence(package: str) -> License | None:
    try:
        about = metadata.metadata(package)
    except metadata.PackageNotFoundError:
        # Locked for another Python than this one.
        return None
    (stated, *_) = about.get_all("License-Expression") or about.get_all("License") or [""]
    if not stated or len(stated) > LONGEST_LICENCE or stated == "UNKNOWN":
        kinds = [one for one in about.get_all("Classifier") or [] if one.startswith("License ::")]
        stated = ", ".join(one.rpartition(" :: ")[2] for one in kinds)
    return licences.make_from_string(stated) if stated else None
