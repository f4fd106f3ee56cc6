"""The manifests for Kubernetes: they fit its schemas, are as hardened as the composition, and name what exists. No cluster is there."""

import re
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from miti.environment import Environment
from tests.docker_compose import read
from tests.server import ROOT

FOLDER = ROOT / "deploy" / "kubernetes"
COMPOSED: dict[str, dict[str, Any]] = read()["services"]
VERSIONS = ("1.31", kubernetes_validate.latest_version())
#: What a workload runs: the service of the composition.
SERVICE = {"web": "web-1", "prepare": "migrate"}
OVERWRITES_FREED_MEMORY = {"PYTHONMALLOC", "MALLOC_PERTURB_", "GLIBC_TUNABLES"}
OF_OTHERS = {"POD_IP", "POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD_FILE"}
OURS = {"web", "worker", "beat", "prepare"}
Tree = dict[str, Any]


def manifests() -> list[Tree]:
    """In every file that kustomization.yaml names."""
    named = yaml.safe_load((FOLDER / "kustomization.yaml").read_text(encoding="utf-8"))["resources"]
    assert set(named) == {file.name for file in FOLDER.glob("*.yaml")} - {"kustomization.yaml"}
    return [one for name in named for one in yaml.safe_load_all((FOLDER / name).read_text(encoding="utf-8"))]


ALL = manifests()
WORKLOADS = {one["metadata"]["name"]: one for one in ALL if "template" in one.get("spec", {})}
each = pytest.mark.parametrize("name", sorted(WORKLOADS))


def of_kind(kind: str) -> list[Tree]:
    return [one for one in ALL if one["kind"] == kind]


def pod(name: str) -> Tree:
    found: Tree = WORKLOADS[name]["spec"]["template"]["spec"]
    return found


def container(name: str) -> Tree:
    (found,) = pod(name)["containers"]
    return dict(found)


def composed(name: str) -> Tree:
    return COMPOSED[SERVICE.get(name, name)]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{one['kind']}-{one['metadata']['name']}")
def test_a_manifest_fits_the_schema(one: Tree, version: str) -> None:
    kubernetes_validate.validate(one, version, strict=True)


def test_the_schemas_detect_a_mistake() -> None:
    wrong = yaml.safe_load(yaml.safe_dump(WORKLOADS["web"]))
    wrong["spec"]["template"]["spec"]["containers"][0]["readOnly"] = True
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSIONS[0], strict=True)


@each
def test_a_pod_is_hardened(name: str) -> None:
    whole, inside = pod(name)["securityContext"], container(name)["securityContext"]
    assert whole["runAsNonRoot"] is True
    assert whole["seccompProfile"] == {"type": "RuntimeDefault"}
    assert f"{whole['runAsUser']}:{whole['runAsGroup']}" == composed(name)["user"]
    assert inside == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod(name)["automountServiceAccountToken"] is False
    # Its variables would be settings that Miti does not know.
    assert pod(name)["enableServiceLinks"] is False
    # What is in memory has an end.
    for one in pod(name)["volumes"]:
        assert "emptyDir" not in one or {"medium", "sizeLimit"} <= set(one["emptyDir"])


@each
def test_a_pod_runs_what_the_composition_runs_with_as_much_memory(name: str) -> None:
    here, there = container(name), composed(name)
    assert here["image"] == there["image"]
    assert here.get("command", []) + here.get("args", []) == [
        part.replace("$(cat", "$$(cat") for part in there["command"]
    ]
    limits = here["resources"]["limits"]
    # Only such pods get no swap.
    assert here["resources"]["requests"] == limits
    assert limits["memory"] == there["deploy"]["resources"]["limits"]["memory"].replace("M", "Mi")
    assert pod(name)["terminationGracePeriodSeconds"] >= int(there["stop_grace_period"].removesuffix("s"))
    mounted = {one["mountPath"] for one in here["volumeMounts"] if not one.get("readOnly")}
    written = {one.split(":")[1] for one in there.get("volumes", []) if not one.endswith(":ro")}
    assert mounted == written | {one.split(":")[0] for one in there["tmpfs"]} | (
        {"/dev/shm"} if "shm_size" in there else set()
    )


@each
def test_a_pod_gets_its_own_secrets_only_and_as_files(name: str) -> None:
    (secret,) = (one["secret"] for one in pod(name)["volumes"] if "secret" in one)
    assert [item["key"] for item in secret["items"]] == composed(name)["secrets"]
    assert all(item["key"] == item["path"] for item in secret["items"])
    assert "secretKeyRef" not in str(container(name))
    assert of_kind("Secret") == []


