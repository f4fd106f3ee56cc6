"""Several coordinators press at once, and several processes look at once: prints how each race ended, a line each.

Run as `python -m tests.races.board_worker`; the database is the one of the environment, with the demo's data.
"""

import sys
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import django

django.setup()

from django.conf import settings  # noqa: E402  # Django must be set up first
from django.core import mail  # noqa: E402
from django.db import OperationalError, connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from chat import runtime  # noqa: E402
from chat.hub import Hub  # noqa: E402
from chat.transcript.embedded import EmbeddedTranscripts  # noqa: E402
from chat.volatile import EmbeddedVolatile  # noqa: E402
from coordination.board import alert_letters, alerting, calls, hours, situation  # noqa: E402
from coordination.models import AlertLetter, AlertWatch, TeamCall  # noqa: E402
from partners.models import AuditEntry, Role, Staff  # noqa: E402
from routing_rules.loading import schedules  # noqa: E402
from routing_rules.models import DatedException, Pool  # noqa: E402
from routing_rules.schedule import closes_at  # noqa: E402

TOGETHER = 4
NOW = timezone.now().replace(second=0, microsecond=0)


def at_once(act: Callable[[], object]) -> Counter[str]:
    """How each ended: "done", or the name of the refusal."""
    barrier, ends = Barrier(TOGETHER), Counter[str]()

    def one() -> None:
        try:
            barrier.wait()
            act()
            ends["done"] += 1
        except OperationalError:
            # A busy file is SQLite's way to say: wait. It is one of those who came too late.
            ends["busy"] += 1
        except Exception as refusal:  # told by its name
            ends[type(refusal).__name__] += 1
        finally:
            connection.close()

    threads = [Thread(target=one) for _ in range(TOGETHER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def report(what: str, *said: object) -> None:
    sys.stdout.write(f"{what}: {' '.join(map(str, said))}\n")


def main() -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    hub = Hub()
    runtime.start(
        runtime.Runtime(
            EmbeddedTranscripts(publish=hub.publish_entry, most=10, expiry_s=900), EmbeddedVolatile(), hub
        )
    )
    pool = Pool.objects.get(slug="demo-cdm")
    actor = Staff.objects.filter(role=Role.PLATFORM).first()
    assert actor is not None
    start, end = NOW - timedelta(hours=1), NOW + timedelta(hours=2)
    now_is = situation.read(NOW)

    # The demo's people have no address.
    Staff.objects.filter(counsellor__pools=pool).update(email="somebody@example.be")
    report("help", at_once(lambda: calls.call_for_help(actor=actor, pool=pool, now_is=now_is))["done"])
    report("calls", TeamCall.objects.count(), AuditEntry.objects.filter(action="board.help_called").count())

    # The demo's teams are open day and night: this one closes in two hours.
    tonight = timezone.localtime(end)
    minute = tonight.hour * 60 + tonight.minute
    DatedException.objects.create(
        pool=pool, date=tonight.date(), kind="closed", start_minute=minute, end_minute=minute + 60
    )
    closes = closes_at(schedules(NOW)[pool.slug], NOW)
    assert closes == end
    before = DatedException.objects.count()
    ends = at_once(lambda: hours.close_early(actor=actor, pool=pool, closes=end, now=NOW))
    report("early", ends["done"], DatedException.objects.count() - before)

    def look(at: float) -> None:
        alerting.look_at_all(now=start + timedelta(seconds=at))

    Staff.objects.filter(role__in=[Role.PLATFORM, Role.COORDINATOR]).update(email="somebody@example.be")
    mail.outbox = []
    for seconds in range(0, 721, 240):
        at_once(lambda seconds=seconds: look(seconds))  # type: ignore[misc]
        for _attempt in range(3):
            # Who finds a busy file tries again, as the job does.
            at_once(lambda seconds=seconds: alert_letters.send_due(now=start + timedelta(seconds=seconds)))  # type: ignore[misc]
    began = AuditEntry.objects.filter(action="alert.began")
    report("alerts", began.count() == AlertWatch.objects.filter(began__isnull=False).count() > 0)
    keys = Counter(str(one.extra_headers["Message-ID"]) for one in mail.outbox)
    left = AlertLetter.objects.filter(sent=True).count()
    report(
        "letters", left == len(keys) > 0, max(keys.values()), AlertLetter.objects.filter(sent=False).count()
    )
    report("twice", began.count() - began.values("subject").distinct().count())


if __name__ == "__main__":
    main()
