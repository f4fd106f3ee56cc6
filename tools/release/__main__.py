"""Build the release that this clone's commit is tagged for. Prints what it made; a mistake ends it with sentences and nothing made."""

import hashlib
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from tools.release import bill_of_materials, browser_files, image, packages, version

ROOT = Path.cwd()
SUMS = "SHA256SUMS"


def main() -> None:
    try:
        release = version.read(ROOT)
    except version.NotReleasable as refusal:
        sys.exit(f"No release was made.\n{refusal}")
    out = Path(os.environ.get("OUT") or ROOT / "var" / "release" / release.version).absolute()
    if out.exists() and any(out.iterdir()):
        sys.exit(f"No release was made.\n{out} has files in it: move them away first")
    out.mkdir(parents=True, exist_ok=True)
    try:
        made = _make(release, out)
    except BaseException:
        # Half a release must not be taken for one.
        shutil.rmtree(out)
        raise
    print(f"Release {release.version} of commit {release.commit}, in {out}: {made}")
    print("Nothing is signed: docs/releasing.md says what to sign.")


def _make(release: version.Release, out: Path) -> str:
    with tempfile.TemporaryDirectory(prefix="miti-release-") as folder:
        source = packages.export(ROOT, release, Path(folder))
        static = packages.build_words_and_static_files(source, Path(folder, "data"))
        packages.build_packages(source, release, out)
        served = json.dumps(browser_files.listed(source, static, release), indent=1)
        materials = bill_of_materials.written(source, release)
        (out / "browser-files.json").write_text(served + "\n", encoding="utf-8")
        (out / f"{release.name}.cdx.json").write_text(materials, encoding="utf-8")
        (out / "RELEASE_NOTES.md").write_text(release.notes, encoding="utf-8")
        shutil.copyfile(source / "requirements.lock", out / "requirements.lock")
        about_image = image.build(source, release, out)
    names = sorted(file.name for file in out.iterdir())
    lines = [f"{_sha256(out / name)}  {name}\n" for name in names]
    (out / SUMS).write_text("".join(lines), encoding="utf-8")
    return f"{', '.join([*names, SUMS])} ({about_image})"


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


main()
