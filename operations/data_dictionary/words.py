"""The types of the declarations of tables and columns."""

from dataclasses import dataclass, field
from enum import Enum, StrEnum


class Basis(StrEnum):
    """The legal basis of processing. The developers propose it; the partners' data protection officers decide."""

    NONE = "no personal data"
    TASK = "task in the public interest (GDPR art. 6.1.e)"
    CHOICE = "given by choice, each answer optional (GDPR art. 6.1.a)"


class Kept(Enum):
    """How long a row stays: in words, with the setting, and whether the purge deletes it."""

    CONVERSATION = ("until the conversation closes; then the row is deleted", "", False)
    HOURS = (
        "until the first full hour after `MITI_TOMBSTONE_S`; what cannot be read goes with the purge",
        "",
        True,
    )
    FIGURES = ("{} months", "MITI_METRIC_ROWS_MONTHS", True)
    DUTY = ("13 months", "", True)
    WEEK = ("7 days", "", True)
    AUDIT = ("{} months", "MITI_AUDIT_LOG_MONTHS", True)
    ACCOUNT = ("the account, and {} days after somebody left", "MITI_LEFT_STAFF_DAYS", True)
    ROSTER = ("60 days after its day", "", True)
    WITH_SHIFT = ("goes with the shift", "", False)
    WITH_ACCOUNT = ("goes with the account", "", False)
    SESSION = (
        "until signing out, an hour without use, or 12 hours after signing in (`MITI_SESSION_IDLE_MIN`, `MITI_SESSION_HOURS`); "
        "ended ones go with the purge",
        "",
        True,
    )
    IN_USE = ("until a coordinator or administrator deletes it", "", False)
    INSTALLATION = ("as long as the installation", "", False)
    MINUTES = ("ten minutes after the process was last there", "", False)
    NEWEST = ("until the next one", "", False)
    WHILE_ON = ("until the alert is over; what nobody looks at any more goes with the purge", "", True)
    UNTIL_TOLD = (
        "until it is told that the alert is over; what was not told within a day of that goes with the purge",
        "",
        True,
    )
    A_DAY_AFTER_USE = ("a day after it is of no use any more", "", True)
    SECONDS = ("overwritten every few seconds", "", False)

    def __init__(self, text: str, setting: str, purged: bool) -> None:
        self.text = text
        self.setting = setting
        self.purged = purged

    def __str__(self) -> str:
        return self.text.format(f"`{self.setting}`")


class Readers(StrEnum):
    """Who sees it through Miti's pages, sockets and exports."""

    NOBODY = "nobody; the program itself"
    ADMINISTRATORS = "administrators"
    OWN = "the person themselves"
    STAFF = "administrators; coordinators of the same partner"
    COORDINATORS = "coordinators"
    PLATFORM = "platform coordinators"
    COUNSELLORS = "coordinators and counsellors"
    EVERYBODY = "everybody, visitors included"
    ANALYSTS = "analysts and coordinators, as sums only"
    PROTECTED = "analysts and coordinators, in protected tables only"


@dataclass(frozen=True, slots=True)
class Column:
    """A column that differs from its table in more than its purpose."""

    purpose: str
    basis: Basis | None = None
    kept: Kept | None = None
    readers: Readers | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table, by its model's label; `columns` by their name in the database."""

    model: str
    purpose: str
    basis: Basis
    kept: Kept
    readers: Readers
    columns: dict[str, str | Column] = field(default_factory=dict)

    def complete(self) -> dict[str, Column]:
        """Each column with all four answers; its table supplies those that the column does not give."""
        return {
            name: Column(
                one.purpose, one.basis or self.basis, one.kept or self.kept, one.readers or self.readers
            )
            for name, one in (
                (name, said if isinstance(said, Column) else Column(said))
                for name, said in self.columns.items()
            )
        }


def pairs(model: str, purpose: str, first: str, second: str) -> Table:
    """A table that only relates two others."""
    columns: dict[str, str | Column] = {"id": "key", first: "which one", second: "belongs to which"}
    return Table(model, purpose, Basis.NONE, Kept.IN_USE, Readers.COORDINATORS, columns)
