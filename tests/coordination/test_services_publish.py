"""Callers of a service need not publish: the service publishes its change after the commit, and nothing after a rollback."""

import asyncio
import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from chat import content, theme_use
from chat.models import CannedReply, Contact, Duty, NoticeKind
from chat.services import duty
from partners import accounts, second_factor
from partners.models import Role
from routing_rules import (
    bookings,
    drafting,
    drafts,
    exchange,
    people,
    pools,
    publishing,
    sites,
    themes,
    timetables,
)
from routing_rules.models import (
    Counsellor,
    DatedException,
    PlanState,
    PlanVersion,
    SchoolBooking,
    Site,
    SubTheme,
    Theme,
)
from routing_rules.plans import Rule
from routing_rules.timetables import ExceptionWanted
from routing_rules.weekly import ExceptionKind, Interval
from tests.coordination.conftest import World, make_person, make_plan, make_timetable
from wakeups import publish
from wakeups.sender import sender

Told = list[tuple[str, str]]
Act = Callable[[World], object]

ROUTING = {("counsellors", "routing")}
CONTENT = {("visitors", "content"), ("counsellors", "content")}
RIGHTS = {("staff:counsellor", "rights")}
TODAY = date(2026, 6, 1)
NOW = timezone.now


@dataclass
class Given:
    """A service as it is called, after what it needs is there."""

    act: Act
    tells: set[tuple[str, str]]
    before: Act = field(default=lambda world: None)


def draft() -> PlanVersion:
    return PlanVersion.objects.get(state=PlanState.DRAFT)


def a_draft(world: World) -> None:
    make_plan(1)
    drafts.begin_draft(actor=world.platform)


def a_due_plan(world: World) -> None:
    a_draft(world)
    publishing.schedule(
        actor=world.platform, draft=draft(), revision=1, publish_at=NOW() - timedelta(minutes=1), now=NOW()
    )


def closure(day: date = TODAY) -> ExceptionWanted:
    return ExceptionWanted(date=day, kind=ExceptionKind.CLOSED)


def add_closure(world: World) -> DatedException:
    return timetables.add_exception(
        actor=world.coordinator, pool=world.pool_namur, wanted=closure(), today=TODAY
    )


def book(world: World, booking: SchoolBooking) -> SchoolBooking:
    return bookings.save(
        actor=world.coordinator, booking=booking, code="ABCDEF", school="Une école", partner=world.namur,
        starts_at=NOW(), ends_at=NOW() + timedelta(hours=1), themes=[], places=3,
    )  # fmt: skip


def skills(world: World) -> None:
    duty.set_skills(
        actor=world.coordinator,
        counsellor=Counsellor.objects.get(staff=world.counsellor),
        wanted=people.SkillsWanted("Sami", [world.pool_namur], Theme.objects.all(), ["fr"], 3),
        among=[world.pool_namur],
    )


def write_reply(world: World, reply: CannedReply) -> None:
    content.save_reply(
        actor=world.coordinator, reply=reply, partner=world.namur, theme=None, language="fr",
        shortcut="merci", title="Merci", body="Merci.",
    )  # fmt: skip


def write_contact(world: World, contact: Contact) -> None:
    content.save_contact(
        actor=world.platform, contact=contact, number="107", labels={"fr": "Écoute"}, languages=["fr"],
        position=1, verified_on=None,
    )  # fmt: skip


def import_hours(world: World) -> None:
    """More rows than the channel layer keeps wake-ups for one process."""
    first = timezone.localdate() + timedelta(days=1)
    days = [(first + timedelta(days=number)).isoformat() for number in range(150)]
    rows = [
        {"pool": "cdm-namur", "date": day, "kind": "closed", "hours": "", "reason": "essai"} for day in days
    ]
    text = json.dumps({"miti": 1, "exceptions": rows})
    exchange.import_file(actor=world.platform, text=text, now=NOW())


def with_a_second_factor(world: World) -> None:
    Authenticator.objects.create(user=world.counsellor, type=Authenticator.Type.TOTP, data={})


