"""docker-compose.yml and what belongs to it: valid, and as hardened as the docs say. No engine is needed to see that."""

import hashlib
import json
import re
import stat
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from miti.environment import Environment
from tests.docker_compose import FILE, read
from tests.platform.test_settings import GOOD_KEY
from tests.platform.test_wrong_settings import refused
from tests.server import ROOT

VENDORED = Path(__file__).parent / "vendor"
OVERWRITES_FREED_MEMORY = {"PYTHONMALLOC", "MALLOC_PERTURB_", "GLIBC_TUNABLES"}
SECRET = re.compile(r"password|secret|token|key|_url|email", re.I)
WHOLE = read()
SERVICES: dict[str, dict[str, Any]] = WHOLE["services"]
#: Runs once, and ends.
ONCE = {"migrate"}
MITI = {"web-1", "web-2", "worker", "beat", "migrate"}
each = pytest.mark.parametrize("name", sorted(SERVICES))


def schema() -> dict[str, Any]:
    whole: dict[str, Any] = json.loads((VENDORED / "compose-spec.json").read_text(encoding="utf-8"))
    return whole


# --- the file -------------------------------------------------------------------------------------------------


def test_the_compose_file_matches_the_specification() -> None:
    jsonschema.Draft202012Validator(schema()).validate(WHOLE)


def test_the_schema_detects_a_mistake() -> None:
    wrong = read()
    wrong["services"]["web-1"]["read-only"] = True
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema()).validate(wrong)


def test_the_schema_is_the_vendored_one() -> None:
    digest = hashlib.sha256((VENDORED / "compose-spec.json").read_bytes()).hexdigest()
    assert digest in (VENDORED / "VENDORED.txt").read_text(encoding="utf-8")


def test_every_service_of_the_platform_is_in_the_compose_file() -> None:
    assert set(SERVICES) == MITI | {"caddy", "postgres", "redis"}
    assert SERVICES["web-1"] == SERVICES["web-2"]
    served = SERVICES["caddy"]["environment"]["MITI_WEB"].split()
    assert served == ["web-1:8000", "web-2:8000"]
    assert set(SERVICES["caddy"]["depends_on"]) == {"web-1", "web-2"}


# --- every service --------------------------------------------------------------------------------------------


@each
def test_no_service_is_root_or_can_become_root(name: str) -> None:
    service = SERVICES[name]
    user, group = service["user"].split(":")
    assert int(user) > 0
    assert int(group) > 0
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.get("privileged")


@each
def test_every_service_writes_only_where_it_must(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    # What is in memory has an end.
    assert all("size=" in folder for folder in service["tmpfs"])
    written = [one for one in service.get("volumes", []) if not one.endswith(":ro")]
    assert written == {
        "caddy": ["certificates:/data"],
        "postgres": ["database:/var/lib/postgresql"],
        "migrate": ["releases:/srv/miti/var/releases"],
    }.get(name, [])


@each
def test_every_service_has_limits(name: str) -> None:
    service = SERVICES[name]
    limits = service["deploy"]["resources"]["limits"]
    assert set(limits) == {"cpus", "memory", "pids"}
    # No swap beside it, and no image of memory on a disk after a crash.
    assert service["memswap_limit"] == limits["memory"]
    assert service["mem_swappiness"] == 0
    assert service["ulimits"]["core"] == 0
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "3"}
    assert service["restart"] == ("on-failure:3" if name in ONCE else "unless-stopped")


def test_the_limits_leave_something_of_four_gigabytes_to_the_system() -> None:
    assert sum(map(memory_mb, SERVICES)) <= 3.4 * 1024


def test_a_web_process_may_hold_as_many_sockets_as_the_guide_says() -> None:
    """By what docs/speed.md measured."""
    speed = (ROOT / "docs" / "speed.md").read_text(encoding="utf-8")
    found = re.search(r"\| memory \| (\d+) MB, and (\d+) KB for each open socket \|", speed)
    assert found is not None
    assert memory_mb("web-1") >= int(found[1]) + 15_000 * int(found[2]) / 1024
    assert SERVICES["web-1"]["ulimits"]["nofile"] > 15_000
    assert SERVICES["caddy"]["ulimits"]["nofile"] > 15_000


def memory_mb(name: str) -> int:
    return int(SERVICES[name]["deploy"]["resources"]["limits"]["memory"].removesuffix("M"))


def test_visitors_who_come_by_ipv6_keep_their_addresses() -> None:
    assert WHOLE["networks"]["front"] == {"enable_ipv6": True}


