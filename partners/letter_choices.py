"""Which letters somebody wants, and in which language. Only this module writes it.

Each letter carries a signed address that switches its kind off: it needs no signing in, and can do nothing else.
"""

from collections.abc import Collection, Iterable

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from partners import audit
from partners.letter_kinds import LetterKind, kinds_of, may_get
from partners.models import LetterChoices, Staff

SALT = "partners.letter_choices"


class NotSignedError(Exception):
    """Nobody wrote this address in a letter, or the account is gone."""


def choices_of(person: Staff) -> LetterChoices:
    """What they chose, or what holds for somebody who has chosen nothing."""
    return LetterChoices.objects.filter(person=person).first() or LetterChoices(person=person)


def who_wants(kind: LetterKind, people: Iterable[Staff]) -> list[tuple[Staff, str]]:
    """Those of these people who get letters of this kind, each with the language of their letters."""
    reachable = [one for one in people if one.email and may_get(kind, role=one.role, is_active=one.is_active)]
    chosen = {one.person_id: one for one in LetterChoices.objects.filter(person__in=reachable)}
    found = []
    for person in reachable:
        row = chosen.get(person.pk)
        if row is None:
            found.append((person, settings.LANGUAGE_CODE))
        elif kind.value not in row.off:
            found.append((person, row.language))
    return found


def unreached(kind: LetterKind, people: Iterable[Staff]) -> list[Staff]:
    """Those of these people to whom no letter of this kind goes: they have no address, or switched it off."""
    everybody = list(people)
    reached = {one.pk for one, _language in who_wants(kind, everybody)}
    return [one for one in everybody if one.pk not in reached]


@transaction.atomic
def choose(*, person: Staff, language: str, wanted: Collection[LetterKind]) -> None:
    """Write what somebody chose on their page. Kinds that their role does not get stay as they were."""
    row = _locked(person)
    shown = {kind.value for kind in kinds_of(person.role)}
    row.language = language
    row.off = sorted((shown - {kind.value for kind in wanted}) | (set(row.off) - shown))
    row.save()
    audit.record(
        actor=person, action="letters.chosen", subject=f"person {person.pk}", detail={"without": row.off}
    )


@transaction.atomic
def switch_off(*, signed: str) -> LetterKind:
    """Switch off the kind that this signed address names, for the person whom it names; again: nothing more.

    Raises:
        NotSignedError: nothing was written.
    """
    person, kind = read_signed(signed)
    row = _locked(person)
    if kind.value not in row.off:
        row.off = sorted({*row.off, kind.value})
        row.save()
        audit.record(
            actor=person, action="letters.chosen", subject=f"person {person.pk}", detail={"without": row.off}
        )
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
