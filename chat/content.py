"""The texts that coordinators write for others: notices, contacts, canned replies. The one module that imports bleach."""

import html
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import bleach
from django.db import transaction

from chat.models import CannedReply, Contact, Notice, NoticeKind
from partners import audit
from partners.models import Partner, Staff
from partners.name_search import plain as plain_name
from routing_rules.models import Theme
from wakeups import publish

TAGS = {"p", "br", "strong", "em", "b", "i", "ul", "ol", "li", "a", "h3"}
ATTRIBUTES = {"a": ["href"]}
PROTOCOLS = {"https", "http", "mailto", "tel"}

#: The placeholders that the console fills in by itself.
PLACEHOLDERS = ("theme", "time")


class NumberTakenError(Exception):
    """Another contact has this number."""


class ShortcutTakenError(Exception):
    """Another reply of this partner and language has this shortcut."""


def sanitised(text: str) -> str:
    """The formatted text with everything taken out that could be more than formatted text."""
    return str(
        bleach.clean(
            text, tags=TAGS, attributes=ATTRIBUTES, protocols=PROTOCOLS, strip=True, strip_comments=True
        )
    ).strip()


def taken_out(text: str) -> list[str]:
    """What `sanitised` takes out of a formatted text, as it was written, each once."""
    reader = _WhatGoes()
    reader.feed(text)
    reader.close()
    return list(dict.fromkeys(reader.found))


class _WhatGoes(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = ATTRIBUTES.get(tag, [])
        if tag not in TAGS or any(name not in known or not _may_lead(value or "") for name, value in attrs):
            self.found.append(self.get_starttag_text() or tag)

    def handle_comment(self, data: str) -> None:
        self.found.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.found.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.found.append(f"<?{data}>")

    def unknown_decl(self, data: str) -> None:
        self.found.append(f"<![{data}]>")


def _may_lead(address: str) -> bool:
    try:
        return urlsplit(address).scheme.lower() in {*PROTOCOLS, ""}
    except ValueError:
        return False


def plain(text: str) -> str:
    """The words of a formatted text."""
    return html.unescape(str(bleach.clean(text, tags=set(), attributes={}, strip=True))).strip()


def unknown_placeholders(text: str) -> list[str]:
    """The {words} that the console cannot fill in."""
    return sorted({name for name in re.findall(r"\{(\w+)\}", text) if name not in PLACEHOLDERS})


def institutions_named(text: str, names: Iterable[str]) -> list[str]:
    """The institutions that a text names: visitors must not learn which one answers them."""
    return [
        name for name in names if re.search(rf"(?<!\w){re.escape(plain_name(name))}(?!\w)", plain_name(text))
    ]


@transaction.atomic
def save_reply(
    *,
    actor: Staff,
    reply: CannedReply,
    partner: Partner | None,
    theme: Theme | None,
    language: str,
    shortcut: str,
    title: str,
    body: str,
) -> CannedReply:
    """Create or change a canned reply.

    Raises:
        ShortcutTakenError: nothing was written.
    """
    new = reply.pk is None
    was = {} if new else _told_of_reply(reply)
    taken = CannedReply.objects.filter(partner=partner, language=language, shortcut=shortcut)
    if taken.exclude(pk=reply.pk).exists():
        raise ShortcutTakenError
    reply.partner, reply.theme, reply.language, reply.shortcut = partner, theme, language, shortcut
    # Text, never HTML: whatever stands in it is shown as it is.
    reply.title, reply.body = title.strip(), body.strip()
    reply.save()
    audit.record(
        actor=actor,
        action="reply.created" if new else "reply.changed",
        subject=f"reply {shortcut}",
        detail=_told_of_reply(reply) | ({} if new else {"was": was}),
    )
    publish.content_changed()
    return reply


def _told_of_reply(reply: CannedReply) -> dict[str, Any]:
    """What the log tells of a reply; of its text only how long it is."""
    return {
        "shortcut": reply.shortcut,
        "title": reply.title,
        "language": reply.language,
        "theme": reply.theme.code if reply.theme else None,
        "institution": reply.partner.slug if reply.partner else None,
        "length": len(reply.body),
    }


@transaction.atomic
def delete_reply(*, actor: Staff, reply: CannedReply) -> None:
    """Delete a canned reply."""
    subject, told = f"reply {reply.shortcut}", _told_of_reply(reply)
    reply.delete()
    audit.record(actor=actor, action="reply.deleted", subject=subject, detail=told)
    publish.content_changed()


@transaction.atomic
def save_notice(
    *,
    actor: Staff,
    kind: NoticeKind,
    language: str,
    text: str,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> str:
    """Save a notice, sanitised; an empty text deletes it. Returns the text that was saved."""
    kept = sanitised(text)
    stored = Notice.objects.filter(kind=kind, language=language).first()
    was = _told_of_notice(stored.html, stored.starts_at, stored.ends_at) if stored else {}
    if kept:
        shown = {"html": kept, "starts_at": starts_at, "ends_at": ends_at}
        Notice.objects.update_or_create(kind=kind, language=language, defaults=shown)
    else:
        Notice.objects.filter(kind=kind, language=language).delete()
    audit.record(
        actor=actor,
        action="notice.changed",
        subject=f"notice {kind.value}",
        detail={"language": language, **_told_of_notice(kept, starts_at, ends_at), "was": was},
    )
    publish.content_changed()
    return kept


def _told_of_notice(text: str, starts_at: datetime | None, ends_at: datetime | None) -> dict[str, Any]:
    """What the log tells of a notice; of its text only how long it is."""
    return {
        "length": len(plain(text)),
        "starts_at": starts_at.isoformat() if starts_at else None,
        "ends_at": ends_at.isoformat() if ends_at else None,
    }


@transaction.atomic
def save_contact(
    *,
    actor: Staff,
    contact: Contact,
    number: str,
    labels: Mapping[str, str],
    languages: Iterable[str],
    position: int,
    verified_on: date | None,
) -> Contact:
    """Create or change a number to call. `languages`: of the visitors to whom it is shown; none: of all.

    Raises:
        NumberTakenError: nothing was written.
    """
    new = contact.pk is None
    was = {} if new else _told_of_contact(contact)
    if Contact.objects.filter(number=number).exclude(pk=contact.pk).exists():
        raise NumberTakenError
    contact.number, contact.position, contact.verified_on = number, position, verified_on
    contact.labels = {language: label.strip() for language, label in labels.items() if label.strip()}
    contact.languages = list(languages)
    contact.save()
    audit.record(
        actor=actor,
        action="contact.created" if new else "contact.changed",
        subject=f"contact {number}",
        detail=_told_of_contact(contact) | ({} if new else {"was": was}),
    )
    publish.content_changed()
    return contact


def _told_of_contact(contact: Contact) -> dict[str, Any]:
    """What the log tells of a number."""
    return {
        "number": contact.number,
        "labels": contact.labels,
        "languages": contact.languages,
        "position": contact.position,
        "verified_on": contact.verified_on.isoformat() if contact.verified_on else None,
    }


@transaction.atomic
def delete_contact(*, actor: Staff, contact: Contact) -> None:
    """Delete a number."""
    told = _told_of_contact(contact)
    contact.delete()
    audit.record(actor=actor, action="contact.deleted", subject=f"contact {told['number']}", detail=told)
    publish.content_changed()
