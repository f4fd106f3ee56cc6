"""The data dictionary as a page of the docs."""

from miti import dictionary
from miti.dictionary.words import Table

HEAD = """\
# Data dictionary

Written by `python -m miti reference` from `miti/dictionary/`: do not edit it here. A column that is not declared
there stops the checks, so this page is complete. Legal bases are the developers' proposal for the partners' data
protection officers. What is not in a table is in [privacy.md](privacy.md).
"""


def page() -> str:
    parts = [HEAD]
    for title, tables in dictionary.PARTS.items():
        parts.append(f"## {title}\n")
        parts += [_table(table) for table in tables]
    return "\n".join(parts)


def _table(table: Table) -> str:
    lines = [
        f"### {table.model}\n",
        f"{table.purpose}\n",
        f"Basis: {table.basis}. Kept: {table.kept}. Read by: {table.readers}.\n",
        "| column | what for | where it differs |",
        "| --- | --- | --- |",
    ]
    for name, column in table.complete().items():
        differs = [
            f"{word}: {value}"
            for word, value, usual in (
                ("basis", column.basis, table.basis),
                ("kept", column.kept, table.kept),
                ("read by", column.readers, table.readers),
            )
            if value is not usual
        ]
        lines.append(f"| `{name}` | {column.purpose} | {'; '.join(differs)} |")
    return "\n".join(lines) + "\n"
