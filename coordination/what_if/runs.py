"""Questions that are computed: one at a time for a person and two in all, each in a process of its own; answers stay a week.

The row says how far it is. Whoever cancels changes the row, and the process, which looks at it every second or so, ends. Whether it
still runs is known for certain where it was begun; elsewhere, a row of which nothing was heard for minutes, though a thread that does
nothing else says so every few seconds, is one whose process has ended.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Event, Thread
from uuid import UUID

import structlog
from django.db import DatabaseError, IntegrityError, connection, transaction

from coordination.models import RunState, WhatIfRun
from coordination.what_if import ledger, past, process
from coordination.what_if.computation import answer
from coordination.what_if.question import PAST, PlanTold, Question
from partners import clock
from partners.models import Staff
from routing_rules.loading import NoPlanInForceError, as_plan, published_plan
from routing_rules.models import PlanVersion
from routing_rules.plans import Plan
from simulation.pacing import Pace

AT_ONCE = 2
TELL_EVERY_S = 1.0
BEAT_EVERY_S = 5.0
LOST_AFTER = timedelta(minutes=3)
ENOUGH_S = 300.0
"""After this time it answers with what was drawn so far, and says so."""
LONGEST_S = 900.0
"""After this it gives up: not even the least was drawn."""
KEPT = timedelta(days=7)

log = structlog.stdlib.get_logger(__name__)


class RefusedError(Exception):
    """Why nothing is computed; the argument is the code."""


class StoppedError(Exception):
    """The computation is to end; the argument is the reason, empty where somebody cancelled it."""


def ask(*, owner: Staff, question: Question) -> WhatIfRun:
    """Begin to compute.

    Raises:
        RefusedError: `own` (one of theirs runs), `others` (as many run as may), `no_process`.
    """
    now = clock.now()
    forget_lost(now)
    if WhatIfRun.objects.filter(state=RunState.RUNNING).exclude(owner=owner).count() >= AT_ONCE:
        raise RefusedError("others")
    try:
        # Of two presses one wins: the constraint allows one that runs.
        with transaction.atomic():
            run = WhatIfRun.objects.create(
                owner=owner, question=_with_plans(question).to_json(), asked_at=now, seen_at=now
            )
    except IntegrityError:
        raise RefusedError("own") from None
    try:
        process.start(run.pk)
    except OSError as fault:
        log.error("a what-if could not be begun", exc_info=fault)
        WhatIfRun.objects.filter(pk=run.pk).delete()
        raise RefusedError("no_process") from None
    return run


def _with_plans(question: Question) -> Question:
    """With the rules as they are now: a draft goes on changing while it is computed, and after."""
    if question.plan is None:
        return question
    try:
        asked = as_plan(PlanVersion.objects.get(number=question.plan))
        return replace(question, in_force=PlanTold.of(published_plan()), asked=PlanTold.of(asked))
    except (NoPlanInForceError, PlanVersion.DoesNotExist):
        # It was thrown away meanwhile: the computation says so.
        return question


def cancel(*, owner: Staff, run: UUID) -> bool:
    """False: it does not run any more, or is another's."""
    running = WhatIfRun.objects.filter(pk=run, owner=owner, state=RunState.RUNNING)
    return bool(running.update(state=RunState.CANCELLED))


def forget_lost(now: datetime) -> None:
    """Say of those whose process has ended that they failed."""
    running = WhatIfRun.objects.filter(state=RunState.RUNNING)
    here = {pk: process.runs(pk) for pk in running.values_list("pk", flat=True)}
    ended = [pk for pk, alive in here.items() if alive is False]
    silent = running.filter(
        seen_at__lt=now - LOST_AFTER, pk__in=[pk for pk, alive in here.items() if alive is None]
    )
    for lost in (running.filter(pk__in=ended), silent):
        lost.update(state=RunState.FAILED, reason="interrupted")


@dataclass(slots=True)
class _Told:
    """Writes how far it is, and stops what was cancelled or takes too long."""

    run: UUID
    began: float = field(default_factory=time.monotonic)
    told: float = 0.0
    done: float = 0.0

    def __call__(self, done: float) -> None:
        # Whoever looks on sees it grow, whichever way a part counts what it has done.
        self.done = min(1.0, max(self.done, done))
        now = time.monotonic()
        if now - self.told < TELL_EVERY_S:
            return
        self.told = now
        if now - self.began > LONGEST_S:
            raise StoppedError("too_long")
        if process.is_left_alone():
            raise StoppedError("interrupted")
        running = WhatIfRun.objects.filter(pk=self.run, state=RunState.RUNNING)
        if not running.update(done=self.done, seen_at=clock.now()):
            raise StoppedError("")

    def used(self) -> float:
        """The part of the time after which it is to answer with what it has."""
        return (time.monotonic() - self.began) / ENOUGH_S


@contextmanager
def heartbeat(run: UUID) -> Iterator[None]:
    """Say in a thread of its own that the process lives: a single replication of a busy year on a busy machine may take long."""
    over = Event()
    thread = Thread(target=_beat, args=(run, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _beat(run: UUID, over: Event) -> None:
    while not over.wait(BEAT_EVERY_S):
        try:
            WhatIfRun.objects.filter(pk=run, state=RunState.RUNNING).update(seen_at=clock.now())
        except DatabaseError as fault:  # the next beat may find the database again
            log.warning("a what-if could not say that it runs", exc_info=fault)
            connection.close()
    connection.close()


def compute(run: UUID) -> None:
    """In the process of its own: compute the answer and write it, or why there is none."""
    row = WhatIfRun.objects.filter(pk=run, state=RunState.RUNNING).first()
    if row is None:
        return
    running = WhatIfRun.objects.filter(pk=run, state=RunState.RUNNING)
    question = Question.from_json(row.question)
    try:
        scenario = "" if question.demand_of == PAST else question.demand_of
        tells = _Told(run)
        found = past.load(now=clock.now(), months=question.months, scenario=scenario)
        told = answer(question, found, _asked_plan(question), pace=Pace(tells, tells.used))
    except StoppedError as stopped:
        running.update(state=RunState.FAILED, reason=str(stopped))
    except past.TooLittleError as too_little:
        running.update(state=RunState.FAILED, reason=f"little_{too_little}")
    except (NoPlanInForceError, PlanVersion.DoesNotExist):
        running.update(state=RunState.FAILED, reason="no_plan")
    except Exception as fault:  # whoever asked must learn of it
        log.error("a what-if failed", exc_info=fault)
        running.update(state=RunState.FAILED, reason="fault")
    else:
        # It may just have been cancelled: then this matches no row, and nothing is foretold.
        if running.update(state=RunState.DONE, answer=told.to_json(), done=1.0, seen_at=clock.now()):
            ledger.note(question=question, told=told, on=clock.now().date())


def _asked_plan(question: Question) -> Plan:
    if question.plan is None:
        return published_plan()
    if question.asked is None:
        raise PlanVersion.DoesNotExist
    return question.asked.plan
