"""Every frame of both sockets, documented from the types that parse and write them."""

import json
from typing import Any, get_args

import msgspec
from msgspec import inspect

from chat.frames.base import ErrorCode
from chat.frames.counsellor import client_frames as counsellor_client_frames
from chat.frames.counsellor import server_frames as counsellor_server_frames
from chat.frames.visitor import client_frames as visitor_client_frames
from chat.frames.visitor import server_frames as visitor_server_frames

SOCKETS: dict[str, Any] = {
    "from-visitor": visitor_client_frames.Frame,
    "to-visitor": visitor_server_frames.Frame,
    "from-counsellor": counsellor_client_frames.Frame,
    "to-counsellor": counsellor_server_frames.Frame,
}
TITLES = {
    "from-visitor": "What a visitor's browser says (`/ws/visitor/`)",
    "to-visitor": "What a visitor's browser is told",
    "from-counsellor": "What a console says (`/ws/counsellor/`)",
    "to-counsellor": "What a console is told",
}

HEAD = """\
# Frames

Written by `python -m miti reference` from `chat/frames/`: do not edit it here. The same as JSON Schema (2020-12) is
beside this page, one file for each direction. How the frames are used is in [protocol.md](../protocol.md).

A field without a default must be given. A frame from a browser with a field that is not listed is answered with
`bad_frame`.
"""


def schema(name: str) -> str:
    """JSON Schema of all frames of one direction of one socket."""
    described = msgspec.json.schema(SOCKETS[name])
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"Miti: {name}", **described}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def page() -> str:
    parts = [HEAD]
    for name, frames in SOCKETS.items():
        parts.append(f"## {TITLES[name]}\n\n[JSON Schema]({name}.json)\n")
        parts += [_frame(one) for one in get_args(frames)]
        parts += _parts(frames)
    parts.append("## Codes of `error`\n")
    parts.append(", ".join(f"`{code}`" for code in ErrorCode) + "\n")
    return "\n".join(parts)


def _frame(frame: type[msgspec.Struct]) -> str:
    found = inspect.type_info(frame)
    assert isinstance(found, inspect.StructType)
    lines = [f"### `{found.tag}`\n"]
    return "\n".join(lines + _fields(found))


def _parts(frames: Any) -> list[str]:
    """The schemas of objects inside frames."""
    inside: dict[str, inspect.StructType] = {}
    for frame in get_args(frames):
        found = inspect.type_info(frame)
        assert isinstance(found, inspect.StructType)
        for field in found.fields:
            _collect(field.type, inside)
    return [
        "\n".join([f"### {name} (inside others)\n", *_fields(found)])
        for name, found in sorted(inside.items())
    ]


def _collect(kind: inspect.Type, inside: dict[str, inspect.StructType]) -> None:
    match kind:
        case inspect.StructType():
            if kind.cls.__name__ not in inside:
                inside[kind.cls.__name__] = kind
                for field in kind.fields:
                    _collect(field.type, inside)
        case inspect.ListType():
            _collect(kind.item_type, inside)
        case inspect.DictType():
            _collect(kind.value_type, inside)
        case inspect.UnionType():
            for one in kind.types:
                _collect(one, inside)


def _fields(found: inspect.StructType) -> list[str]:
    if not found.fields:
        return ["No fields.\n"]
    lines = ["| field | type | default |", "| --- | --- | --- |"]
    for field in found.fields:
        default = "" if field.required else f"`{_default(field)}`"
        lines.append(f"| `{field.encode_name}` | {_words(field.type)} | {default} |")
    return [*lines, ""]


def _default(field: inspect.Field) -> str:
    if field.default is not msgspec.NODEFAULT:
        return json.dumps(field.default)
    return json.dumps(field.default_factory())


def _words(kind: inspect.Type) -> str:
    match kind:
        case inspect.Metadata(extra_json_schema={"enum": codes}):
            return " or ".join(f"`{code}`" for code in codes)
        case inspect.StrType():
            bounds = _range("characters", kind.min_length, kind.max_length)
            # A bar would end the table's cell.
            pattern = f", `{kind.pattern}`".replace("|", "\\|") if kind.pattern else ""
            return f"text{bounds}{pattern}"
        case inspect.IntType():
            return f"whole number{_range('', kind.ge, kind.le)}"
        case inspect.FloatType():
            return "number"
        case inspect.BoolType():
            return "true or false"
        case inspect.NoneType():
            return "null"
        case inspect.AnyType():
            return "anything"
        case inspect.LiteralType():
            return " or ".join(f"`{value}`" for value in kind.values)
        case inspect.EnumType():
            return " or ".join(f"`{one.value}`" for one in kind.cls)
        case inspect.ListType():
            return f"list of {_words(kind.item_type)}"
        case inspect.DictType():
            return f"object of {_words(kind.value_type)}"
        case inspect.UnionType():
            return " or ".join(_words(one) for one in kind.types)
        case inspect.StructType():
            return kind.cls.__name__
    raise TypeError(f"no words for {kind!r}")


def _range(unit: str, least: int | None, most: int | None) -> str:
    if least is None and most is None:
        return ""
    if most is None:
        return f", at least {least} {unit}".rstrip()
    return f", {least or 0} to {most} {unit}".rstrip()
