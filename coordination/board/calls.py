"""Calling people: whoever is planned and not there, and the rest of a team for help. Nobody is called again within minutes."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.board.figures import PersonStanding, standing_of
from coordination.board.planned import PlannedTeam
from coordination.board.situation import Situation
from coordination.models import CallKind, TeamCall
from partners import audit, letter_choices, letters
from partners.letter_kinds import LetterKind
from partners.letters import LetterText
from partners.models import Staff
from routing_rules.eligibility import has_skills, reachable_pools
from routing_rules.hours_text import format_time
from routing_rules.models import Counsellor, Pool
from routing_rules.presence import Presence
from routing_rules.snapshot import WaitingRequest
from wakeups import publish

AGAIN_AFTER = {CallKind.NUDGE: timedelta(minutes=10), CallKind.HELP: timedelta(minutes=30)}
ACTS = {CallKind.NUDGE: "board.nudged", CallKind.HELP: "board.help_called"}


class CallRefusedError(Exception):
    """Why nobody was called: nothing was written and no letter sent."""


class JustCalledError(CallRefusedError):
    """The team was called a moment ago."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        super().__init__(str(at))


class NobodyToCallError(CallRefusedError):
    """Everybody who could be called is there."""


class NobodyToWriteToError(CallRefusedError):
    """Somebody is not there, but none of them can be written to."""

    def __init__(self, *, have_address: bool) -> None:
        self.have_address = have_address
        """They have one, and want no such letters."""
        super().__init__()


class MailAwayError(CallRefusedError):
    """The mail server took no letter: it can be tried again at once."""


@dataclass(frozen=True, slots=True)
class Called:
    """How many were called, and how."""

    letters: int = 0
    consoles: int = 0
    not_sent: int = 0
    """Letters that the mail server did not take."""


def planned_and_missing(planned: PlannedTeam | None, now_is: Situation) -> list[int]:
    """The counsellors who are planned now and have no console open."""
    there = {one.id for one in now_is.connected}
    return [] if planned is None else [one for one in planned.people if one not in there]


def probably_absent(pool: str, planned: PlannedTeam | None, now_is: Situation) -> list[int]:
    """Those of the team who have a console open that they seem not to look at: whoever says that they are available, and whoever is planned
    now, whatever they said: two missed offers say "away" for them."""
    on = frozenset(() if planned is None else planned.people)
    return [
        one.id
        for one in now_is.connected
        if (pool in one.pools and standing_of(one) is PersonStanding.ABSENT)
        or (one.id in on and one.presence is not Presence.PRESENT)
    ]


def could_help(pool: str, now_is: Situation) -> list[int]:
    """Those of the team who have no console open: all of them, or where people wait for this team, those who could answer one."""
    there = {one.id for one in now_is.connected}
    members = {
        who: skills for who, skills in now_is.skills.items() if pool in skills.pools and who not in there
    }
    wanted = _reached_by(pool, now_is)
    return sorted(
        who
        for who, skills in members.items()
        if not wanted or any(has_skills(skills, one, pools={pool}) for one in wanted)
    )


def _reached_by(pool: str, now_is: Situation) -> list[WaitingRequest]:
    """Those who wait and may be answered by this team."""
    return [
        one
        for one in now_is.waiting
        if now_is.snapshot and pool in reachable_pools(now_is.snapshot.plan, one, {pool})
    ]


def nudge(*, actor: Staff, pool: Pool, planned: PlannedTeam | None, now_is: Situation) -> Called:
    """Write to whoever is planned and not there, and ring at open consoles that nobody seems to look at: each by what reaches them.

    Raises:
        JustCalledError, NobodyToCallError, NobodyToWriteToError, MailAwayError: nothing was done.
    """
    missing = planned_and_missing(planned, now_is)
    absent = probably_absent(pool.slug, planned, now_is)
    until = "" if planned is None else _clock(planned.until)

    def words(_person: Staff) -> LetterText:
        return LetterText(
            subject=_("You are planned in %(team)s now") % {"team": pool.name},
            paragraphs=(
                _("You are planned in %(team)s until %(until)s, and your console is not open yet.")
                % {"team": pool.name, "until": until},
                _(
                    "If you can, open it and say that you are available. If you cannot come, tell your coordinator."
                ),
            ),
            page=reverse("counsellor_console:console"),
            link=_("Open the console"),
        )

    since = None if planned is None else planned.since
    return _call(actor, CallKind.NUDGE, pool, missing, words, now_is.now, since=since, consoles=absent)