SERVICES: dict[str, Given] = {
    "timetables.set_week": Given(
        lambda world: timetables.set_week(
            actor=world.coordinator, pool=world.pool_namur, valid_from=timezone.localdate(),
            intervals=[Interval(0, 540, 720)], now=NOW(),
        ),
        ROUTING,
    ),
    "timetables.drop_coming": Given(
        lambda world: timetables.drop_coming(
            actor=world.coordinator, timetable=world.pool_namur.timetables.latest("valid_from"), now=NOW()
        ),
        ROUTING,
        lambda world: make_timetable(world.pool_namur, timezone.localdate() + timedelta(days=9), []),
    ),
    "timetables.add_exception": Given(add_closure, ROUTING),
    "timetables.add_exceptions": Given(
        lambda world: timetables.add_exceptions(
            actor=world.coordinator, pool=world.pool_namur, today=TODAY,
            wanted=[closure(TODAY + timedelta(days=number)) for number in range(3)],
        ),
        ROUTING,
    ),
    "timetables.add_for_pools": Given(
        lambda world: timetables.add_for_pools(
            actor=world.platform, wanted=[(world.pool_namur, closure()), (None, closure())]
        ),
        ROUTING,
    ),
    "timetables.take_over": Given(
        lambda world: timetables.take_over(actor=world.platform, pool=None, wanted=[closure()]), ROUTING
    ),
    "timetables.delete_exception": Given(
        lambda world: timetables.delete_exception(
            actor=world.coordinator, row=DatedException.objects.get(), today=TODAY
        ),
        ROUTING,
        add_closure,
    ),
    "timetables.delete_exceptions": Given(
        lambda world: timetables.delete_exceptions(
            actor=world.coordinator, rows=list(DatedException.objects.all()), today=TODAY
        ),
        ROUTING,
        add_closure,
    ),
    "publishing.publish": Given(
        lambda world: publishing.publish(actor=world.platform, draft=draft(), revision=1, now=NOW()),
        ROUTING,
        a_draft,
    ),
    "publishing.publish_due": Given(lambda world: publishing.publish_due(now=NOW()), ROUTING, a_due_plan),
    "publishing.roll_back": Given(
        lambda world: publishing.roll_back(
            actor=world.platform, to=PlanVersion.objects.get(number=1), seen_in_force=2, now=NOW()
        ),
        ROUTING,
        lambda world: (make_plan(1, PlanState.RETIRED), make_plan(2)),
    ),
    "publishing.undo": Given(
        lambda world: publishing.undo(
            actor=world.platform,
            brought=2,
            to=PlanVersion.objects.get(number=1),
            act=uuid4(),
            action="plan.published",
            now=NOW(),
        ),
        ROUTING,
        lambda world: (make_plan(1, PlanState.RETIRED), make_plan(2)),
    ),
    # A draft is nobody's rule yet.
    "drafts.begin_draft": Given(
        lambda world: drafts.begin_draft(actor=world.platform), set(), lambda world: make_plan(1)
    ),
    "drafts.discard_draft": Given(
        lambda world: drafts.discard_draft(actor=world.platform, draft=draft(), revision=1), set(), a_draft
    ),
    "publishing.unschedule": Given(
        lambda world: publishing.unschedule(
            actor=world.platform, plan=PlanVersion.objects.get(state=PlanState.SCHEDULED)
        ),
        set(),
        a_due_plan,
    ),
    "drafting.add_rule": Given(
        lambda world: drafting.add_rule(
            actor=world.platform, draft=draft(), revision=1, rule=Rule("Une règle")
        ),
        set(),
        a_draft,
    ),
    "themes.save": Given(
        lambda world: themes.save(
            actor=world.platform, theme=Theme(code="stages"), labels={"fr": "Stages"}, position=9, active=True
        ),
        ROUTING,
    ),
    "themes.save_subtheme": Given(
        lambda world: themes.save_subtheme(
            actor=world.platform,
            subtheme=SubTheme(theme=Theme.objects.get(code="emploi"), code="stage"),
            labels={"fr": "Un stage"},
            position=9,
            active=True,
        ),
        ROUTING,
    ),
    "theme_use.delete_theme": Given(
        lambda world: theme_use.delete_theme(actor=world.platform, theme=Theme.objects.get(code="inutile")),
        ROUTING,
        lambda world: Theme.objects.create(code="inutile"),
    ),
    "theme_use.delete_subtheme": Given(
        lambda world: theme_use.delete_subtheme(
            actor=world.platform, subtheme=SubTheme.objects.get(code="inutile")
        ),
        ROUTING,
        lambda world: SubTheme.objects.create(code="inutile", theme=Theme.objects.get(code="emploi")),
    ),
    "sites.save": Given(
        lambda world: sites.save(
            actor=world.platform, site=Site.objects.get(key="miti"), themes=Theme.objects.all(), test=True
        ),
        ROUTING,
    ),
    "sites.delete": Given(
        lambda world: sites.delete(actor=world.platform, site=Site.objects.get(key="miti")), ROUTING
    ),
    "bookings.save": Given(lambda world: book(world, SchoolBooking()), ROUTING),
    "bookings.delete": Given(
        lambda world: bookings.delete(actor=world.coordinator, booking=SchoolBooking.objects.get()),
        ROUTING,
        lambda world: book(world, SchoolBooking()),
    ),
    "pools.create": Given(
        lambda world: pools.create(
            actor=world.platform, slug="neuve", name="Neuve", partner=None, timezone="Europe/Brussels"
        ),
        ROUTING,
    ),
    "pools.change": Given(
        lambda world: pools.change(
            actor=world.platform, pool=world.pool_namur, name="Namur", partner=None,
            timezone="Europe/Brussels", active=False,
        ),
        ROUTING,
    ),
    "pools.delete": Given(
        lambda world: pools.delete(actor=world.platform, pool=world.pool_bruxelles), ROUTING
    ),
    "people.invite": Given(
        lambda world: people.invite(
            actor=world.coordinator, email="lea@example.be", first_name="Léa", role=Role.COUNSELLOR,
            partner=world.namur,
        ),
        ROUTING,
    ),
    "people.set_membership": Given(
        lambda world: people.set_membership(
            actor=world.platform, people=[world.counsellor], pool=world.pool_bruxelles, member=True
        ),
        ROUTING,
    ),
    "people.set_role": Given(
        lambda world: people.set_role(actor=world.platform, person=world.counsellor, role=Role.ANALYST),
        ROUTING | RIGHTS,
    ),
    "people.deactivate": Given(
        lambda world: people.deactivate(actor=world.coordinator, person=world.counsellor), ROUTING | RIGHTS
    ),
    "people.reactivate": Given(
        lambda world: people.reactivate(actor=world.coordinator, person=world.counsellor), ROUTING | RIGHTS
    ),
    "people.save_account": Given(
        lambda world: people.save_account(actor=world.admin, person=world.counsellor), ROUTING | RIGHTS
    ),
    "people.delete_account": Given(
        lambda world: people.delete_account(actor=world.admin, person=world.counsellor), ROUTING | RIGHTS
    ),
    "duty.set_skills": Given(skills, ROUTING),
    "second_factor.reset": Given(
        lambda world: second_factor.reset(actor=world.platform, person=world.counsellor),
        RIGHTS,
        with_a_second_factor,
    ),
    "accounts.signed_out": Given(lambda world: accounts.signed_out(person=world.counsellor), RIGHTS),
    "accounts.end_sessions": Given(lambda world: accounts.end_sessions(person=world.counsellor), RIGHTS),
    "accounts.access_changed": Given(
        lambda world: accounts.access_changed(person=world.counsellor, action="email.changed"), RIGHTS
    ),
    "accounts.password_changed": Given(
        lambda world: accounts.password_changed(person=world.counsellor), RIGHTS
    ),
    "accounts.disable_demo_account": Given(
        lambda world: accounts.disable_demo_account(person=world.counsellor), RIGHTS | ROUTING
    ),
    "accounts.password_set": Given(
        lambda world: accounts.password_set(actor=world.admin, person=world.counsellor), RIGHTS
    ),
    "exchange.import_file": Given(import_hours, ROUTING),
    "content.save_reply": Given(lambda world: write_reply(world, CannedReply()), CONTENT),
    "content.delete_reply": Given(
        lambda world: content.delete_reply(actor=world.coordinator, reply=CannedReply.objects.get()),
        CONTENT,
        lambda world: write_reply(world, CannedReply()),
    ),
    "content.save_notice": Given(
        lambda world: content.save_notice(
            actor=world.platform, kind=NoticeKind.OPENING, language="fr", text="<p>Bonjour</p>"
        ),
        CONTENT,
    ),
    "content.save_contact": Given(lambda world: write_contact(world, Contact()), CONTENT),
    "content.delete_contact": Given(
        lambda world: content.delete_contact(actor=world.platform, contact=Contact.objects.get()),
        CONTENT,
        lambda world: write_contact(world, Contact()),
    ),
}  # fmt: skip


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    heard: Told = []

    async def send(*wakeups: publish.Wakeup) -> None:
        heard.extend((topic, name) for topic, name, _ in wakeups)

    monkeypatch.setattr(publish, "send", send)
    return heard


