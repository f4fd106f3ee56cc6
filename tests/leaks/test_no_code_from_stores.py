"""Whoever writes to a store runs no code here: what processes read is JSON or msgpack, and no module can read anything else."""

import ast
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from miti import celery
from miti.redis_cache import JsonRedisCache, opaque_name
from miti.settings import PACKAGES
from tests.server import ROOT
from tests.valkey import Valkey

RUN_CODE = {
    "pickle",
    "cPickle",
    "_pickle",
    "marshal",
    "shelve",
    "dill",
    "cloudpickle",
    "jsonpickle",
    "joblib",
}
"""Modules whose `load` runs what it reads."""
SAFE_LOADERS = {"SafeLoader", "CSafeLoader", "_Loader"}


def sources() -> Iterator[Path]:
    for package in sorted({*PACKAGES, "tools", "benchmarks"} - {"tests"}):
        yield from (ROOT / package).rglob("*.py")


def what_runs_code(source: str) -> Iterator[str]:
    """Every place of a module where data could become code."""
    tree = ast.parse(source)
    safe = SAFE_LOADERS & {"SafeLoader", "CSafeLoader"} | {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and {ast.unparse(base) for base in node.bases} <= {"yaml.SafeLoader"}
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name.partition(".")[0] in RUN_CODE)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in RUN_CODE:
            yield str(node.module)
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in {"eval", "exec", "compile", "__import__"}:
                yield called
            if called in {"yaml.load", "yaml.load_all"}:
                given = [ast.unparse(one) for one in node.args[1:]]
                given += [ast.unparse(one.value) for one in node.keywords if one.arg == "Loader"]
                if not given or given[0].removeprefix("yaml.") not in safe:
                    yield called
            if called in {"yaml.unsafe_load", "yaml.full_load"}:
                yield called


def test_no_module_reads_what_can_run_code() -> None:
    found = {str(path.relative_to(ROOT)): list(what_runs_code(path.read_text())) for path in sources()}
    assert len(found) > 200
    assert {path: places for path, places in found.items() if places} == {}


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "import os, marshal",
        "from shelve import open",
        "def f():\n    import dill as d",
        "yaml.load(text)",
        "yaml.load(text, Loader=yaml.Loader)",
        "yaml.load(text, Loader=yaml.UnsafeLoader)",
        "class Mine(yaml.Loader): ...\nyaml.load(text, Loader=Mine)",
        "yaml.full_load(text)",
        "eval(text)",
    ],
)
def test_the_search_finds_what_can_run_code(source: str) -> None:
    assert list(what_runs_code(source))


def test_a_strict_yaml_loader_is_allowed() -> None:
    assert not list(what_runs_code("class Mine(yaml.SafeLoader): ...\nyaml.load(text, Loader=Mine)"))


def test_sessions_messages_and_jobs_are_json() -> None:
    # What a session holds is JSON in ciphertext: `tests/platform/test_sessions.py`.
    assert settings.SESSION_ENGINE == "partners.sessions"
    for name in ("task_serializer", "event_serializer", "result_serializer"):
        assert celery.app.conf[name] == "json"
    for name in ("accept_content", "result_accept_content"):
        assert celery.app.conf[name] == ["json"]


@pytest.fixture
def cache(own_valkey: Valkey) -> JsonRedisCache:
    return JsonRedisCache(own_valkey.url, {"KEY_FUNCTION": "miti.redis_cache.opaque_name"})


class Payload:
    """Pickled, it makes a file when it is read."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.touch, (self.marker,)


@pytest.mark.parametrize("rubbish", [b"\x80\x04", b"[" * 200_000, b'{"a":', b"\xff\xfe", b""])
def test_a_value_that_is_not_json_counts_as_missing(
    cache: JsonRedisCache, own_valkey: Valkey, rubbish: bytes
) -> None:
    with own_valkey.client() as client:
        client.set(opaque_name("one", "", 1), rubbish)
    assert cache.get("one", "nothing") == "nothing"
    assert cache.get_many(["one", "two"]) == {}


def test_a_pickled_value_is_not_run(cache: JsonRedisCache, own_valkey: Valkey, tmp_path: Path) -> None:
    with own_valkey.client() as client:
        client.set(opaque_name("one", "", 1), pickle.dumps(Payload(tmp_path / "run")))
    assert cache.get("one") is None
    assert not (tmp_path / "run").exists()
    pickle.loads(pickle.dumps(Payload(tmp_path / "run")))
    assert (tmp_path / "run").exists(), "it would run"


def test_counting_on_from_what_is_no_number_begins_anew(cache: JsonRedisCache, own_valkey: Valkey) -> None:
    cache.add("n", 0, 60)
    with own_valkey.client() as client:
        client.set(opaque_name("n", "", 1), pickle.dumps("seven"), keepttl=True)
        assert cache.incr("n") == 1
        assert cache.incr("n") == 2
        assert 0 < client.ttl(opaque_name("n", "", 1)) <= 60


def test_what_is_cached_comes_back_under_a_name_that_tells_nothing(
    cache: JsonRedisCache, own_valkey: Valkey
) -> None:
    cache.set("sign-in of claire", [1.5, 2.0], 60)
    cache.add("n", 1, 60)
    cache.incr("n")
    assert cache.get_many(["sign-in of claire", "n", "absent"]) == {"sign-in of claire": [1.5, 2.0], "n": 2}
    with own_valkey.client() as client:
        names = [key.decode() for key in client.scan_iter()]
    assert all(name.startswith("miti:cache:") and "claire" not in name for name in names)
