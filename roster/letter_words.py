"""What letters about shifts say, in the language in force, of the roster as it is now. They name nobody but their reader."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.letter_kinds import LetterKind
from partners.letters import LetterLink, LetterText
from partners.models import Role
from roster import loading, notices, refusals, shift_links
from roster.models import RosterLetter, RosterNotice, RosterNoticeKind, Shift
from roster.my_shifts import MyRoster, OpenShift, my_roster
from roster.planned import LackingShift, next_shifts_lacking
from roster.planners import planners_of
from roster.words import Missing, day_words, hours_words, said_of
from routing_rules.models import Counsellor, Pool

MOST_LINES: Final = 12
"""A letter is read on a phone; the page has the rest."""
DAY: Final = timedelta(days=1)
WEEK: Final = 6 * DAY

Words = Callable[[RosterLetter, Counsellor, datetime], LetterText | None]


def text_of(letter: RosterLetter, *, now: datetime) -> LetterText | None:
    """None: there is nothing to say any more. Of a letter about some of the day's shifts, those of which it tells stay in `shifts`."""
    kind = LetterKind(letter.kind)
    if kind is LetterKind.SHIFT_CHANGED:
        return _changed(letter)
    if letter.person.role != Role.COUNSELLOR:
        return _to_planner(
            letter, now, last=letter.day + WEEK if kind is LetterKind.WEEK_AHEAD else letter.day
        )
    person = Counsellor.objects.filter(staff=letter.person).select_related("staff").first()
    words: dict[LetterKind, Words] = {
        LetterKind.SHIFT_TOMORROW: _tomorrow,
        LetterKind.WEEK_AHEAD: _week,
        LetterKind.SHIFT_LACKS: _lacking,
        LetterKind.REPLACEMENT: _replacement,
    }
    return None if person is None else words[kind](letter, person, now)


def _tomorrow(letter: RosterLetter, person: Counsellor, now: datetime) -> LetterText | None:
    found = my_roster(counsellor=person, until=letter.day, now=now)
    coming = [
        one.shift
        for one in found.mine
        if one.shift.date == letter.day and one.shift.pool.active
        if one.expected and loading.time_of(one.shift).start > now
    ]
    if not coming:
        return None
    hours = ", ".join(hours_words(one.start_minute, one.end_minute) for one in coming)
    return _to_my_shifts(
        _("Your shift: %(day)s, %(hours)s") % {"day": day_words(letter.day), "hours": hours},
        [
            *(_line(one) for one in coming),
            _("If you cannot come, look for somebody in your place. Until somebody comes, you are expected."),
        ],
    )


def _week(letter: RosterLetter, person: Counsellor, now: datetime) -> LetterText | None:
    found = my_roster(counsellor=person, until=letter.day + WEEK, now=now)
    mine = [one.shift for one in found.mine if one.shift.date >= letter.day]
    links = _links(letter, found, letter.day)
    if not mine and not links:
        return None
    own = [_line(one) for one in mine] or [_("You are on no shift that week.")]
    asks = [_("These shifts still need somebody, and you could come:")] if links else []
    return _to_my_shifts(
        _("Your shifts of the week of %(day)s") % {"day": day_words(letter.day)}, [*own, *asks], links
    )


def _lacking(letter: RosterLetter, person: Counsellor, now: datetime) -> LetterText | None:
    found = my_roster(counsellor=person, until=letter.day, now=now)
    ways = [one for one in _ways(found, letter.day) if one.shift.pk in letter.shifts]
    letter.shifts = sorted({one.shift.pk for one in ways})
    if not ways:
        return None
    ways, missing = ways[:MOST_LINES], Missing()
    return _to_my_shifts(
        _("%(day)s: somebody is missing") % {"day": day_words(letter.day)},
        [
            _("You could come, as far as the roster knows:"),
            *(said_of(_line(one.shift), ", ".join(missing.of(one.coverage))) for one in ways),
        ],
        _to_take(letter, ways),
    )


def _changed(letter: RosterLetter) -> LetterText | None:
    """Whoever no longer answers here has no page of their shifts, and is told only that nobody expects them."""
    rows = list(letter.notices.filter(read_at=None).select_related("pool"))
    answers = loading.who_may_work().filter(staff=letter.person_id).exists()
    if not answers:
        rows = [one for one in rows if one.kind == RosterNoticeKind.PLACE_LOST]
    if not rows:
        return None
    subject = ngettext("A shift of yours has changed", "Shifts of yours have changed", len(rows))
    lines = [_told(one) for one in rows]
    if not answers:
        return LetterText(subject=subject, paragraphs=tuple(lines))
    if any(one.kind in notices.PUT_THERE for one in rows):
        lines.append(
            _(
                "If you cannot come, say so as soon as you can, on the page of your shifts. Your coordinators are told."
            )
        )
    return _to_my_shifts(subject, lines)


