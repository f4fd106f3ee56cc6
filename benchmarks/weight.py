"""What a visitor's browser downloads, gzipped: `python -m benchmarks.weight`.

The other products' figures are those published or measured by others (issue trackers, bundle reports) for their
chat widget's scripts; they are printed for comparison, not measured here.
"""

import gzip
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WIDGET = ROOT / "widget" / "static" / "widget"
KIB = 1024

BEFORE_THE_CLICK = [WIDGET / "packed" / "loader.js"]
TO_CHAT = [
    ROOT / "widget" / "templates" / "widget" / "frame.html",
    WIDGET / "packed" / "chat.css",
    WIDGET / "packed" / "chat.js",
]
LIMITS_KIB = {"before the click": 1.5, "to chat": 25.0}
OTHERS_KIB = {"Chatwoot": "170-300", "Live Helper Chat": "215"}


def weight(path: Path) -> int:
    """Bytes after gzip -9."""
    return len(gzip.compress(path.read_bytes(), 9, mtime=0))


def main() -> None:
    heaviest = max((WIDGET / "locales").glob("*.json"), key=weight)
    parts = {"before the click": BEFORE_THE_CLICK, "to chat": [*TO_CHAT, heaviest]}
    for name, files in parts.items():
        for file in files:
            print(f"  {weight(file) / KIB:7.1f} KB  {file.relative_to(ROOT)}")
        total = sum(map(weight, files)) / KIB
        print(f"{total:9.1f} KB  {name} (limit {LIMITS_KIB[name]} KB)\n")
    for product, published in OTHERS_KIB.items():
        print(f"{published:>9} KB  {product}")


if __name__ == "__main__":
    main()
