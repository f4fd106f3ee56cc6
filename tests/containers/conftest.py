"""The composition of docker-compose.yml, up and healthy, for all tests of a run."""

import os
from collections.abc import Iterator

import pytest

from tests.containers.base import build_all
from tests.containers.composition import Composition


@pytest.fixture(scope="package")
def composition(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composition]:
    """In the order in which an engine starts it."""
    here = Composition(tmp_path_factory.mktemp("composition"), build_all())
    before = os.environ.get("SSL_CERT_FILE")
    try:
        here.make_networks()
        here.start("postgres", "redis")
        here.wait_for("postgres", "redis")
        here.run("migrate")
        here.start("worker", "beat", "web-1", "web-2")
        here.wait_for("web-1", "web-2")
        here.start("caddy")
        here.wait_for("caddy")
        here.trust()
        yield here
    finally:
        here.end()
        os.environ.pop("SSL_CERT_FILE", None)
        if before is not None:
            os.environ["SSL_CERT_FILE"] = before
