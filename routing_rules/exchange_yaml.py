"""YAML and JSON as text, numbers, lists and mappings, within bounds, and nothing that could be read in two ways. Pure.

A file from a stranger must not cost more than reading it: no aliases (a few bytes of them can stand for gigabytes), no numbers in
base 60, no types of YAML's own. Dates stay text, so that an impossible one such as 30 February is reported with its path.
"""

import re
from typing import Any

import yaml

LARGEST_FILE = 256 * 1024
MOST_NODES = 40_000
"""A platform of 100 teams with a year of exceptions has some 20,000."""
DEEPEST = 20

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_PLAIN = {"tag:yaml.org,2002:null", "tag:yaml.org,2002:bool"}
_WHOLE_NUMBER = re.compile(r"^[-+]?(?:0|[1-9][0-9]{0,8})$")


class NotReadableError(Exception):
    """Why the text is no file of ours: a code, and the line if one is to blame."""

    def __init__(self, code: str, line: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.line = line


def load(text: str) -> object:
    """The content of a file.

    Raises:
        NotReadableError: it says nothing, or not one thing.
    """
    if len(text) > LARGEST_FILE:
        raise NotReadableError("too_large")
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506  # a SafeLoader, only stricter
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        code = error.problem if error.problem in _OURS else "not_yaml"
        raise NotReadableError(code, line) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise NotReadableError("not_text_of_yaml") from None


_OURS = {"key_twice", "too_large", "control_character"}


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers = {
        letter: [(tag, pattern) for tag, pattern in resolvers if tag in _PLAIN]
        for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._nodes = 0
        self._depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs leave it without types
        self._nodes += 1
        if self._nodes > MOST_NODES or self._depth > DEEPEST:
            raise yaml.composer.ComposerError(None, None, "too_large", event.start_mark)
        if isinstance(event, yaml.events.AliasEvent) or getattr(event, "tag", None) not in (None, "!"):
            raise yaml.composer.ComposerError(None, None, "no aliases, no tags", event.start_mark)
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def construct_scalar(self, node: Any) -> str:
        # JSON writes a character beyond the first 65,536 as two halves, which are one character together and none alone.
        value = str(super().construct_scalar(node))
        try:
            value = value.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            raise _wrong(node, "control_character") from None
        if _CONTROL.search(value):
            raise _wrong(node, "control_character")
        return value

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _value in node.value:
            # What stands for a key twice would be taken once, in silence.
            if key.value in seen if isinstance(key.value, str) else True:
                raise _wrong(key, "key_twice" if isinstance(key.value, str) else "not_yaml")
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _wrong(node: Any, code: str) -> yaml.constructor.ConstructorError:
    return yaml.constructor.ConstructorError(None, None, code, node.start_mark)


_Loader.add_implicit_resolver("tag:yaml.org,2002:int", _WHOLE_NUMBER, list("-+0123456789"))