def _told(one: RosterNotice) -> str:
    words = said_of(_line(one), str(RosterNoticeKind(one.kind).label))
    if not one.was:
        return words
    was = f"{day_words(date.fromisoformat(one.was['date']))}, {hours_words(one.was['start_minute'], one.was['end_minute'])}"
    return f"{words} ({_('before: %(was)s') % {'was': was}})"


def _replacement(letter: RosterLetter, person: Counsellor, now: datetime) -> LetterText | None:
    asked = {one.shift_id: one.date for one in letter.notices.all()}
    if not asked:
        return None
    found = my_roster(counsellor=person, until=max(asked.values()), now=now)
    ways = [one for one in found.replacements if one.shift.pk in asked]
    if not ways:
        return None
    return _to_my_shifts(
        _("A colleague looks for somebody in their place"),
        [_("Whoever takes it first comes, and the colleague is told."), *(_line(one.shift) for one in ways)],
        _to_take(letter, ways),
    )


def _to_planner(letter: RosterLetter, now: datetime, *, last: date) -> LetterText | None:
    own = planners_of(Pool.objects.filter(active=True)).get(letter.person_id, set())
    days = (last - now.date()).days + 2
    lacking = [
        one
        for one in next_shifts_lacking(now, days)
        if one.shift.pool_id in own and letter.day <= one.shift.date <= last and one.time.start > now
    ]
    if LetterKind(letter.kind) is LetterKind.SHIFT_LACKS:
        lacking = [one for one in lacking if one.shift.pk in letter.shifts]
        letter.shifts = sorted(one.shift.pk for one in lacking)
    if not lacking:
        return None
    refused = refusals.is_about_one(letter)
    subject = (
        _("%(day)s: who was put on a shift cannot come")
        if refused
        else _("%(day)s: shifts lack somebody")
        if last == letter.day
        else _("The week of %(day)s: shifts lack somebody")
    )
    return LetterText(
        subject=subject % {"day": day_words(letter.day)},
        paragraphs=tuple(_lines(lacking)),
        page=f"{reverse('coordination:roster')}?week={letter.day.isoformat()}",
        link=_("Plan these shifts"),
    )


def _lines(lacking: list[LackingShift]) -> Iterable[str]:
    missing = Missing()
    for one in lacking[:MOST_LINES]:
        planned = _("%(planned)s of %(needed)s") % {
            "planned": one.coverage.planned,
            "needed": one.coverage.needed,
        }
        yield said_of(f"{_line(one.shift)} · {planned}", ", ".join(missing.of(one.coverage)))
    if (more := len(lacking) - MOST_LINES) > 0:
        yield ngettext("%(n)s more", "%(n)s more", more) % {"n": more}


def _ways(found: MyRoster, first: date) -> list[OpenShift]:
    """What the reader could do about shifts from this day on that lack something."""
    ways = (*found.open, *found.replacements)
    return [one for one in ways if one.shift.date >= first and one.coverage.lacks]


def _links(letter: RosterLetter, found: MyRoster, first: date) -> list[LetterLink]:
    return _to_take(letter, _ways(found, first)[:MOST_LINES])


def _to_take(letter: RosterLetter, ways: Sequence[OpenShift]) -> list[LetterLink]:
    paths = shift_links.paths_of(letter, [(one.shift, one.instead_of) for one in ways])
    return [
        LetterLink(path, _way_words(one) % {"shift": _line(one.shift)})
        for path, one in zip(paths, ways, strict=True)
    ]


def _way_words(one: OpenShift) -> str:
    if one.instead_of is not None:
        return _("I come in a colleague’s place: %(shift)s")
    return _("I take it: %(shift)s")


def _line(one: Shift | RosterNotice) -> str:
    """lundi 30 novembre, 9:00-12:00 · Équipe Namur."""
    return f"{day_words(one.date)}, {hours_words(one.start_minute, one.end_minute)} · {one.pool.name}"


def _to_my_shifts(subject: str, paragraphs: Iterable[str], links: Iterable[LetterLink] = ()) -> LetterText:
    return LetterText(
        subject=subject,
        paragraphs=tuple(paragraphs),
        page=reverse("roster:mine"),
        link=_("See my shifts"),
        links=tuple(links),
    )
