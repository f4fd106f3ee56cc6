"""Try it: what would happen to a request, second by second."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chat.services import live_snapshot, readiness
from chat.services.door_status import newcomer
from chat.services.rules_in_force import on_the_books
from coordination.forms.tryit import TryForm
from coordination.ownership import may_edit
from coordination.people_list import found_by
from coordination.tabs import page
from coordination.tryit_words import door_sentence, outcome_sentence, passed_over, story
from coordination.words import Names, rule_in_words
from partners.name_search import in_order
from partners.permissions import Action, requires
from routing_rules.loading import as_plan, schedules, states_at
from routing_rules.models import Counsellor, PlanState, PlanVersion
from routing_rules.plans import asked_of
from routing_rules.scarcity import scarce_skills
from routing_rules.snapshot import Booking, CounsellorOnDuty, PoolState, WaitingRequest
from routing_rules.themes import reception_theme
from routing_rules.tryit import Trial, try_request


@dataclass(frozen=True, slots=True)
class TryPerson:
    """Somebody who could be ready; `words` are those by which they are found."""

    key: str
    name: str
    words: str


def _everybody(request: HttpRequest) -> list[TryPerson]:
    """People of one's own partner by name, others by their institution and a number, which is not the order of their names."""
    counts: Counter[str] = Counter()
    mine: list[tuple[Counsellor, str]] = []
    others = []
    rows = Counsellor.objects.filter(staff__is_active=True).select_related("staff__partner").order_by("pk")
    for one in in_order(rows.prefetch_related("pools", "themes"), lambda one: _partner(one)):
        partner, words = _partner(one), " ".join(found_by(one.staff, one))
        counts[partner] += 1
        if may_edit(request, one.staff.partner_id):
            mine.append((one, words))
        else:
            name = _("%(partner)s, person %(number)s") % {"partner": partner, "number": counts[partner]}
            others.append(TryPerson(str(one.pk), name, words))
    alike = Counter((str(one.staff), _partner(one)) for one, _words in mine)
    named = [TryPerson(str(one.pk), _name_of(one, alike), words) for one, words in mine]
    return [*in_order(named, lambda one: one.name), *others]


def _name_of(one: Counsellor, alike: Mapping[tuple[str, str], int]) -> str:
    """First name and institution; of those who share both, the address too."""
    same = alike[str(one.staff), _partner(one)] > 1
    told = ", ".join(filter(None, (_partner(one), one.staff.email if same else "")))
    return f"{one.staff} ({told})" if told else str(one.staff)


def _partner(one: Counsellor) -> str:
    return one.staff.partner.name if one.staff.partner else ""


def _people(chosen: list[int]) -> tuple[list[CounsellorOnDuty], frozenset[str]]:
    """The chosen people as if they were on duty, and the skills that are scarce among all counsellors."""
    books = on_the_books()
    capacity = dict(Counsellor.objects.filter(pk__in=chosen).values_list("pk", "capacity"))
    people = [
        CounsellorOnDuty(
            id=one,
            pools=books[one].pools,
            themes=books[one].themes,
            languages=books[one].languages,
            capacity=capacity[one],
        )
        for one in capacity
        if one in books
    ]
    return people, scarce_skills(one.themes | one.languages for one in books.values())


@require_safe
@requires(Action.COORDINATE)
def tryit(request: HttpRequest) -> HttpResponse:
    everybody = _everybody(request)
    people = {int(one.key): one.name for one in everybody}
    now = timezone.localtime().replace(second=0, microsecond=0, tzinfo=None)
    shown = [PlanState.PUBLISHED, PlanState.DRAFT, PlanState.SCHEDULED]
    plans = list(PlanVersion.objects.filter(state__in=shown).prefetch_related("rules"))
    plans.sort(key=lambda one: one.state != PlanState.PUBLISHED)
    choices = [(one.key, one.name) for one in everybody]
    # A try changes nothing, so it uses GET and can be kept as a bookmark.
    form = TryForm(request.GET if "theme" in request.GET else None, people=choices, plans=plans, now=now)
    context: dict[str, Any] = {
        "form": form,
        "no_plan": not plans,
        "people": everybody,
        "ticked": set(request.GET.getlist("ready")),
    }
    if form.is_valid():
        context |= _played(form, plans, people)
    return page(request, "tryit.html", context, tab="tryit")


def _played(form: TryForm, plans: list[PlanVersion], people: dict[int, str]) -> dict[str, Any]:
    asked = form.cleaned_data
    plan = as_plan(next(one for one in plans if str(one.number) == asked["plan"]))
    at: datetime = asked["at"]
    hours = schedules(at)

    def pools_at(moment: float) -> tuple[PoolState, ...]:
        return states_at(hours, datetime.fromtimestamp(moment, tz=UTC))

    on_duty, scarce = _people(_chosen(asked))
    seconds, classes = asked["answers_after"], tuple(live_snapshot.bookings(at))
    request = newcomer(
        site=asked["site"],
        theme=asked["theme"],
        language=asked["language"],
        audience=asked["audience"],
        now=at,
        reception=reception_theme(),
    )
    trial: Trial = try_request(
        plan=plan,
        request=request,
        people=on_duty,
        pools_at=pools_at,
        answers={one.id: float(seconds) for one in on_duty} if seconds else None,
        scarce=scarce,
        longest_wait_s=settings.ENV.longest_wait_s,
        bookings=classes,
        others=_pupils(classes, request) if asked["whole_class"] else (),
    )
    names = Names.load()
    position = plan.position_for(**asked_of(request))
    return {
        "trial": trial,
        "rule": plan.rules[position] if position is not None else None,
        "rule_words": rule_in_words(plan.rules[position], names) if position is not None else "",
        "place": position + 1 if position is not None else None,
        "classes": [
            _(
                "A class (%(code)s, places: %(places)s) is on at that time: so many of its pupils go first, "
                "the others after everybody else."
            )
            % {"places": one.places, "code": one.code}
            for one in classes
        ],
        "door": door_sentence(trial.door.reason),
        "outcome": outcome_sentence(trial, people),
        "story": story(trial, people, names),
        "passed_over": passed_over(trial.at_the_door, people) if trial.at_the_door else [],
    }


def _pupils(classes: Sequence[Booking], tried: WaitingRequest) -> list[WaitingRequest]:
    """Of each class as many as places are booked, who asked a second before: about the same where the class has booked it."""
    return [
        replace(
            tried,
            id=f"{one.code} {number}",
            asked_at=tried.asked_at - 1,
            booking=one.code,
            theme=tried.theme if not one.themes or tried.theme in one.themes else min(one.themes),
        )
        for one in classes
        for number in range(one.places)
    ]


def _chosen(asked: dict[str, Any]) -> list[int]:
    """Those who are ticked, of a whole team, or ready at this moment."""
    chosen = {int(pk) for pk in asked["ready"]}
    if asked["team"]:
        team = Counsellor.objects.filter(pools__slug=asked["team"], staff__is_active=True)
        chosen.update(team.values_list("pk", flat=True))
    if asked["now_ready"]:
        chosen.update(readiness.ready_now(now=timezone.now()))
    return sorted(chosen)
