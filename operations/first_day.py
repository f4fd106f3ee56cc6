"""What the first conversation of an installation needs, made in one transaction from the answers of `python -m miti begin`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.text import slugify

from partners import clock, institutions
from partners.models import Network, Partner, Role, Staff
from partners.time_zone import TIME_ZONE
from routing_rules import drafting, drafts, people, pools, publishing, sites, themes, timetables
from routing_rules.languages import LANGUAGES
from routing_rules.models import Counsellor, Pool, Site, Theme
from routing_rules.plans import Rule, Step
from routing_rules.weekly import Interval

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answers:
    administrator: str
    """An e-mail address; so are the next two."""
    coordinator: str
    counsellor: str
    counsellor_name: str
    institution: str
    team: str
    week: list[Interval]
    domain: str
    """The origin of the first page that shows the chat."""
    themes: Mapping[str, Labels]
    """By code, in their order."""
    reception_theme: str


@transaction.atomic
def make(told: Answers) -> list[Staff]:
    """The three people, in the order of `Answers`; all or nothing."""
    now = clock.now()
    administrator = Staff.objects.create_superuser(told.administrator, told.administrator)
    code = slugify(told.institution)[:20] or "institution"
    network = institutions.save(actor=administrator, institution=Network(code=code, name=told.institution))
    partner = institutions.save(
        actor=administrator, institution=Partner(slug=code, name=told.institution, network=network)
    )
    invite = people.invite
    coordinator = invite(
        actor=administrator, email=told.coordinator, first_name="", role=Role.PLATFORM, partner=None
    )
    counsellor = invite(
        actor=coordinator,
        email=told.counsellor,
        first_name=told.counsellor_name,
        role=Role.COUNSELLOR,
        partner=partner,
    )
    pool = pools.create(
        actor=coordinator,
        slug=slugify(told.team) or "team",
        name=told.team,
        partner=partner,
        timezone=TIME_ZONE,
    )
    timetables.set_week(
        actor=coordinator,
        pool=pool,
        valid_from=timetables.today_at(pool=pool, now=now),
        intervals=told.week,
        now=now,
    )
    _make_themes(coordinator, told)
    people.set_skills(
        actor=coordinator,
        counsellor=Counsellor.objects.get(staff=counsellor),
        wanted=people.SkillsWanted(
            first_name=told.counsellor_name,
            pools=[pool],
            themes=Theme.objects.all(),
            languages=["fr", "nl"],
            capacity=2,
        ),
        among=[pool],
    )
    sites.save(
        actor=coordinator, site=Site(key=partner.slug), themes=[], name=told.institution, partner=partner, domains=[told.domain],
        languages=list(LANGUAGES), audience="public", campaign="", campaigns=[], test=False, active=True,
    )  # fmt: skip
    _publish_plan(coordinator, pool, now)
    return [administrator, coordinator, counsellor]


def _make_themes(actor: Staff, told: Answers) -> None:
    for position, (code, words) in enumerate(told.themes.items()):
        themes.save(
            actor=actor, theme=Theme(code=code), labels=words, position=position,
            active=True, reception=code == told.reception_theme,
        )  # fmt: skip


def _publish_plan(actor: Staff, pool: Pool, now: datetime) -> None:
    """The template: every request rings at the one team."""
    draft = drafts.begin_draft(actor=actor)
    everybody = Rule("Tout le monde", steps=(Step(pools=frozenset({pool.slug})),))
    drafting.add_rule(actor=actor, draft=draft, revision=draft.revision, rule=everybody)
    draft.refresh_from_db()
    publishing.publish(actor=actor, draft=draft, revision=draft.revision, now=now + timedelta(seconds=1))
