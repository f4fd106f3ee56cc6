"""One of several processes that write down and send the reports of figures at once. The letters go into a folder, a file each.

Run as `python -m tests.races.figures_letters prepare`, or `... send FOLDER` (which begins when its standard input ends), or `... judge`.
The database is the one of the environment.
"""

import sys
from datetime import UTC, date, datetime, timedelta

import django

django.setup()

from django.conf import settings  # noqa: E402  # Django must be set up first
from django.core.management import call_command  # noqa: E402
from django.db import OperationalError  # noqa: E402

from indicators import current_day  # noqa: E402
from indicators.codes import Outcome  # noqa: E402
from indicators.letters import sending  # noqa: E402
from indicators.models import FiguresLetter  # noqa: E402
from indicators.rows import record  # noqa: E402
from indicators.rows.record import EndedRequest  # noqa: E402
from partners import letter_choices  # noqa: E402
from partners.models import AuditEntry, Role, Staff  # noqa: E402

READERS = 12
NOW = datetime(2027, 1, 2, 9, tzinfo=UTC)
ROUNDS = 6
MINUTE = timedelta(minutes=1)


def say(*words: object) -> None:
    sys.stdout.write(" ".join(str(word) for word in words) + "\n")


def prepare() -> None:
    """Readers who asked for months and quarters, and a December with a request."""
    call_command("migrate", verbosity=0)
    for number in range(READERS):
        person = Staff.objects.create(
            username=f"reader-{number}", role=Role.ANALYST, email=f"reader-{number}@example.be"
        )
        letter_choices.choose(person=person, language="fr", wanted=list(sending.KINDS))
    record.request(
        ended=EndedRequest(
            asked_at=datetime(2026, 12, 15, 9, tzinfo=UTC),
            outcome=Outcome.UNSERVED,
            theme_asked="emploi",
            theme_end="emploi",
            language="fr",
            site="miti",
            site_network="CDM",
            plan_number=1,
            wait_s=600.0,
        )
    )


def send(folder: str) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = folder
    say("ready")
    sys.stdout.flush()
    sys.stdin.read()
    for number in range(ROUNDS):
        try:
            say("sent", sending.send_due(now=NOW + number * MINUTE))
        except OperationalError as fault:
            # A busy file is SQLite's way to say: wait. The job is done again, too.
            if "locked" not in str(fault):
                raise


def judge() -> None:
    """What must hold when all of them have ended."""
    letters = FiguresLetter.objects.all()
    if letters.count() != 2 * READERS or letters.filter(sent=False).exists():
        say("letters:", letters.count(), "of which not sent:", letters.filter(sent=False).count())
    if letters.exclude(tries=1).exists():
        say("tries:", list(letters.values_list("tries", flat=True)))
    if (told := AuditEntry.objects.filter(action="figures.mailed").count()) != 2 * READERS:
        say("in the log:", told)


if __name__ == "__main__":
    current_day.today = lambda: date(2027, 1, 2)
    match sys.argv[1:]:
        case ["prepare"]:
            prepare()
        case ["send", folder]:
            send(folder)
        case ["judge"]:
            judge()
