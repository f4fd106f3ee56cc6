"""The first frame for a console: the counsellor, their conversations, and the lists that the page needs."""

from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext

from chat import database
from chat.frames.base import Choice
from chat.frames.counsellor import server_frames
from chat.limits import limits
from chat.models import CannedReply, Conversation
from chat.services import counsellor_view
from chat.services.counsellor_view import CounsellorView
from indicators import codes, labels
from partners.models import Network, Partner, Staff
from partners.wording import page_language
from routing_rules import names
from routing_rules.languages import LANGUAGES
from routing_rules.models import Counsellor, Pool, Theme
from routing_rules.snapshot import MOST_AT_ONCE
from routing_rules.themes import choosable


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
    """The part of the welcome that coordinators change, as it is now."""
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
    """The replies for all partners, and those of the counsellor's own."""
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
    """The active themes, and those of open conversations, though they may have been archived meanwhile."""
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
