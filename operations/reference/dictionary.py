"""The data dictionary as a page of the docs."""

from operations import data_dictionary
from operations.data_dictionary import logs, memory
from operations.data_dictionary.words import Table

HEAD = """\
# Data dictionary

Written by `python -m miti reference` from `operations/data_dictionary/`: do not edit it here. A column that is not declared
there stops the checks, so this page is complete. Legal bases are the developers' proposal for the partners' data
protection officers. What is not in a table is in [privacy.md](privacy.md).
"""


def page() -> str:
    parts = [HEAD]
    for title, tables in data_dictionary.PARTS.items():
        parts.append(f"## {title}\n")
        parts += [_table(table) for table in tables]
    parts += [_memory(), _logs()]
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


def _memory() -> str:
    lines = [
        "## Redis, where it is used\n",
        "In memory only, never on a disk. Read by nobody but the program itself.\n",
        "| key | what for | basis | until |",
        "| --- | --- | --- | --- |",
        *(f"| `{one.name}` | {one.purpose} | {one.basis} | {one.until} |" for one in memory.KEYS),
        *(f"| channel `{one.name}` | {one.purpose} | {one.basis} | {one.until} |" for one in memory.CHANNELS),
    ]
    return "\n".join(lines) + "\n"


def _logs() -> str:
    lines = [
        "## Logs\n",
        "Lines of the program's output. No personal data, hence no legal basis; kept and read by operators.\n",
        "| field | what for | looks like |",
        "| --- | --- | --- |",
    ]
    for name, field in logs.FIELDS.items():
        lines.append(
            f"| `{name}` | {field.purpose} | {'several times ' if field.many else ''}{field.shape.words} |"
        )
    return "\n".join(lines) + "\n"
