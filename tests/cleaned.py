"""The environment of a process of pytest, cleaned when `pyproject.toml` has it import this plugin: before Django's settings are read."""

import os

from tests.clean_environment import for_tests


def pytest_configure() -> None:
    """Nothing is left to do: pytest needs a hook to see that this is a plugin."""


_cleaned = for_tests(os.environ)
for _name in set(os.environ) - set(_cleaned):
    del os.environ[_name]
os.environ.update(_cleaned)