#: They write a draft, which is nobody's rule yet, as those above; or what nobody is to be told of.
TELL_NOTHING = {
    "publishing.schedule", "drafts.take_as_base", "drafting.change_rule", "drafting.delete_rule",
    "drafting.move_rule", "accounts.signed_in", "accounts.address_confirmed", "people.letter_sent",
    "second_factor.forget_unreadable",
}  # fmt: skip
MODULES = (
    accounts, bookings, content, drafting, drafts, duty, exchange, people, pools, publishing, second_factor, sites,
    theme_use, themes, timetables,
)  # fmt: skip


def test_every_service_of_a_page_has_a_case_here() -> None:
    """A new one is found by the arguments that all of them have: who acts, or whose account it is."""
    there = {
        f"{module.__name__.rpartition('.')[2]}.{name}"
        for module in MODULES
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
        if {"actor", "person"} & set(inspect.signature(function).parameters)
    }
    readers = {
        "exchange.what_it_does",
        "second_factor.is_missing",
        "second_factor.is_set_up",
        "accounts.who_may_do_more",
    }
    # The job has no actor; what a page calls for skills is the one that takes a duty along.
    assert there - readers - {"people.set_skills"} == (set(SERVICES) | TELL_NOTHING) - {
        "publishing.publish_due"
    }