@pytest.mark.parametrize("name", sorted(MITI - ONCE))
def test_a_process_that_answers_no_more_is_ended_so_that_it_is_restarted(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][-1] == "--end-when-stuck"


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ONCE))
def test_every_service_has_a_health_check_and_time_to_stop(name: str) -> None:
    service = SERVICES[name]
    assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert {"interval", "timeout", "retries"} <= set(service["healthcheck"])
    assert re.fullmatch(r"\d+s", service["stop_grace_period"])


@each
def test_no_environment_holds_a_secret(name: str) -> None:
    environment = SERVICES[name].get("environment", {})
    assert isinstance(environment, dict)
    for variable, value in environment.items():
        if SECRET.search(variable) and variable not in {"MITI_PUBLIC_URL", "MITI_SECRETS_DIR"}:
            assert str(value).startswith("/run/secrets/"), variable
        assert not re.search(r"://[^/]*:[^/]*@", str(value)), variable


@each
def test_each_service_gets_its_own_secret_files_only(name: str) -> None:
    service = SERVICES[name]
    given = set(service.get("secrets", []))
    assert given <= set(WHOLE["secrets"])
    named = set(re.findall(r"/run/secrets/(\w+)", json.dumps(service)))
    assert named <= given
    if name not in MITI:
        assert given == named


@each
def test_images_are_named_with_their_version(name: str) -> None:
    image = SERVICES[name]["image"]
    if "build" not in SERVICES[name]:
        # To the patch: what is installed does not change with the day on which it is pulled.
        assert re.fullmatch(r"[\w./-]+:\d+\.\d+[\w.-]+", image)


# --- the parts ------------------------------------------------------------------------------------------------


def test_only_caddy_is_reachable_and_only_the_web_processes_stand_between() -> None:
    assert [name for name, one in SERVICES.items() if "ports" in one] == ["caddy"]
    assert WHOLE["networks"]["stores"] == {"internal": True}
    on = {
        network: {name for name, one in SERVICES.items() if network in one["networks"]}
        for network in ("front", "stores")
    }
    assert on["front"] == {"caddy", "web-1", "web-2"}
    assert on["stores"] == set(SERVICES) - {"caddy"}


def test_redis_keeps_nothing_and_forgets_nothing_before_its_time() -> None:
    (_, _, script) = SERVICES["redis"]["command"]
    for option in ('--save ""', "--appendonly no", "--maxmemory-policy noeviction"):
        assert option in script
    assert "volumes" not in SERVICES["redis"]
    assert any(folder.startswith("/data:") for folder in SERVICES["redis"]["tmpfs"])


def test_the_database_writes_no_statement_and_no_row_into_its_log() -> None:
    command = SERVICES["postgres"]["command"]
    for option in ("--log_statement=none", "--log_min_error_statement=panic", "--log_error_verbosity=terse"):
        assert option in command


def test_the_database_keeps_no_older_log_of_what_was_written_than_a_crash_needs() -> None:
    command = SERVICES["postgres"]["command"]
    for option in ("--wal_level=minimal", "--max_wal_senders=0", "--wal_recycle=off"):
        assert option in command


