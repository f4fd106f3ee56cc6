"""The data dictionary: every column of every table, its purpose, its retention, and who reads it.

A column that is not declared here does not pass Django's system check; `docs/data-dictionary.md` is generated from it.
`memory` declares what is in Redis, `logs` what a log line may hold.
"""

from operations.data_dictionary import figures, framework, live, people, roster, routing
from operations.data_dictionary.words import Table

#: The tables, by the part of Miti to which they belong.
PARTS: dict[str, list[Table]] = {
    "People": people.TABLES,
    "Routing": routing.TABLES,
    "Roster": roster.TABLES,
    "Conversations while they last": live.TABLES,
    "Figures": figures.TABLES,
    "Sign-in and framework": framework.TABLES,
}


def tables() -> list[Table]:
    return [table for part in PARTS.values() for table in part]
