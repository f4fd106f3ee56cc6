"""An installation as `tools/verify` reads it, with a page of its own, for the tests to alter."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from types import ModuleType

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


TEMPLATE = f"""<!doctype html>
<html lang="fr" dir="ltr">
<head>
  <meta charset="utf-8">
  <title>Miti</title>
  <link rel="preload" as="fetch" crossorigin href="{WORDS}">
  <link rel="stylesheet" href="{STYLE}" integrity="{integrity(STYLE)}">
  <script type="module" src="{SCRIPT}" integrity="{integrity(SCRIPT)}"></script>
</head>
<body data-site="{{site}}" data-audience="{{audience}}" data-campaign="{{campaign}}" data-sealing="{SEALING} {integrity(SEALING)}"\
 data-quick-exit="{{quick_exit}}" data-locales="fr={WORDS} ">
  <div id="miti"></div>
  <noscript><p>112</p></noscript>
</body>
</html>
"""
EXIT = "https://www.example.org/?a=1&amp;b=2"
PAGE = (
    TEMPLATE.replace("{site}", "demo")
    .replace("{audience}", "public")
    .replace("{campaign}", "spring-2027")
    .replace("{quick_exit}", EXIT)
)
POLICY = "default-src 'none'; script-src 'self'; frame-ancestors {domains}; trusted-types miti"
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": POLICY,
}
SENT = HEADERS | {"Content-Security-Policy": POLICY.replace("{domains}", "https://*.school.example")}
LISTED = {
    "pages": {"fr": TEMPLATE, "nl": TEMPLATE.replace('lang="fr"', 'lang="nl"')},
    "headers": HEADERS,
    "audiences": ["public", "school"],
    "files": {
        address: {"sha256": hashlib.sha256(content).hexdigest(), "integrity": integrity(address)}
        for address, content in CONTENTS.items()
    },
}
DUTCH = PAGE.replace('lang="fr"', 'lang="nl"')
IN_DUTCH = "/widget/demo/?lang=nl"

Found = dict[str, list[str]]
Serve = Callable[[str, str], tuple[bytes, dict[str, str]]]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    loader = SourceFileLoader("verify", str(ROOT / "tools" / "verify"))
    spec = spec_from_loader("verify", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def serves(page: str = PAGE, headers: dict[str, str] = SENT) -> Serve:
    """An installation that gives this page in French, and the same in Dutch."""

    def answer(path: str, _compression: str) -> tuple[bytes, dict[str, str]]:
        if path in CONTENTS:
            return CONTENTS[path], {}
        told = page.replace('lang="fr"', 'lang="nl"') if path == IN_DUTCH else page
        return told.encode(), headers

    return answer


@pytest.fixture
def findings(tool: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Callable[[Serve], ModuleType]:
    def verify(serve: Serve) -> ModuleType:
        def fetched(_base: str, path: str, compression: str) -> object:
            content, headers = serve(path, compression)
            return tool.Answer(content, list(headers.items()))

        monkeypatch.setattr(tool, "fetched", fetched)
        found: ModuleType = tool.verify("http://chat.example.org", json.loads(json.dumps(LISTED)), "demo")
        return found

    return verify


@pytest.fixture
def faults(findings: Callable[[Serve], ModuleType]) -> Callable[[Serve], Found]:
    return lambda serve: dict(findings(serve).faults)


def instead(path: str, content: bytes) -> Serve:
    """The usual installation, but for what is at this address."""
    usual = serves()

    def answer(asked: str, compression: str) -> tuple[bytes, dict[str, str]]:
        usually, headers = usual(asked, compression)
        return content if asked == path else usually, headers

    return answer
