"""Workers that send the same letters in the same moment, and two presses on one link; part of `roster_storm`."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta

from django.conf import settings
from django.core import mail

from partners.letter_kinds import LetterKind
from partners.models import Staff
from roster import letter_queue, letters, planning, shift_links
from roster.letter_times import EVENING, DueDay, local_moment
from roster.models import RosterLetter, Shift
from routing_rules.models import Counsellor

WORKERS = 4
DAY = timedelta(days=1)
AtOnce = Callable[[Sequence[Callable[[], object]]], Counter[str]]


def race(at_once: AtOnce, shift: Shift, people: Sequence[Counsellor], actor: Staff) -> list[str]:
    """What is wrong."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    Staff.objects.filter(pk__in=[one.staff_id for one in people]).update(email="somebody@example.be")
    evening = local_moment(shift.date - DAY, EVENING)
    Shift.objects.filter(pk=shift.pk).update(needed=len(people))
    for one in people:
        planning.assign(
            actor=actor, shift_id=shift.pk, counsellor_id=one.pk, now=evening - timedelta(minutes=20)
        )
    for _attempt in range(3):
        # Who finds a busy file tries again, as the job does.
        at_once([lambda: letters.send_due(now=evening)] * WORKERS)
    kinds = (LetterKind.SHIFT_TOMORROW.value, LetterKind.SHIFT_CHANGED.value)
    due = {f"<shift-{one.pk}@" for one in RosterLetter.objects.filter(kind__in=kinds)}
    left = Counter(str(one.extra_headers["Message-ID"]).partition("@")[0] + "@" for one in mail.outbox)
    found = []
    if len(due) != 2 * len(people) or {key for key, n in left.items() if n != 1} or due - set(left):
        found.append(f"letters: {len(due)} due, {dict(left)}")
    return found + _holes(at_once, shift, people) + _one_press(at_once, shift, people[0])


def _holes(at_once: AtOnce, shift: Shift, people: Sequence[Counsellor]) -> list[str]:
    """Looks at once that see more and fewer holes of a day."""
    day = local_moment(shift.date - 2 * DAY)
    due = DueDay(shift.date, day, local_moment(shift.date), stage=2)
    accounts = [one.staff_id for one in people]

    def look(*seen: int) -> Callable[[], object]:
        holes = dict.fromkeys(accounts, seen)
        return lambda: letter_queue.write_of_holes(LetterKind.SHIFT_LACKS, holes, due)

    for _attempt in range(4):
        at_once([look(1), look(1, 2), look(1, 2, 3), look(2, 3)])
    look(1, 2, 3)()
    rows = RosterLetter.objects.filter(kind=LetterKind.SHIFT_LACKS.value, about__startswith="2 days before")
    told = Counter((one.person_id, hole) for one in rows for hole in one.shifts)
    if set(told) != {(who, hole) for who in accounts for hole in (1, 2, 3)} or max(told.values()) > 1:
        return [f"holes: {dict(told)}"]
    return []


def _one_press(at_once: AtOnce, shift: Shift, person: Counsellor) -> list[str]:
    letter = RosterLetter.objects.filter(person=person.staff).first()
    assert letter is not None
    shift.assignments.all().delete()
    shift_links.paths_of(letter, [(shift, None)])
    (link,) = letter.links.filter(shift=shift, used_at=None)
    now = local_moment(shift.date)
    ends = at_once([lambda: shift_links.use(link=link, counsellor=person, now=now)] * 2)
    if ends["done"] != 1 or shift.assignments.count() != 1:
        return [f"one link pressed twice: {dict(ends)}"]
    return []
