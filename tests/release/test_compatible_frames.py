"""A page of the release before talks to this one after an upgrade: its frames are accepted, and those that it reads are there."""

import json
from typing import Any

import pytest

from tests.release_before import release_before
from tests.server import ROOT

Schema = dict[str, Any]
DIRECTIONS = ("to-visitor", "to-counsellor", "from-visitor", "from-counsellor")


def both(direction: str) -> tuple[Schema, Schema]:
    release_before().require_side_by_side()
    path = f"docs/protocol/{direction}.json"
    return json.loads(release_before().file(path)), json.loads((ROOT / path).read_text(encoding="utf-8"))


def frames(schema: Schema) -> dict[str, Schema]:
    """By the type of frame."""
    mapping = schema["discriminator"]["mapping"]
    return {kind: schema["$defs"][place.rpartition("/")[2]] for kind, place in mapping.items()}


def shape(about: Schema, whole: Schema) -> Any:
    """What it is, with every definition that it leads to, and without prose."""
    if "$ref" in about:
        return shape(whole["$defs"][about["$ref"].rpartition("/")[2]], whole)
    kept = {key: value for key, value in about.items() if key not in {"title", "description", "default"}}
    if "properties" in kept:
        kept["properties"] = {name: shape(one, whole) for name, one in kept["properties"].items()}
    if "items" in kept:
        kept["items"] = shape(kept["items"], whole)
    if "anyOf" in kept:
        kept["anyOf"] = [shape(one, whole) for one in kept["anyOf"]]
    return kept


def same(before: Any, now: Any) -> bool:
    """Equal, but for the order of what may be chosen."""
    if isinstance(before, dict) and isinstance(now, dict) and before.keys() == now.keys():
        return all(same(value, now[key]) for key, value in before.items())
    if isinstance(before, list) and isinstance(now, list):
        return len(before) == len(now) and all(any(same(one, other) for other in now) for one in before)
    return bool(before == now)


def lacking(before: Any, now: Any, where: str) -> list[str]:
    """What a reader of the release before misses, or finds changed. A field more does no harm."""
    if not (isinstance(before, dict) and isinstance(now, dict) and "properties" in before):
        if (
            isinstance(before, dict)
            and isinstance(now, dict)
            and {"items", "type"} == before.keys() == now.keys()
        ):
            return lacking(before["items"], now["items"], f"{where}[]")
        return [] if same(before, now) else [f"{where} was {before} and is {now}"]
    found = []
    for name, about in before["properties"].items():
        there = now.get("properties", {}).get(name)
        if there is None:
            found.append(f"{where}.{name} is gone")
        else:
            found += lacking(about, there, f"{where}.{name}")
        if name in before.get("required", ()) and name not in now.get("required", ()):
            found.append(f"{where}.{name} may be missing")
    return found


@pytest.mark.parametrize("direction", DIRECTIONS[:2])
def test_pages_of_the_release_before_find_every_field_that_they_read(direction: str) -> None:
    before, now = both(direction)
    for kind, about in frames(before).items():
        if kind in frames(now):
            assert lacking(shape(about, before), shape(frames(now)[kind], now), kind) == []


@pytest.mark.parametrize("direction", DIRECTIONS[2:])
def test_what_pages_of_the_release_before_send_is_still_accepted(direction: str) -> None:
    before, now = both(direction)
    assert frames(before).keys() <= frames(now).keys()
    for kind, about in frames(before).items():
        ours = frames(now)[kind]
        assert lacking(shape(about, before) | {"required": []}, shape(ours, now), kind) == []
        assert set(ours.get("required", ())) <= set(about.get("required", ())), (
            f"{kind} needs more than before"
        )


def test_the_comparison_finds_what_would_break_a_page() -> None:
    text, number = {"type": "string"}, {"type": "integer"}
    before = {"properties": {"a": text, "b": {"properties": {"c": text}}}, "required": ["a"]}
    more = {
        "properties": {"a": text, "b": {"properties": {"c": text, "d": text}}, "e": number},
        "required": ["a", "e"],
    }
    assert lacking(before, more, "x") == []
    assert lacking(before, {"properties": {"a": text}, "required": ["a"]}, "x") == ["x.b is gone"]
    assert lacking(before, more | {"required": []}, "x") == ["x.a may be missing"]
    changed = {"properties": {"a": text, "b": {"properties": {"c": number}}}, "required": ["a"]}
    assert lacking(before, changed, "x") == [f"x.b.c was {text} and is {number}"]