def named(account: int, told: Told) -> list[tuple[str, str]]:
    topic = f"staff:{account}"
    return sorted(("staff:counsellor" if one == topic else one, name) for one, name in told)


@pytest.fixture
def ready(world: World, told: Told, request: pytest.FixtureRequest) -> Given:
    given = SERVICES[request.param]
    given.before(world)
    # As a commit leaves it.
    transaction.get_connection().run_on_commit.clear()
    world.counsellor.refresh_from_db()
    return given


@pytest.mark.parametrize("ready", SERVICES, indirect=True)
def test_a_service_publishes_its_change_after_the_commit(
    ready: Given,
    world: World,
    told: Told,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    account = world.counsellor.pk
    with django_capture_on_commit_callbacks(execute=True):
        ready.act(world)
        assert told == []
    # One that is deleted has no key any more.
    assert named(account, told) == sorted(ready.tells)


@pytest.mark.parametrize("ready", SERVICES, indirect=True)
def test_a_service_that_is_rolled_back_publishes_nothing(
    ready: Given,
    world: World,
    told: Told,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        ready.act(world)
        transaction.set_rollback(True)
    assert told == []


def test_a_new_capacity_is_written_with_the_whole_form_or_not_at_all(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    Duty.objects.create(counsellor=Counsellor.objects.get(staff=world.counsellor), capacity=2)
    skills(world)
    assert Duty.objects.get().capacity == 3

    def refuse(**_: object) -> None:
        raise RuntimeError

    Duty.objects.update(capacity=2)
    monkeypatch.setattr("routing_rules.people.audit.record", refuse)
    with pytest.raises(RuntimeError):
        skills(world)
    assert Duty.objects.get().capacity == 2


@pytest.mark.django_db(transaction=True)
async def test_what_a_thread_commits_is_sent_from_the_loop_that_serves(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The channel layer in memory belongs to one loop; on Redis, its connections do."""
    loops: list[asyncio.AbstractEventLoop] = []
    sent = asyncio.Event()

    async def send(*_: publish.Wakeup) -> None:
        loops.append(asyncio.get_running_loop())
        sent.set()

    monkeypatch.setattr(publish, "send", send)
    monkeypatch.setattr(sender, "loop", asyncio.get_running_loop())
    await asyncio.to_thread(publish.routing_changed)
    await asyncio.wait_for(sent.wait(), 10)
    assert loops == [asyncio.get_running_loop()]


def test_the_accounts_pages_make_a_counsellor_and_empty_a_former_ones_pools(
    world: World,
) -> None:
    """The accounts' pages do what the people's page does."""
    browser = world.client(world.admin)
    password = "long enough for anybody"
    typed = {"first_name": "Nour", "role": "counsellor", "partner": ""}
    secret = {"usable_password": "true", "password1": password, "password2": password}
    browser.post("/admin/partners/staff/add/", {"username": "nour", **typed, **secret})
    person = Counsellor.objects.get(staff__username="nour")
    person.pools.add(world.pool_namur)
    page = f"/admin/partners/staff/{person.staff_id}/change/"
    changed = {"username": "nour", **typed, "role": "analyst", "is_active": "on"}
    assert browser.post(page, changed).status_code == 302
    assert not person.pools.exists()


def test_an_invited_analyst_is_in_no_team(world: World) -> None:
    person = make_person("lou", Role.ANALYST, world.namur)
    people.save_account(actor=world.admin, person=person)
    assert not Counsellor.objects.filter(staff=person).exists()
