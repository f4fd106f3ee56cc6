"""What a console is told first: who I am, my conversations, and the lists that the page needs."""

from collections.abc import Collection

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext

from chat import database
from chat.frames.base import Choice, ErrorCode, Refused
from chat.frames.counsellor import client_frames, server_frames
from chat.limits import limits
from chat.models import CannedReply, Conversation
from chat.services import counsellor_view
from chat.services.counsellor_view import CounsellorView
from chat.shared_query import SharedQuery
from indicators import codes, labels, record
from partners.models import Network, Partner, Staff
from partners.permissions import Action, may
from partners.wording import page_language
from routing_rules import names
from routing_rules.languages import LANGUAGES
from routing_rules.models import Counsellor, Pool, SubTheme, Theme
from routing_rules.snapshot import MOST_AT_ONCE
from routing_rules.themes import choosable

Signed = tuple[int, str]
"""An account, and a session that it signed in to."""


def counsellor_of(user: Staff | AnonymousUser) -> tuple[int, int, str] | None:
    """The counsellor's id, the account's id and the first name; None for whoever may not counsel."""
    if not may(user, Action.COUNSEL):
        return None
    person = Counsellor.objects.filter(staff=user).first()
    return None if person is None else (person.pk, user.pk, str(user))


def _staying(asked: Collection[Signed]) -> set[Signed]:
    people = Staff.objects.in_bulk({staff for staff, _ in asked})
    kept = Session.objects.filter(expire_date__gt=timezone.now()).in_bulk({session for _, session in asked})
    return {
        (staff, session)
        for staff, session in asked
        if staff in people and session in kept and _is_hers(kept[session], people[staff])
    }


def _is_hers(session: Session, person: Staff) -> bool:
    # A session that was begun with another password than today's is over, though its row may still be there.
    begun_with = session.get_decoded().get(HASH_SESSION_KEY, "")
    return may(person, Action.COUNSEL) and constant_time_compare(begun_with, person.get_session_auth_hash())


_stays = SharedQuery(database.in_thread(_staying))


async def may_stay(staff: int, session: str) -> bool:
    """Whether this session is still signed in and this account still a counsellor's."""
    return (staff, session) in await _stays.now((staff, session))


async def welcome(
    *,
    counsellor: int,
    name: str,
    language: str,
    view: CounsellorView,
    queue: list[server_frames.Queued],
    snapshots: list[server_frames.ConversationSnapshot],
) -> server_frames.Welcome:
    """The names of codes are in this language, or in French where the pages do not speak it."""
    others = await counsellor_view.colleagues(counsellor)
    spoken = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    return await database.run(_welcome_in, spoken, counsellor, name, view, queue, snapshots, others)


async def lists(*, counsellor: int, language: str) -> server_frames.Lists:
    """What of the welcome coordinators change, as it is now."""
    spoken = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    return await database.run(_lists_in, spoken, counsellor)


def _lists_in(language: str, counsellor: int) -> server_frames.Lists:
    with translation.override(language):
        return _lists(counsellor)


def _lists(counsellor: int) -> server_frames.Lists:
    return server_frames.Lists(_canned(counsellor), _codes(), _guarded())


def _welcome_in(
    language: str,
    counsellor: int,
    name: str,
    view: CounsellorView,
    queue: list[server_frames.Queued],
    snapshots: list[server_frames.ConversationSnapshot],
    others: list[server_frames.Colleague],
) -> server_frames.Welcome:
    with translation.override(language):
        return _welcome(counsellor, name, view, queue, snapshots, others)


def _welcome(
    counsellor: int,
    name: str,
    view: CounsellorView,
    queue: list[server_frames.Queued],
    snapshots: list[server_frames.ConversationSnapshot],
    others: list[server_frames.Colleague],
) -> server_frames.Welcome:
    lists = _lists(counsellor)
    return server_frames.Welcome(
        me=server_frames.Me(counsellor, name),
        availability=server_frames.AvailabilitySnapshot(view.state, view.capacity, MOST_AT_ONCE, view.missed),
        conversations=snapshots,
        offers=list(view.offers.values()),
        queue=queue,
        canned=lists.canned,
        colleagues=others,
        codes=lists.codes,
        limits=limits(),
        guarded=lists.guarded,
    )


def _canned(counsellor: int) -> list[server_frames.Canned]:
    """Everybody's replies and those of the own partner."""
    partner = Counsellor.objects.values_list("staff__partner", flat=True).get(pk=counsellor)
    replies = CannedReply.objects.filter(Q(partner=None) | Q(partner=partner)).select_related("theme")
    return [
        server_frames.Canned(
            one.pk, one.shortcut, one.title, one.body, one.theme.code if one.theme else None, one.language
        )
        for one in replies
    ]


def _codes() -> server_frames.Codes:
    language = page_language()
    themes = _themes()
    return server_frames.Codes(
        themes=[Choice(theme.code, theme.label(language)) for theme in themes],
        subthemes={
            theme.code: [Choice(one.code, one.label(language)) for one in theme.subthemes.all() if one.active]
            for theme in themes
        },
        given=[Choice(code, str(labels.GIVEN[code])) for code in codes.GIVEN],
        block_reasons=[
            Choice("insults", gettext("Insults")),
            Choice("threats", gettext("Threats")),
            Choice("sexual", gettext("Sexual harassment")),
            Choice("spam", gettext("Spam or a robot")),
            Choice("other", gettext("Other")),
        ],
        pools=[Choice(pool.slug, pool.name) for pool in Pool.objects.filter(active=True)],
        languages=[Choice(code, name) for code, name in LANGUAGES.items()],
        audiences=[Choice(code, name) for code, name in names.audience_names().items()],
    )


def _themes() -> list[Theme]:
    """Those in use, and what the conversations that run now are about, though it may be archived meanwhile."""
    running = set(Conversation.objects.values_list("theme", flat=True).distinct())
    return choosable(running)


def _guarded() -> list[str]:
    """Names that a visitor is not to read: the console warns before one is sent."""
    names = {
        *Network.objects.values_list("name", flat=True),
        *Network.objects.values_list("code", flat=True),
        *Partner.objects.values_list("name", flat=True),
        *Staff.objects.exclude(first_name="").values_list("first_name", flat=True),
    }
    return sorted(names)


def classification(chosen: client_frames.Classification) -> record.ClosingCodes:
    """Raises `Refused` where a code is not on its list: nothing is closed then."""
    # What was archived since the page was opened can still be said of a conversation.
    if not Theme.objects.filter(code=chosen.theme).exists():
        raise Refused(ErrorCode.BAD_FRAME, "The theme of the classification is not on the list")
    subthemes = SubTheme.objects.filter(theme__code=chosen.theme, code=chosen.subtheme)
    if chosen.subtheme and not subthemes.exists():
        raise Refused(ErrorCode.BAD_FRAME, "The subtheme of the classification is not on its theme's list")
    given = (chosen.given,) if isinstance(chosen.given, str) else tuple(chosen.given or ())
    if any(code not in codes.GIVEN for code in given):
        raise Refused(ErrorCode.BAD_FRAME, "What was given is not on the list")
    return record.ClosingCodes(theme=chosen.theme, subtheme=chosen.subtheme or "", given=given)