def call_for_help(*, actor: Staff, pool: Pool, now_is: Situation) -> Called:
    """Write to those of the team who could answer now and have no console open; once in half an hour.

    Raises:
        JustCalledError, NobodyToCallError, MailAwayError: nothing was done.
    """
    state = now_is.states.get(pool.slug)
    closes = None if state is None or state.closes_at is None else state.closes_at

    def words(_person: Staff) -> LetterText:
        paragraphs = [
            (
                _("%(team)s asks for help: too few are there for those who ask now.")
                if _reached_by(pool.slug, now_is)
                else _("%(team)s asks for help: too few are there now.")
            )
            % {"team": pool.name},
            _(
                "If you have some time, open the console and say that you are available. If not, there is nothing to do."
            ),
        ]
        if closes is not None:
            until = _clock(datetime.fromtimestamp(closes, tz=now_is.now.tzinfo))
            paragraphs.insert(1, _("It is open until %(until)s.") % {"until": until})
        return LetterText(
            subject=_("%(team)s asks for help now") % {"team": pool.name},
            paragraphs=tuple(paragraphs),
            page=reverse("counsellor_console:console"),
            link=_("Open the console"),
        )

    return _call(actor, CallKind.HELP, pool, could_help(pool.slug, now_is), words, now_is.now)


def who_wants(counsellors: Collection[int]) -> dict[CallKind, frozenset[int]]:
    """Those of these counsellors who would get a letter of each kind. Three queries."""
    staff = dict(
        Counsellor.objects.filter(pk__in=counsellors, staff__is_active=True).values_list("staff", "pk")
    )
    people = list(Staff.objects.filter(pk__in=staff))
    return {
        kind: frozenset(
            staff[one.pk] for one, _language in letter_choices.who_wants(LetterKind(kind.value), people)
        )
        for kind in CallKind
    }


def last_calls() -> dict[tuple[int, str], datetime]:
    """When each team was last called, by its id and the kind."""
    return {(row.pool_id, row.kind): row.at for row in TeamCall.objects.all()}


def is_recent(kind: CallKind, at: datetime | None, now: datetime, *, since: datetime | None = None) -> bool:
    """Was the team called so lately that it is not called again? Whoever is planned since `since` was not meant by a call before."""
    return at is not None and now - at < AGAIN_AFTER[kind] and (since is None or at >= since)


def _call(
    actor: Staff,
    kind: CallKind,
    pool: Pool,
    counsellors: Collection[int],
    words: Callable[[Staff], LetterText],
    now: datetime,
    *,
    since: datetime | None = None,
    consoles: Collection[int] = (),
) -> Called:
    """Write to `counsellors`, and ring at `consoles`. What cannot reach one of them keeps nobody else from being called."""
    people = list(Staff.objects.filter(counsellor__in=counsellors, is_active=True))
    if not people and not consoles:
        raise NobodyToCallError
    letter_kind = LetterKind(kind.value)
    want = letters.how_many_want(letter_kind, people)
    if not want and not consoles:
        raise NobodyToWriteToError(have_address=any(one.email for one in people))
    with transaction.atomic():
        _claim(kind, pool, now, since)
        for one in consoles:
            publish.nudged(one)
    # After the commit: a mail server that is slow must not hold a transaction.
    sent = letters.send_each(letter_kind, people, words) if want else 0
    if not sent and not consoles:
        TeamCall.objects.filter(kind=kind, pool=pool, at=now).delete()
        raise MailAwayError
    _record(actor, kind, pool, people=sent + len(consoles))
    return Called(letters=sent, consoles=len(consoles), not_sent=want - sent)


def _claim(kind: CallKind, pool: Pool, now: datetime, since: datetime | None) -> None:
    # Of two coordinators who press at once, one statement lets one through.
    calls = TeamCall.objects.filter(kind=kind, pool=pool)
    again = Q(at__lte=now - AGAIN_AFTER[kind])
    if calls.filter(again if since is None else again | Q(at__lt=since)).update(at=now):
        return
    try:
        with transaction.atomic():
            TeamCall.objects.create(kind=kind, pool=pool, at=now)
    except IntegrityError:
        raise JustCalledError(calls.values_list("at", flat=True).first() or now) from None


def _record(actor: Staff, kind: CallKind, pool: Pool, *, people: int) -> None:
    audit.record(actor=actor, action=ACTS[kind], subject=f"pool {pool.slug}", detail={"people": people})


def names_of(counsellors: Iterable[int]) -> dict[int, tuple[str, int | None]]:
    """First name and partner of each of these counsellors."""
    rows = Counsellor.objects.filter(pk__in=list(counsellors)).select_related("staff")
    return {row.pk: (str(row.staff), row.staff.partner_id) for row in rows}


def _clock(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return format_time(local.hour * 60 + local.minute)
