"""Which letters somebody wants, and in which language. Only this module writes it.

Each letter carries a signed address that switches its kind off: it needs no signing in, and can do nothing else. Letters that
somebody asked for (`letter_kinds.ASKED_FOR`) carry none: their reader signs in.
"""

from collections.abc import Collection, Iterable

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from partners import audit
from partners.letter_kinds import ASKED_FOR, LetterKind, kinds_of, may_get
from partners.models import LetterChoices, LetterSubscription, Staff

SALT = "partners.letter_choices"


class NotSignedError(Exception):
    """Nobody wrote this address in a letter, or the account is gone."""


def choices_of(person: Staff) -> LetterChoices:
    """What they chose, or what holds for somebody who has chosen nothing."""
    return LetterChoices.objects.filter(person=person).first() or LetterChoices(person=person)


def wanted_by(person: Staff) -> list[LetterKind]:
    """The kinds that they get, of those that their role gets."""
    off, asked = choices_of(person).off, _asked_for(person)
    return [
        kind for kind in kinds_of(person.role) if (kind in asked if kind in ASKED_FOR else kind not in off)
    ]


def who_wants(kind: LetterKind, people: Iterable[Staff]) -> list[tuple[Staff, str]]:
    """Those of these people who get letters of this kind, each with the language of their letters."""
    reachable = [one for one in people if one.email and may_get(kind, role=one.role, is_active=one.is_active)]
    if kind in ASKED_FOR:
        asked = set(
            subscribers(kind).filter(pk__in=[one.pk for one in reachable]).values_list("pk", flat=True)
        )
        reachable = [one for one in reachable if one.pk in asked]
    chosen = {one.person_id: one for one in LetterChoices.objects.filter(person__in=reachable)}
    found = []
    for person in reachable:
        row = chosen.get(person.pk)
        if row is None:
            found.append((person, settings.LANGUAGE_CODE))
        elif kind.value not in row.off:
            found.append((person, row.language))
    return found


def subscribers(kind: LetterKind) -> "QuerySet[Staff]":
    """Everybody who asked for letters of this kind, whether they may have them or not."""
    return Staff.objects.filter(letter_subscriptions__kind=kind.value)


def unreached(kind: LetterKind, people: Iterable[Staff]) -> list[Staff]:
    """Those of these people to whom no letter of this kind goes: they have no address, or switched it off."""
    everybody = list(people)
    reached = {one.pk for one, _language in who_wants(kind, everybody)}
    return [one for one in everybody if one.pk not in reached]


@transaction.atomic
def choose(
    *,
    person: Staff,
    language: str,
    wanted: Collection[LetterKind],
    among: Collection[LetterKind] | None = None,
) -> None:
    """Write what somebody chose on a page that showed these kinds; None: all that their role gets. Others stay as they were."""
    row = _locked(person)
    row.language = language
    shown = set(kinds_of(person.role)) & set(kinds_of(person.role) if among is None else among)
    _switch(row, on=shown & set(wanted), off=shown - set(wanted))


@transaction.atomic
def stop(*, person: Staff, kinds: Collection[LetterKind]) -> None:
    """No more letters of these kinds; their language stays."""
    _switch(_locked(person), on=(), off=kinds)


@transaction.atomic
def switch_off(*, signed: str) -> LetterKind:
    """Switch off the kind that this signed address names, for the person whom it names; again: nothing more.

    Raises:
        NotSignedError: nothing was written.
    """
    person, kind = read_signed(signed)
    row = _locked(person)
    if kind.value not in row.off:
        _switch(row, on=(), off=(kind,))
    return kind


def read_signed(signed: str) -> tuple[Staff, LetterKind]:
    """Whose letters of which kind. Raises `NotSignedError`."""
    try:
        pk, kind = signing.loads(signed, salt=SALT)
        return Staff.objects.get(pk=pk), LetterKind(kind)
    except (signing.BadSignature, Staff.DoesNotExist, ValueError, TypeError):
        raise NotSignedError from None


def address_of(person: Staff, kind: LetterKind) -> str:
    """The address in a letter at which its reader switches the kind off."""
    signed = signing.dumps([person.pk, kind.value], salt=SALT)
    return f"{settings.LINK_ORIGIN}{reverse('accounts:letters-off', args=[signed])}"


def _locked(person: Staff) -> LetterChoices:
    # The page and a letter's address may be used at once: each keeps what the other wrote.
    LetterChoices.objects.get_or_create(person=person)
    return LetterChoices.objects.select_for_update().get(person=person)


def _switch(row: LetterChoices, *, on: Collection[LetterKind], off: Collection[LetterKind]) -> None:
    """Write it, in the transaction that locked the row."""
    usual_on, usual_off = ({kind.value for kind in kinds if kind not in ASKED_FOR} for kinds in (on, off))
    row.off = sorted(set(row.off) - usual_on | usual_off)
    row.save()
    rows = LetterSubscription.objects.filter(person=row.person)
    rows.filter(kind__in=ASKED_FOR.intersection(off)).delete()
    LetterSubscription.objects.bulk_create(
        [
            LetterSubscription(person=row.person, kind=kind.value)
            for kind in sorted(ASKED_FOR.intersection(on))
        ],
        ignore_conflicts=True,
    )
    asked = sorted(_asked_for(row.person))
    detail = {"without": row.off, "asked_for": asked} if asked else {"without": row.off}
    audit.record(actor=row.person, action="letters.chosen", subject=f"person {row.person_id}", detail=detail)


def _asked_for(person: Staff) -> set[LetterKind]:
    kinds = LetterSubscription.objects.filter(person=person).values_list("kind", flat=True)
    return {LetterKind(kind) for kind in kinds}
