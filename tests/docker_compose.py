"""docker-compose.yml as an engine reads it: anchors and variables resolved, and commands in which places can be put in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from tests.server import ROOT

FILE = ROOT / "docker-compose.yml"
VARIABLE = re.compile(r"\$\$|\$\{(\w+)(?::-([^}]*))?\}")
Tree = dict[str, Any]


def read(variables: Mapping[str, str] | None = None) -> Tree:
    """The whole file, with these variables and else its defaults."""
    known = variables or {}

    def resolved(node: Any) -> Any:
        if isinstance(node, str):
            return VARIABLE.sub(
                lambda found: "$" if found[0] == "$$" else known.get(found[1], found[2] or ""), node
            )
        if isinstance(node, list):
            return [resolved(one) for one in node]
        if isinstance(node, dict):
            return {key: resolved(one) for key, one in node.items()}
        return node

    tree: Tree = resolved(yaml.safe_load(FILE.read_text(encoding="utf-8")))
    return tree


@dataclass(frozen=True)
class Service:
    """One service, to be run by hand: `places` are pairs of a path, host or address in the file and what it is here."""

    name: str
    told: Tree
    places: Mapping[str, str]

    @property
    def command(self) -> list[str]:
        return [self._here(str(part)) for part in self.told["command"]]

    @property
    def health(self) -> list[str]:
        kind, *parts = self.told["healthcheck"]["test"]
        return [self._here(part) for part in (["sh", "-c", *parts] if kind == "CMD-SHELL" else parts)]

    @property
    def environment(self) -> dict[str, str]:
        return {name: self._here(str(value)) for name, value in self.told.get("environment", {}).items()}

    def _here(self, text: str) -> str:
        for there, here in self.places.items():
            text = text.replace(there, here)
        return text
