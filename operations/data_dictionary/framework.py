"""The tables of Django and django-allauth."""

from operations.data_dictionary.words import Basis, Column, Kept, Readers, Table, pairs

TABLES = [
    Table(
        "sessions.Session",
        "Who of the staff is signed in. Visitors have no session.",
        Basis.TASK,
        Kept.SESSION,
        Readers.NOBODY,
        {
            "session_key": "a digest of the key, which is in the browser's cookie only",
            "session_data": "which account, when it signed in, and by which means; of coordinators what their last act changed, so that "
            "they can undo it; no address. Encrypted",
            "expire_date": "until when",
        },
    ),
    Table(
        "account.EmailAddress",
        "E-mail addresses of accounts, for lost passwords.",
        Basis.TASK,
        Kept.WITH_ACCOUNT,
        Readers.ADMINISTRATORS,
        {
            "id": "key",
            "user_id": "whose",
            "email": "the address",
            "verified": "whether it was confirmed",
            "primary": "whether it is the one to write to",
        },
    ),
    Table(
        "account.EmailConfirmation",
        "Confirmations of e-mail addresses under way.",
        Basis.TASK,
        Kept.WITH_ACCOUNT,
        Readers.NOBODY,
        {
            "id": "key",
            "email_address_id": "of which address",
            "created": "since when",
            "sent": "when the mail went out",
            "key": "what the mail's link holds",
        },
    ),
    Table(
        "mfa.Authenticator",
        "Second factors of accounts.",
        Basis.TASK,
        Kept.WITH_ACCOUNT,
        Readers.OWN,
        {
            "id": "key",
            "user_id": "whose",
            "type": "app with codes, passkey, or recovery codes",
            "data": Column(
                "the secret that codes are checked with, encrypted; of a passkey its public key and the name that its owner gave it",
                readers=Readers.NOBODY,
            ),
            "created_at": "since when",
            "last_used_at": "when it was last used",
        },
    ),
    *(
        Table(
            f"socialaccount.{name}",
            "Signing in by an institution keeps nothing: not used, always empty.",
            Basis.NONE,
            Kept.INSTALLATION,
            Readers.NOBODY,
            dict.fromkeys(columns, "not used"),
        )
        for name, columns in {
            "SocialApp": ("id", "provider", "provider_id", "name", "client_id", "secret", "key", "settings"),
            "SocialAccount": ("id", "user_id", "provider", "uid", "last_login", "date_joined", "extra_data"),
            "SocialToken": ("id", "app_id", "account_id", "token", "token_secret", "expires_at"),
        }.items()
    ),
    Table(
        "admin.LogEntry",
        "What administrators changed of institutions and networks; of accounts, the audit log says it.",
        Basis.TASK,
        Kept.AUDIT,
        Readers.ADMINISTRATORS,
        {
            "id": "key",
            "action_time": "when",
            "user_id": "who",
            "content_type_id": "what kind of thing",
            "object_id": "which one",
            "object_repr": "how it was called",
            "action_flag": "added, changed, deleted",
            "change_message": "names of the fields that changed",
        },
    ),
    Table(
        "contenttypes.ContentType",
        "Django's list of tables.",
        Basis.NONE,
        Kept.INSTALLATION,
        Readers.NOBODY,
        {"id": "key", "app_label": "room", "model": "table"},
    ),
    Table(
        "auth.Permission",
        "Django's own permissions; Miti decides by role instead.",
        Basis.NONE,
        Kept.INSTALLATION,
        Readers.NOBODY,
        {
            "id": "key",
            "name": "how it is called",
            "content_type_id": "for which table",
            "codename": "short name",
        },
    ),
    Table(
        "auth.Group",
        "Django's own groups; not used, always empty.",
        Basis.NONE,
        Kept.INSTALLATION,
        Readers.NOBODY,
        {"id": "key", "name": "how it is called"},
    ),
    pairs("auth.Group_permissions", "Not used, always empty.", "group_id", "permission_id"),
    pairs("partners.Staff_groups", "Not used, always empty.", "staff_id", "group_id"),
    pairs("partners.Staff_user_permissions", "Not used, always empty.", "staff_id", "permission_id"),
    Table(
        "operations.RunningProcess",
        "Which processes run, and in which version: for the operator's page.",
        Basis.NONE,
        Kept.MINUTES,
        Readers.ADMINISTRATORS,
        {
            "name": "a random name of the process",
            "kind": "web, worker or beat",
            "version": "its version of Miti",
            "seen_at": "when it last said that it runs",
        },
    ),
    Table(
        "operations.KeptBackup",
        "The newest backup that could be opened, and the newest that could not: for the operator's page.",
        Basis.NONE,
        Kept.NEWEST,
        Readers.ADMINISTRATORS,
        {
            "id": "key",
            "readable": "whether it could be opened",
            "ended_at": "when that was seen",
            "size": "in bytes",
            "place": "where the operator keeps it, as the backup was told",
        },
    ),
]
