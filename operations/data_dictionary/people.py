"""Accounts, their institutions, and what people did."""

from operations.data_dictionary.words import Basis, Column, Kept, Readers, Table

TABLES = [
    Table(
        "partners.Network",
        "The networks of partners: figures are grouped by them.",
        Basis.NONE,
        Kept.IN_USE,
        Readers.COUNSELLORS,
        {"id": "key", "code": "short name in figures and exports", "name": "how it is called"},
    ),
    Table(
        "partners.Partner",
        "The institutions. Visitors never learn which one answers.",
        Basis.NONE,
        Kept.IN_USE,
        Readers.COUNSELLORS,
        {
            "id": "key",
            "slug": "short name",
            "name": "how it is called; the console warns when a message names it",
            "network_id": "its network",
        },
    ),
    Table(
        "partners.Staff",
        "People who sign in: counsellors, coordinators, analysts, administrators.",
        Basis.TASK,
        Kept.ACCOUNT,
        Readers.STAFF,
        {
            "id": "key",
            "password": Column("proof of identity, as a salted hash", readers=Readers.NOBODY),
            "last_login": "finds accounts that are no longer used",
            "is_superuser": "technical administration",
            "username": "name to sign in with",
            "first_name": Column(
                "how colleagues call the person; no surname is asked for", readers=Readers.COUNSELLORS
            ),
            "is_staff": "may open the accounts' pages",
            "is_active": "whether the account may sign in",
            "date_joined": "when the account was made",
            "email": "invitation and lost password; optional",
            "left_at": "since when the account is disabled; it is deleted so many days later",
            "session_generation": "how often all sessions of the account were ended at once",
            "role": "what the person may do",
            "partner_id": "the institution that the person answers for",
        },
    ),
    Table(
        "partners.LetterChoices",
        "Which letters somebody does not want, and in which language they get the others.",
        Basis.TASK,
        Kept.WITH_ACCOUNT,
        Readers.OWN,
        {
            "id": "key",
            "person_id": "whose",
            "language": "of their letters",
            "off": "the kinds that are switched off",
        },
    ),
    Table(
        "partners.LetterSubscription",
        "Letters of a kind that comes only to whoever asks for it, such as the figures of each month.",
        Basis.TASK,
        Kept.WITH_ACCOUNT,
        Readers.OWN,
        {"id": "key", "person_id": "whose", "kind": "of which kind, as a code"},
    ),
    Table(
        "partners.AuditEntry",
        "What members of staff did: sign-ins, changes of people, hours and rules, exports. No visitor, no content.",
        Basis.TASK,
        Kept.AUDIT,
        Readers.COORDINATORS,
        {
            "id": "key, random",
            "at": "when",
            "actor_id": "who; emptied when the account is deleted",
            "action": "what, as a code",
            "subject": "to what: a code or a number; an account by its number",
            "detail": "codes, numbers and names of things that say how; no name of a person, no text of a reply or notice",
        },
    ),
]
