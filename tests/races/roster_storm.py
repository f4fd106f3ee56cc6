"""People who want the same shift in the same moment, on the database of the environment. Prints what is wrong, a line each.

Run as `python -m tests.races.roster_storm`.
"""

import random
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from threading import Barrier, Thread

import django

django.setup()

from django.core.management import call_command  # noqa: E402  # Django must be set up first
from django.db import OperationalError, connection  # noqa: E402

from partners.models import Role, Staff  # noqa: E402
from roster import loading, planning, signing_up  # noqa: E402
from roster.joining import ConflictError, ShiftGoneError  # noqa: E402
from roster.models import Assignment, RosterNotice, Shift  # noqa: E402
from roster.rules import overlap  # noqa: E402
from routing_rules.models import Counsellor, Pool, Timetable  # noqa: E402

ROUNDS = 5
TOGETHER = 5
DAY = timedelta(days=1)
REFUSALS = (ConflictError, ShiftGoneError, signing_up.TooLateError)


def wrong(*words: object) -> None:
    sys.stdout.write(" ".join(str(word) for word in words) + "\n")


def at_once(acts: Sequence[Callable[[], object]]) -> Counter[str]:
    """How each ended: "done", or the name of the refusal."""
    barrier = Barrier(len(acts))
    ends: list[str] = []

    def one(act: Callable[[], object]) -> None:
        connection.ensure_connection()
        barrier.wait()
        try:
            act()
            ends.append("done")
        except REFUSALS as refusal:
            ends.append(type(refusal).__name__)
        except OperationalError as fault:
            # A busy file is SQLite's way to say: wait. A deadlock would be a defect.
            ends.append("busy")
            if "locked" not in str(fault):
                wrong("a fault:", fault)
        except Exception as fault:  # told to whoever reads what is wrong
            ends.append("fault")
            wrong("a fault:", repr(fault))
        finally:
            connection.close()

    threads = [Thread(target=one, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(ends)


def prepare() -> tuple[Pool, Pool, list[Counsellor], Staff]:
    call_command("migrate", verbosity=0)
    first, second = (Pool.objects.create(slug=f"storm-{number}", name=f"Storm {number}") for number in (1, 2))
    for pool in (first, second):
        timetable = Timetable.objects.create(pool=pool, valid_from=datetime(2020, 1, 1, tzinfo=UTC))
        for weekday in range(7):
            timetable.intervals.create(weekday=weekday, start_minute=0, end_minute=1440)
    people = []
    for number in range(TOGETHER):
        staff = Staff.objects.create(username=f"storm-{number}", role=Role.COUNSELLOR)
        people.append(Counsellor.objects.create(staff=staff))
        people[-1].pools.add(first, second)
    return first, second, people, Staff.objects.create(username="storm", role=Role.PLATFORM)


def shift(pool: Pool, day: int, start: int = 540) -> Shift:
    date = (datetime.now(UTC) + day * DAY).date()
    return Shift.objects.create(pool=pool, date=date, start_minute=start, end_minute=start + 120)


def last_place(pool: Pool, people: list[Counsellor], day: int) -> None:
    """All of them take the only place."""
    one, now = shift(pool, day), datetime.now(UTC)
    ends = at_once(
        [lambda who=who: signing_up.take(counsellor=who, shift_id=one.pk, now=now) for who in people]  # type: ignore[misc]
    )
    on = Assignment.objects.filter(shift=one).count()
    if (ends["done"], on) != (1, 1) or ends["ConflictError"] + ends["busy"] != len(people) - 1:
        wrong("the last place:", dict(ends), on)


def two_at_once(first: Pool, second: Pool, who: Counsellor, day: int) -> None:
    """One person takes two shifts of the same hour, in two tabs."""
    shifts, now = [shift(first, day), shift(second, day, 600)], datetime.now(UTC)
    ends = at_once(
        [lambda one=one: signing_up.take(counsellor=who, shift_id=one.pk, now=now) for one in shifts]  # type: ignore[misc]
    )
    if ends["done"] != 1 or Assignment.objects.filter(shift__in=shifts).count() != 1:
        wrong("two shifts at once:", dict(ends))


def one_replacement(pool: Pool, people: list[Counsellor], day: int) -> None:
    """All colleagues come in the place of one, who comes back to it in the same moment."""
    one, now, (leaves, *others) = shift(pool, day), datetime.now(UTC), people
    signing_up.take(counsellor=leaves, shift_id=one.pk, now=now)
    signing_up.look_for_replacement(counsellor=leaves, shift_id=one.pk, now=now)
    acts: list[Callable[[], object]] = [
        lambda who=who: signing_up.take_over(  # type: ignore[misc]
            counsellor=who, shift_id=one.pk, colleague_id=leaves.pk, now=now
        )
        for who in others
    ]
    at_once([*acts, lambda: signing_up.stop_looking(counsellor=leaves, shift_id=one.pk)])
    if Assignment.objects.filter(shift=one).count() != 1:
        wrong(
            "a replacement:", list(Assignment.objects.filter(shift=one).values_list("counsellor", flat=True))
        )


def everything(
    first: Pool, second: Pool, people: list[Counsellor], actor: Staff, day: int, dice: random.Random
) -> None:
    """Volunteers and a coordinator at once on two shifts that overlap."""
    shifts, now = [shift(first, day), shift(second, day, 600)], datetime.now(UTC)
    keys = [one.pk for one in shifts]

    def any_act(who: Counsellor) -> Callable[[], object]:
        one, other = dice.sample(keys, 2)
        colleague = dice.choice(people)
        acts: list[Callable[[], object]] = [
            lambda: signing_up.take(counsellor=who, shift_id=one, now=now),
            lambda: signing_up.give_back(counsellor=who, shift_id=one, now=now),
            lambda: signing_up.look_for_replacement(counsellor=who, shift_id=one, now=now),
            lambda: signing_up.take_over(counsellor=who, shift_id=one, colleague_id=colleague.pk, now=now),
            lambda: planning.assign(actor=actor, shift_id=one, counsellor_id=who.pk, now=now),
            lambda: planning.remove(actor=actor, shift_id=one, counsellor_id=who.pk, now=now),
            lambda: planning.move(
                actor=actor, shift_id=one, to_shift_id=other, counsellor_id=who.pk, now=now
            ),
        ]
        return dice.choice(acts)

    for _round in range(3):
        at_once([any_act(who) for who in people])
        for one in shifts:
            if (on := Assignment.objects.filter(shift=one).count()) > one.needed:
                wrong("more people than needed:", on)


def judge() -> None:
    for who in Counsellor.objects.filter(staff__username__startswith="storm-"):
        rows = [one.shift for one in Assignment.objects.filter(counsellor=who).select_related("shift__pool")]
        for one, other in combinations(rows, 2):
            if overlap(loading.time_of(one), loading.time_of(other)):
                wrong("on two shifts at once:", who.pk, one, other)
    assigned = Assignment.objects.exclude(assigned_by__role=Role.COUNSELLOR)
    for row in assigned:
        if not RosterNotice.objects.filter(person=row.counsellor.staff, shift=row.shift).exists():
            wrong("put on a shift without being told:", row)


def storm() -> None:
    first, second, people, actor = prepare()
    dice = random.Random(7)
    for number in range(ROUNDS):
        last_place(first, people, 10 + number)
        two_at_once(first, second, people[number % TOGETHER], 40 + number)
        one_replacement(first, people, 70 + number)
        everything(first, second, people, actor, 100 + number, dice)
    judge()


if __name__ == "__main__":
    storm()
