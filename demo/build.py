"""Puts the demo's data into the database, except what exists already."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from chat.models import CannedReply, Contact
from demo import facts, roster
from partners.models import Network, Partner, Role, Staff
from partners.time_zone import BRUSSELS
from routing_rules.drafting import write_rules
from routing_rules.models import (
    Counsellor,
    OpeningInterval,
    PlanState,
    PlanVersion,
    Pool,
    SchoolBooking,
    Site,
    SubTheme,
    Theme,
    Timetable,
)
from routing_rules.plans import Rule, Step

SINCE = date(2021, 1, 1)


@transaction.atomic
def ensure() -> None:
    if not PlanVersion.objects.exists():
        _everything()
    roster.ensure(datetime.now(UTC))


def _everything() -> None:
    _institutions()
    _themes_and_pools()
    _people()
    _sites()
    _plan()
    _words()


def _institutions() -> None:
    for code, name in facts.NETWORKS.items():
        Network.objects.get_or_create(code=code, defaults={"name": name})
    networks = {network.code: network for network in Network.objects.all()}
    for slug, (name, network) in facts.PARTNERS.items():
        Partner.objects.get_or_create(slug=slug, defaults={"name": name, "network": networks[network]})


def _partner(slug: str | None) -> Partner | None:
    return Partner.objects.get(slug=slug) if slug else None


def _labels(words: Iterable[str]) -> dict[str, str]:
    return dict(zip(facts.LABEL_LANGUAGES, words, strict=True))


def _themes_and_pools() -> None:
    for position, (code, words) in enumerate(facts.THEMES.items()):
        theme, _created = Theme.objects.get_or_create(
            code=code,
            defaults={
                "labels": _labels(words),
                "position": position,
                "reception": code == facts.RECEPTION_THEME,
            },
        )
        for place, (name, *labels) in enumerate(facts.SUBTHEMES.get(code, [])):
            worded = dict(zip(facts.LABEL_LANGUAGES, labels, strict=False))
            SubTheme.objects.get_or_create(
                code=name, defaults={"theme": theme, "labels": worded, "position": place}
            )
    for slug, (name, partner) in facts.POOLS.items():
        _pool(slug, name, partner, [(day, facts.NINE, facts.NOON) for day in facts.OPEN_WEEKDAYS])
    for slug, (name, partner) in facts.DEMO_POOLS.items():
        _pool(slug, name, partner, [(day, 0, facts.MIDNIGHT) for day in range(7)])


def _pool(slug: str, name: str, partner: str | None, hours: list[tuple[int, int, int]]) -> None:
    pool, created = Pool.objects.get_or_create(
        slug=slug, defaults={"name": name, "partner": _partner(partner)}
    )
    if not created:
        return
    timetable = Timetable.objects.create(pool=pool, valid_from=SINCE)
    OpeningInterval.objects.bulk_create(
        OpeningInterval(timetable=timetable, weekday=day, start_minute=start, end_minute=end)
        for day, start, end in hours
    )


def _people() -> None:
    for account, (name, partner, pools, themes, languages, capacity) in facts.COUNSELLORS.items():
        _counsellor(account, name, partner, pools, themes, languages, capacity, password=facts.PASSWORD)
    for account, (name, partner, pools, themes, languages, capacity) in facts.VOLUNTEERS.items():
        _counsellor(account, name, partner, pools, themes, languages, capacity, password=None)
    for account, (name, belongs_to, role) in facts.OTHERS.items():
        person = _staff(account, name, belongs_to, Role(role), password=facts.PASSWORD)
        if role == Role.ADMIN:
            person.is_staff = person.is_superuser = True
            person.save()


def _staff(account: str, name: str, partner: str | None, role: Role, *, password: str | None) -> Staff:
    person, created = Staff.objects.get_or_create(
        username=account,
        defaults={
            "first_name": name,
            "partner": _partner(partner),
            "role": role,
            "email": f"{account}@{facts.ADDRESSES}",
        },
    )
    if created:
        person.set_password(password) if password else person.set_unusable_password()
        person.save()
    return person


def _counsellor(
    account: str,
    name: str,
    partner: str,
    pools: Iterable[str],
    themes: Iterable[str],
    languages: Iterable[str],
    capacity: int,
    *,
    password: str | None,
) -> None:
    person = _staff(account, name, partner, Role.COUNSELLOR, password=password)
    counsellor, _ = Counsellor.objects.get_or_create(
        staff=person, defaults={"languages": list(languages), "capacity": capacity}
    )
    counsellor.pools.set(Pool.objects.filter(slug__in=pools))
    counsellor.themes.set(Theme.objects.filter(code__in=themes))


def _own_page() -> list[str]:
    """The origin of the demo's partner page, when it is not on this machine only."""
    return [settings.PUBLIC_ORIGIN] if settings.PUBLIC_ORIGIN else []


def _sites() -> None:
    for key, (name, partner, audience) in facts.SITES.items():
        Site.objects.get_or_create(
            key=key,
            defaults={
                "name": name,
                "partner": _partner(partner),
                "audience": audience,
                "domains": [*facts.LOCAL_DOMAINS, *_own_page()],
            },
        )
    # Next week: while a session runs, its pupils go first.
    start = datetime.now(BRUSSELS).replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=7)
    booking, created = SchoolBooking.objects.get_or_create(
        code="CLASSE6A",
        defaults={
            "school": "Une école de Mons",
            "partner": _partner("isp-hainaut"),
            "starts_at": start,
            "ends_at": start + timedelta(minutes=50),
            "places": 4,
        },
    )
    if created:
        booking.themes.set(Theme.objects.filter(code__in=["orientation", "formation"]))


def _plan() -> None:
    plan = PlanVersion.objects.create(
        number=1, state=PlanState.PUBLISHED, published_at=datetime.now(UTC), note="Plan de départ"
    )
    everybody = Rule("Tout le monde", steps=(Step(pools=frozenset(facts.POOLS)),))
    demo = Rule("Démonstration", sites=frozenset({"demo"}), steps=(Step(pools=frozenset(facts.DEMO_POOLS)),))
    write_rules(plan=plan, rules=[demo, everybody])


def _words() -> None:
    for position, (number, words, languages) in enumerate(facts.CONTACTS):
        Contact.objects.get_or_create(
            number=number,
            defaults={"labels": _labels(words), "languages": languages.split(), "position": position},
        )
    for shortcut, title, body, theme, language in facts.REPLIES:
        CannedReply.objects.get_or_create(
            shortcut=shortcut,
            language=language,
            partner=None,
            defaults={
                "title": title,
                "body": body,
                "theme": Theme.objects.get(code=theme) if theme else None,
            },
        )