def test_every_setting_that_is_named_exists() -> None:
    known = {field.alias or f"MITI_{name.upper()}" for name, field in Environment.model_fields.items()}
    (settings,) = of_kind("ConfigMap")
    assert set(settings["data"]) <= known
    for name in WORKLOADS:
        variables = {one["name"] for one in container(name).get("env", [])}
        assert variables <= known | OVERWRITES_FREED_MEMORY | OF_OTHERS
        if name in OURS:
            assert container(name)["envFrom"] == [{"configMapRef": {"name": settings["metadata"]["name"]}}]
    there = composed("web")["environment"]
    here = {one["name"]: one.get("value") for one in container("web")["env"]}
    assert {key: here[key] for key in OVERWRITES_FREED_MEMORY} == {
        key: there[key] for key in OVERWRITES_FREED_MEMORY
    }


def test_web_processes_are_renewed_one_by_one_and_find_the_files_of_both_releases() -> None:
    spec = WORKLOADS["web"]["spec"]
    assert spec["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    (budget,) = of_kind("PodDisruptionBudget")
    assert budget["spec"]["minAvailable"] < spec["replicas"]
    assert budget["spec"]["selector"] == spec["selector"]
    (claim,) = of_kind("PersistentVolumeClaim")
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"]
    for name, writes in (("web", False), ("prepare", True)):
        (volume,) = (one for one in pod(name)["volumes"] if "persistentVolumeClaim" in one)
        assert volume["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
        assert volume["persistentVolumeClaim"].get("readOnly", False) is not writes


def test_probes_ask_addresses_that_answer_and_names_that_are_allowed() -> None:
    assert container("web")["startupProbe"]["httpGet"]["path"] == "/health/ready"
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        asked = container("web")[probe]["httpGet"]
        assert asked["path"] in {"/health/ready", "/health/live"}
        (header,) = asked["httpHeaders"]
        (hosts,) = (one["value"] for one in container("web")["env"] if one["name"] == "MITI_ALLOWED_HOSTS")
        assert header["value"] in hosts.split(",")
    for name in ("worker", "beat"):
        there = composed(name)["healthcheck"]["test"][1:-1]
        assert container(name)["livenessProbe"]["exec"]["command"] == there


def test_services_policies_and_the_ingress_name_what_is_there() -> None:
    parts = {one["spec"]["template"]["metadata"]["labels"]["part"] for one in WORKLOADS.values()}
    services = {one["metadata"]["name"]: one for one in of_kind("Service")}
    for name, service in services.items():
        assert service["spec"]["selector"]["part"] in parts | {"nothing"}, name
    (ingress,) = of_kind("Ingress")
    (rule,) = ingress["spec"]["rules"]
    led = {one["path"]: one["backend"]["service"]["name"] for one in rule["http"]["paths"]}
    assert led == {"/": "web", "/metrics": "nothing", "/health/ready": "nothing"}
    assert set(led.values()) <= set(services)
    assert rule["host"] in str(of_kind("ConfigMap")[0]["data"]["MITI_PUBLIC_URL"])
    # The stores are reached by the names that tools/secrets writes into their addresses.
    made = (ROOT / "tools" / "secrets").read_text(encoding="utf-8")
    assert re.search(r"@postgres/", made)
    assert re.search(r"@redis:6379/", made)
    assert {"postgres", "redis"} <= set(services)


def test_nobody_reaches_the_stores_but_our_processes_and_worker_and_beat_reach_nothing_else() -> None:
    policies = {one["metadata"]["name"]: one["spec"] for one in of_kind("NetworkPolicy")}
    assert policies["nothing-else"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    (among,) = policies["to-stores"]["ingress"][0]["from"]
    assert set(among["podSelector"]["matchExpressions"][0]["values"]) == OURS
    outside = [name for name, spec in policies.items() if "ipBlock" in str(spec)]
    assert outside == ["from-web"]


def test_the_guide_says_that_no_cluster_has_run_it_and_names_what_exists() -> None:
    guide = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert "never applied" in guide
    for named in re.findall(r"`(\w+\.yaml)`", guide):
        assert (FOLDER / named).exists()
    for named in re.findall(r"\]\(([^)#]+)", guide):
        assert Path(FOLDER / named).exists(), named
