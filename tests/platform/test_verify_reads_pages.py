"""`tools/verify` finds whatever was put into the visitor's page, or taken out of it."""

import hashlib
import json
from base64 import b64encode
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from types import ModuleType
from typing import Any

import pytest

from tests.server import ROOT

SCRIPT, SEALING, STYLE, WORDS = (
    f"/static/widget/{name}.0123456789ab.{kind}"
    for name, kind in (
        ("packed/chat", "js"),
        ("packed/sealing", "js"),
        ("packed/chat", "css"),
        ("locales/fr", "json"),
    )
)
CONTENTS = {address: address.encode() for address in (SCRIPT, SEALING, STYLE, WORDS)} | {
    "/widget.js": b"loader",
    "/widget.js?panel": b"panel",
}


def integrity(address: str) -> str:
    return "sha384-" + b64encode(hashlib.sha384(CONTENTS[address]).digest()).decode()


PAGE = f"""<!doctype html>
<html lang="fr" dir="ltr">
<head>
  <meta charset="utf-8">
  <title>Miti</title>
  <link rel="preload" as="fetch" crossorigin href="{WORDS}">
  <link rel="stylesheet" href="{STYLE}" integrity="{integrity(STYLE)}">
  <script type="module" src="{SCRIPT}" integrity="{integrity(SCRIPT)}"></script>
</head>
<body data-sealing="{SEALING} {integrity(SEALING)}" data-quick-exit="https://www.example.org/" data-locales="fr={WORDS} ">
  <div id="miti"></div>
  <noscript><p>112</p></noscript>
</body>
</html>
"""
LISTED = {
    "files": {
        address: {"sha256": hashlib.sha256(content).hexdigest(), "integrity": integrity(address)}
        for address, content in CONTENTS.items()
    }
}


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    loader = SourceFileLoader("verify", str(ROOT / "tools" / "verify"))
    spec = spec_from_loader("verify", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def faults(tool: ModuleType, monkeypatch: pytest.MonkeyPatch, page: str) -> list[str]:
    served: dict[str, Any] = CONTENTS | {"/widget/demo/": page.encode()}
    monkeypatch.setattr(tool, "fetched", lambda base, path: served[path])
    found: list[str] = tool.verify("https://chat.example.org", json.loads(json.dumps(LISTED)), "demo")
    return found


def test_the_page_as_it_is_has_no_fault(tool: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults(tool, monkeypatch, PAGE) == []


@pytest.mark.parametrize(
    ("taken", "put", "told"),
    [
        ("</head>", "<script>steal()</script></head>", "a script is written into the page"),
        (
            "</head>",
            '<script src="/static/x.js"></script></head>',
            "/static/x.js is not in the release's list",
        ),
        ("</head>", '<base href="https://evil.example/"></head>', "<base> is no part of the page"),
        ("</head>", '<meta http-equiv="refresh" content="0"></head>', "<meta> tells the browser what to do"),
        ("</head>", f'<link rel="modulepreload" href="{SCRIPT}"></head>', "<link> is a modulepreload"),
        ("</head>", "<style>*{color:red}</style></head>", "<style> is no part of the page"),
        ('<div id="miti">', '<div id="miti" onclick="steal()">', "<div> has the attribute onclick"),
        (
            "<p>112",
            '<p title="</noscript><script src=/x.js></script>">112',
            "<p> has markup in the attribute title",
        ),
        ("<p>112", "<iframe src='/evil/'></iframe><p>112", "<iframe> is no part of the page"),
        ("</body>", "<!--> <script>steal()</script> --></body>", "the page has a comment"),
        ("</body>", "<![CDATA[ ]]></body>", "the page has a part that browsers read in their own ways"),
        (f"{SEALING} ", f"https://evil.example{SEALING} ", "<body> names another place in data-sealing"),
        (f'src="{SCRIPT}"', f'src="https://evil.example{SCRIPT}"', "<script> names another place in src"),
        (f" {integrity(SEALING)}", "", f"{SEALING} has no integrity"),
        (f' integrity="{integrity(SCRIPT)}"', "", f"{SCRIPT} has no integrity"),
        (f' integrity="{integrity(STYLE)}"', "", f"{STYLE} has no integrity"),
        (integrity(SEALING), integrity(SCRIPT), f"{SEALING} has the integrity of another file"),
    ],
)
def test_what_was_changed_in_it_is_told(
    tool: ModuleType, monkeypatch: pytest.MonkeyPatch, taken: str, put: str, told: str
) -> None:
    assert PAGE.count(taken) == 1
    monkeypatch.setitem(CONTENTS, "/static/x.js", b"")
    assert any(one.startswith(told) for one in faults(tool, monkeypatch, PAGE.replace(taken, put)))
