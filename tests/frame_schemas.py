"""What the server sends over real sockets, checked against the JSON Schema that the docs publish."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator

PROTOCOL = Path(__file__).parents[1] / "docs/protocol"
RECEIVERS = {"/ws/visitor/": "to-visitor", "/ws/counsellor/": "to-counsellor"}


@cache
def _validators(receiver: str, protocol: Path) -> dict[str, Validator]:
    """By the type of frame. A server sends no field that its types do not have."""
    schema = json.loads((protocol / f"{receiver}.json").read_text())
    for definition in schema["$defs"].values():
        definition["additionalProperties"] = False
    return {
        tag: Draft202012Validator({"$defs": schema["$defs"], "$ref": place})
        for tag, place in schema["discriminator"]["mapping"].items()
    }


def fault(path: str, frame: dict[str, Any], protocol: Path = PROTOCOL) -> str | None:
    """Why the socket at this path must not send such a frame; None: it may."""
    validators = _validators(RECEIVERS[path], protocol)
    if frame["type"] not in validators:
        return f"{path} has no frame {frame['type']}"
    wrong = next(iter(validators[frame["type"]].iter_errors(frame)), None)
    return None if wrong is None else f"{path} {frame['type']}: {wrong.message} at {wrong.json_path}"