def test_the_database_is_up_to_date_before_anybody_uses_it() -> None:
    for name in ("web-1", "web-2", "worker"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert SERVICES["migrate"]["depends_on"]["postgres"] == {"condition": "service_healthy"}


def test_the_compose_file_sets_known_settings_only() -> None:
    known = {field.alias or f"MITI_{name.upper()}" for name, field in Environment.model_fields.items()}
    for name in MITI:
        assert set(SERVICES[name]["environment"]) <= known | OVERWRITES_FREED_MEMORY
        # A secret is a file of a setting's name, or is named by one.
        files = {one.upper() for one in SERVICES[name]["secrets"]}
        assert files - known == {"MITI_CONTENT_KEY"}


def test_exactly_one_proxy_is_trusted() -> None:
    for name in ("web-1", "web-2"):
        assert SERVICES[name]["environment"]["MITI_TRUSTED_PROXIES"] == "1"
    # Caddy believes nobody before it: what a request says of its way here is written anew.
    assert "trusted_proxies" not in (ROOT / "caddy" / "Caddyfile").read_text(encoding="utf-8")


def test_caddy_keeps_no_log_of_requests() -> None:
    lines = [line.strip() for line in (ROOT / "caddy" / "Caddyfile").read_text(encoding="utf-8").splitlines()]
    assert "exclude http" in lines
    logs = [line for line in lines if line.split(" ")[0] == "log"]
    # A `log` without a name, in a site, would be an access log.
    assert logs == ["log default {", "log upstreams {"]


# --- the secrets ----------------------------------------------------------------------------------------------


def make_secrets(folder: Path) -> dict[str, str]:
    subprocess.run([ROOT / "tools" / "secrets", folder], check=True, capture_output=True)
    return {one.name: one.read_text() for one in folder.iterdir()}


def test_the_secrets_are_made_once_and_readable_by_the_containers_only(tmp_path: Path) -> None:
    first = make_secrets(tmp_path / "secrets")
    assert {f"secrets/{name}" for name in first} == {one["file"] for one in WHOLE["secrets"].values()}
    random = [value.strip() for name, value in first.items() if not name.endswith("_url")]
    assert all(re.fullmatch("[0-9a-f]{64}", value) for value in random)
    assert len(set(random)) == len(random)
    assert first["database_password"].strip() in first["database_url"]
    assert first["redis_password"].strip() in first["redis_url"]
    for one in (tmp_path / "secrets").iterdir():
        assert stat.S_IMODE(one.stat().st_mode) & 0o007 == 0
    assert make_secrets(tmp_path / "secrets") == first


def test_secrets_are_neither_committed_nor_built_into_an_image() -> None:
    ignored = subprocess.run(["git", "check-ignore", "-q", "secrets/database_url"], cwd=ROOT, check=False)
    assert ignored.returncode == 0
    allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in allowed
    assert not [line for line in allowed if line.startswith("!") and ("secret" in line or "var" in line)]


# --- the images -----------------------------------------------------------------------------------------------


def stages() -> dict[str, list[str]]:
    """The instructions of each stage of the Dockerfile, by its name."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith(("#", "ARG "))]
    found: dict[str, list[str]] = {}
    for line in lines:
        if line.startswith("FROM "):
            current = found.setdefault(line.split(" AS ")[1], [])
        current.append(line)
    return found


def test_the_images_are_those_that_the_composition_builds() -> None:
    targets = {one["build"]["target"] for one in SERVICES.values() if "build" in one}
    assert targets == set(stages()) - {"build"}


def test_an_image_runs_as_the_user_of_the_composition() -> None:
    for name in ("miti", "caddy"):
        users = [line.split()[1] for line in stages()[name] if line.startswith("USER ")]
        assert users == ["10001:10001"]


def test_an_image_holds_every_package_and_nothing_else() -> None:
    copied = {line.split()[1] for line in stages()["build"] if line.startswith("COPY ")}
    rooms = {one.parent.name for one in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks", "tools"}
    assert copied == rooms | {"requirements.lock", "SECURITY.md"}
    allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {line[1:] for line in allowed if line.startswith("!")} == copied


def test_what_is_installed_in_an_image_is_locked() -> None:
    (install,) = [line for line in stages()["build"] if "pip install" in line]
    assert "--require-hashes -r requirements.lock" in install


def test_build_keys_are_not_in_the_image() -> None:
    """Only the static files come out of the folder in which the build's settings made keys."""
    taken = [line for line in stages()["miti"] if "/built" in line]
    assert taken == ["COPY --from=build /built/static /srv/miti/var/static"]
    assert not [
        line for line in stages()["miti"] if line.startswith(("ARG ", "ENV ")) and SECRET.search(line)
    ]


def test_a_demo_that_others_can_reach_takes_two_words(tmp_path: Path) -> None:
    def told(**variables: str) -> list[str]:
        given = read(variables)["services"]["web-1"]["environment"]
        (tmp_path / "key").write_text(GOOD_KEY)
        here = {"MITI_SECRETS_DIR": str(tmp_path), "MITI_CONTENT_KEY_FILE": str(tmp_path / "key")}
        return refused(tmp_path, **{name: str(value) for name, value in given.items()} | here)

    assert told() == []
    (line,) = told(MITI_DEMO="1")
    assert "say MITI_DEMO_PUBLIC=1 if that is really meant" in line
    assert told(MITI_DEMO="1", MITI_DEMO_PUBLIC="1") == []


def test_the_guide_names_the_files_as_they_are() -> None:
    guide = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    assert FILE.name in guide
    for name in ("tools/secrets", "caddy/Caddyfile", "MITI_DOMAIN", "MITI_TLS"):
        assert name in guide
