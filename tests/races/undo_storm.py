"""The same act undone by several presses in the same moment, on the database of the environment. Prints what is wrong, a line each.

Run as `python -m tests.races.undo_storm`.
"""

import sys
from collections import Counter
from threading import Barrier, Thread
from uuid import uuid4

import django

django.setup()

from django.core.management import call_command  # noqa: E402  # Django must be set up first
from django.db import OperationalError, connection  # noqa: E402

from partners.audit import AlreadyUndoneError  # noqa: E402
from partners.models import AuditEntry, Role, Staff  # noqa: E402
from partners.undo import change_between, rows_of, undo  # noqa: E402
from routing_rules.models import Pool  # noqa: E402

ROUNDS = 10
TOGETHER = 4


def wrong(*words: object) -> None:
    sys.stdout.write(" ".join(str(word) for word in words) + "\n")


def main() -> None:
    call_command("migrate", verbosity=0)
    people = [
        Staff.objects.create(username=f"undo-{number}", role=Role.PLATFORM) for number in range(TOGETHER)
    ]
    for number in range(ROUNDS):
        pool = Pool.objects.create(slug=f"undo-{number}", name="Storm")
        watched = [Pool.objects.filter(slug=pool.slug)]
        before = rows_of(watched)
        pool.delete()
        change, act = change_between(before, rows_of([each.all() for each in watched])), uuid4()
        barrier, ends = Barrier(TOGETHER), Counter[str]()

        def press(
            actor: Staff,
            change: object = change,
            act: object = act,
            barrier: Barrier = barrier,
            ends: Counter[str] = ends,
        ) -> None:
            connection.ensure_connection()
            barrier.wait()
            try:
                undo(actor=actor, change=change, act=act, action="pool.deleted")  # type: ignore[arg-type]
                ends["done"] += 1
            except AlreadyUndoneError as twice:
                ends["told"] += 1
                if twice.entry.actor is None or twice.entry.detail != {"act": "pool.deleted"}:
                    wrong("told of another act:", twice.entry)
            except OperationalError as fault:
                # A busy file is SQLite's way to say: wait. A deadlock would be a defect.
                ends["busy"] += 1
                if "locked" not in str(fault):
                    wrong("a fault:", fault)
            except Exception as fault:  # told to whoever reads what is wrong
                ends["fault"] += 1
                wrong("a fault:", repr(fault))
            finally:
                connection.close()

        threads = [Thread(target=press, args=(one,)) for one in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if ends["done"] != 1:
            wrong("undone so often:", dict(ends))
        if Pool.objects.filter(slug=pool.slug).count() != 1 or AuditEntry.objects.filter(pk=act).count() != 1:
            wrong("not there once:", pool.slug)


if __name__ == "__main__":
    main()
