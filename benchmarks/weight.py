"""The gzipped size of what a visitor's browser downloads: `python -m benchmarks.weight`.

The other products' figures are not measured here: they come from a survey of open-source chats.
"""

import gzip
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WIDGET = ROOT / "widget" / "static" / "widget"
KIB = 1024

BEFORE_THE_CLICK = [WIDGET / "packed" / "loader.js"]
TO_CHAT = [
    WIDGET / "packed" / "host_panel.js",
    ROOT / "widget" / "templates" / "widget" / "frame.html",
    WIDGET / "packed" / "chat.css",
    WIDGET / "packed" / "chat.js",
]
ONCE_ASKED = [WIDGET / "packed" / "sealing.js", WIDGET / "packed" / "writing_checks.js"]
"""Fetched when somebody asks: what seals and opens, and what is looked for in what they write, in all languages."""
WHEN_ASKED_FOR_PROOF = [WIDGET / "packed" / "proof.js"]
LIMITS_KIB = {"before the click": 2.0, "to chat": 30.0}
OTHERS = {
    "Chatwoot (Vue), its widget's scripts": "170-300",
    "Live Helper Chat, its widget's scripts, gzipped": "215",
}


def weight(path: Path) -> int:
    """Bytes after gzip -9."""
    return len(gzip.compress(path.read_bytes(), 9, mtime=0))


def main() -> None:
    heaviest = max((WIDGET / "locales").glob("*.json"), key=weight)
    parts = {
        "before the click": BEFORE_THE_CLICK,
        "to chat": [*TO_CHAT, heaviest],
        "once somebody has asked": ONCE_ASKED,
        "only where proof of work is asked for": WHEN_ASKED_FOR_PROOF,
    }
    for name, files in parts.items():
        for file in files:
            print(f"  {weight(file) / KIB:7.1f} KB  {file.relative_to(ROOT)}")
        total = sum(map(weight, files)) / KIB
        limit = f" (limit {LIMITS_KIB[name]} KB)" if name in LIMITS_KIB else ""
        print(f"{total:9.1f} KB  {name}{limit}\n")
    print("others (not measured here)")
    for product, found in OTHERS.items():
        print(f"{found:>9} KB  {product}")


if __name__ == "__main__":
    main()
