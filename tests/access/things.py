"""One thing of each kind that an address can be about."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core import signing
from django.utils import timezone

from chat.models import CannedReply, Contact
from coordination.models import RunState, WhatIfRun
from indicators.api import tokens
from indicators.models import ApiToken, FiguresRelease
from partners import letter_choices
from partners.letter_kinds import LetterKind
from partners.models import Network, Partner, Staff
from roster.models import Assignment, Shift
from routing_rules.models import (
    Counsellor,
    DatedException,
    PlanState,
    PlanVersion,
    Pool,
    RuleRow,
    SchoolBooking,
    Timetable,
)
from routing_rules.plans import Rule

SOON = timedelta(days=30)
SOON_DAY = timezone.localdate() + SOON


@dataclass(frozen=True)
class Places:
    """Values for the places of routes: by what the route is about, and by the name of the place."""

    about: dict[str, object]
    named: dict[str, object]

    def of(self, route: str) -> dict[str, object]:
        """For `routes.address`."""
        keys = {key for part, key in self.about.items() if f"/{part}" in route}
        assert len(keys) <= 1, f"{route} is about several things"
        own = {place: key for key in keys for place in ("<int:pk>", "<path:object_id>", "<id>")}
        return self.named | own


def make(partner_slug: str) -> Places:
    """Things of that partner: a pool with a coming week, a person, a class, a reply."""
    partner = Partner.objects.get(slug=partner_slug)
    pool = Pool.objects.filter(partner=partner).first()
    assert pool is not None
    person = Staff.objects.filter(partner=partner, role="counsellor").first()
    assert person is not None
    now = datetime.now(UTC)
    frozen = {"tables": {"month": []}, "definitions": {}, "plans": [], "rules": [], "protected": []}
    month = {"first": date(2026, 1, 1), "last": date(2026, 1, 31), "made_on": date(2026, 2, 2)}
    FiguresRelease.objects.get_or_create(number=1, defaults={**month, "content": frozen})
    booking = SchoolBooking.objects.create(
        code=partner_slug[-8:].upper(),
        school="Une école",
        partner=partner,
        starts_at=now + SOON,
        ends_at=now + SOON + timedelta(hours=1),
    )
    shift = Shift.objects.create(pool=pool, date=SOON_DAY, start_minute=540, end_minute=720, needed=9)
    for colleague in Counsellor.objects.filter(pools=pool):
        Assignment.objects.create(shift=shift, counsellor=colleague, assigned_at=now)
    reply = CannedReply.objects.create(partner=partner, shortcut="ours", title="Ours", body="Ours")
    DatedException.objects.create(pool=pool, date=date(2031, 1, 6), kind="closed", end_minute=1440)
    timetable = Timetable.objects.create(pool=pool, valid_from=date(2031, 1, 6))
    draft, _ = PlanVersion.objects.get_or_create(number=2, state=PlanState.DRAFT, based_on=1)
    rule, _ = RuleRow.objects.get_or_create(plan=draft, position=1, content=Rule("Tout le monde").to_dict())
    owner = Staff.objects.get(username="coordination")
    tokens.make(owner=owner, name="ours", today=timezone.localdate())
    contact, network = Contact.objects.first(), Network.objects.first()
    assert contact is not None
    assert network is not None
    return Places(
        about={
            "draft/": rule.pk,
            "people/": person.pk,
            "classes/": booking.pk,
            "shifts/": shift.pk,
            "absences/": shift.pk,
            "replies/": reply.pk,
            "numbers/": contact.pk,
            "week/": timetable.pk,
            "network/": network.pk,
            "partner/": partner.pk,
            "staff/": person.pk,
            "webauthn/keys/": person.pk,
        },
        named={
            "<str:slug>": pool.slug,
            "<str:key>": "demo",
            "<slug:key>": "demo",
            "<str:code>": "formation",
            "<str:subtheme>": "entry",
            "<str:kind>": "opening",
            "<str:language>": "fr",
            "<int:number>": 1,
            "<int:other>": 1,
            "<str:extension>": "csv",
            "<str:secret>": "nothing",
            "<str:signed>": signing.dumps([person.pk, LetterKind.HELP.value], salt=letter_choices.SALT),
            "<uuid:run>": WhatIfRun.objects.create(
                owner=owner, question={}, asked_at=now, seen_at=now, state=RunState.DONE
            ).pk,
            "<uuid:token>": ApiToken.objects.get(owner=owner).pk,
            "<path:content_type_id>/": "1/",
            "<path:object_id>": 1,
            "(?P<app_label>partners)": "partners",
            "(?P<url>.*)": "nothing",
            "(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)": f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}",
            r"(?P<key>[-:\w]+)": "nothing",
            "(?P<provider_id>[/]+)": "nobody",
            "(?:social/.*|3rdparty/(?:signup/)?)": "3rdparty/",
        },
    )
