"""A file of shifts and of who is on them, as the roster gives it out."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.forms.csv_file import CsvFileForm, at_line, cells_of
from coordination.forms.roster import FARTHEST
from partners.date_formats import DATE_FORMATS
from partners.name_search import plain
from roster import loading
from roster.importing import ShiftLine
from roster.models import Shift
from roster.planning import ShiftWanted
from roster.rules import LONGEST_MINUTES, MOST_NEEDED
from routing_rules.hours_text import format_hours, parse_hours
from routing_rules.languages import LANGUAGES
from routing_rules.models import Counsellor, Pool, Theme
from routing_rules.schedule_checks import HoursError
from routing_rules.weekly import Interval

MOST_LINES: Final = 5_000
"""Reading so many takes a moment. The week gives no larger file out."""
MOST_CHANGES: Final = 1_000
"""What a file changes is kept in the session, so that it can be undone."""
COLUMNS: Final = ("team", "date", "hours", "needed", "languages", "themes", "people")
REQUIRED: Final = ("team", "date", "hours", "needed")


def lines_of(shifts: Sequence[Shift]) -> Iterator[tuple[str, ...]]:
    """A line of the file for each shift, its people by e-mail, or by the name of their account where there is none."""
    on: dict[int, list[str]] = {}
    rows = loading.standing([one.pk for one in shifts])
    for shift, email, account in rows.values_list(
        "shift", "counsellor__staff__email", "counsellor__staff__username"
    ):
        on.setdefault(shift, []).append(email or account)
    for one in shifts:
        yield (
            one.pool.slug,
            one.date.isoformat(),
            format_hours([Interval(0, one.start_minute, one.end_minute)]),
            str(one.needed),
            " ".join(one.languages),
            " ".join(one.themes),
            " ".join(sorted(on.get(one.pk, ()))),
        )


class RosterFileForm(CsvFileForm):
    """Fills `lines`."""

    columns = gettext_lazy(
        "Columns: team, date, hours, needed; if wanted languages, themes, people. Several codes or e-mail addresses (without one, "
        "names of accounts) in one cell are separated by spaces. It is what “CSV” on the week gives out."
    )

    def __init__(self, *args: Any, pools: Sequence[Pool], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self._pools = {name: pool for pool in pools for name in (plain(pool.name), pool.slug)}
        self._themes = set(Theme.objects.values_list("code", flat=True))
        # Whoever is in none of these teams is as unknown as an address of nobody: no file finds out who they are, nor when they are away.
        known = loading.who_may_work().filter(pools__in=pools).distinct()
        people = list(known.values_list("staff__email", "staff__username", "pk"))
        self._accounts = {account: key for _email, account, key in people}
        self._emails = {email.lower(): key for email, _account, key in people if email}
        self.lines: list[ShiftLine] = []

    def problems(self) -> Iterator[str]:
        rows, wrong = self.table(REQUIRED)
        if wrong:
            yield wrong
            return
        seen: dict[tuple[object, ...], int] = {}
        for number, row in enumerate(rows):
            if number >= MOST_LINES:
                yield _("%(most)s lines at most in one file: make two of it.") % {"most": MOST_LINES}
                return
            cells = cells_of(row)
            if not any(cells.values()):
                continue
            line, problems = self._line(rows.line_num, cells)
            if line is not None:
                key = (line.pool.pk, line.wanted.day, line.wanted.start, line.wanted.end)
                if key in seen:
                    problems.append(_("the same shift as in line %(line)s") % {"line": seen[key]})
                seen.setdefault(key, rows.line_num)
            if problems or line is None:
                yield at_line(rows.line_num, "; ".join(problems))
            else:
                self.lines.append(line)

    def _line(self, number: int, cells: dict[str, str]) -> tuple[ShiftLine | None, list[str]]:
        problems: list[str] = []
        pool = self._pools.get(cells.get("team", "")) or self._pools.get(plain(cells.get("team", "")))
        if pool is None:
            problems.append(_("team: “%(value)s” is not one of yours") % {"value": cells.get("team", "")})
        day = self._day(cells.get("date", ""), problems)
        stretch = self._hours(cells.get("hours", ""), problems)
        needed = cells.get("needed", "")
        if not (
            needed.isascii() and needed.isdecimal() and len(needed) < 4 and 1 <= int(needed) <= MOST_NEEDED
        ):
            problems.append(_("needed: a number from 1 to %(most)s") % {"most": MOST_NEEDED})
        codes = {name: cells.get(name, "").split() for name in ("languages", "themes")}
        for name, known in (("languages", set(LANGUAGES)), ("themes", self._themes)):
            problems += [
                _("%(column)s: “%(value)s” is not known") % {"column": name, "value": one}
                for one in codes[name]
                if one not in known
            ]
        people = self._keys(cells.get("people"), problems)
        if problems or pool is None or day is None or stretch is None:
            return None, problems
        wanted = ShiftWanted(
            day,
            stretch.start,
            stretch.end,
            int(needed),
            sorted(set(codes["languages"])),
            sorted(set(codes["themes"])),
        )
        return ShiftLine(number, pool, wanted, people), problems

    def _day(self, text: str, problems: list[str]) -> date | None:
        for pattern in ("%Y-%m-%d", *DATE_FORMATS):
            try:
                day = datetime.strptime(text, pattern).date()  # noqa: DTZ007  # a day has no zone
            except ValueError:
                continue
            if abs(day - self.today) > FARTHEST + timedelta(days=1):
                problems.append(_("date: %(value)s is very far away, look at the year") % {"value": text})
                return None
            return day
        problems.append(_("date: “%(value)s” is no day, write it like 24/12/2026") % {"value": text})
        return None

    def _hours(self, text: str, problems: list[str]) -> Interval | None:
        try:
            found = parse_hours(text)
        except HoursError:
            found = []
        if len(found) != 1:
            problems.append(
                _("hours: “%(value)s” is not one stretch of time, write it like 9:00-12:00") % {"value": text}
            )
            return None
        if found[0].end - found[0].start > LONGEST_MINUTES:
            problems.append(_("hours: a shift lasts twelve hours at most"))
            return None
        return found[0]

    def _keys(self, text: str | None, problems: list[str]) -> tuple[int, ...] | None:
        if text is None:
            return None
        keys: list[int] = []
        for one in text.replace(",", " ").split():
            key = self._emails.get(one.lower()) or self._accounts.get(one)
            if key is None:
                problems.append(
                    _("people: “%(value)s” is nobody’s e-mail address or account who counsels here")
                    % {"value": one}
                )
            else:
                keys.append(key)
        return tuple(dict.fromkeys(keys))


def names_of(keys: Iterable[int]) -> dict[int, str]:
    """First names of counsellors, by key."""
    people = Counsellor.objects.filter(pk__in=list(keys)).select_related("staff")
    return {one.pk: str(one) for one in people}
