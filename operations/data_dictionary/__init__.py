"""The data dictionary: every column of every table, why it is there, how long, and who reads it.

A column that is not declared here does not pass Django's system check; `docs/data-dictionary.md` is generated from it.
What is in Redis is in `memory`, what may be in a line of the logs in `logs`.
"""

from operations.data_dictionary import figures, framework, live, people, routing
from operations.data_dictionary.words import Table

#: By the part of Miti that they belong to.
PARTS: dict[str, list[Table]] = {
    "People": people.TABLES,
    "Routing": routing.TABLES,
    "Conversations while they last": live.TABLES,
    "Figures": figures.TABLES,
    "Sign-in and framework": framework.TABLES,
}


def tables() -> list[Table]:
    return [table for part in PARTS.values() for table in part]
