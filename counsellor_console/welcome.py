"""The first frame for a console: the counsellor, their conversations, and the lists that the page needs."""

from collections.abc import Collection
from operator import itemgetter

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
from chat.shared_query import SharedQuery
from indicators import codes, labels
from partners.models import Network, Partner, Staff
from partners.name_search import in_order
from partners.prepared_query import PreparedQuery
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
    offers: list[server_frames.Ringing],
) -> server_frames.Welcome:
    """The names of codes are in this language, or in French where the pages do not speak it."""
    others = await counsellor_view.colleagues(counsellor)
    own = await lists(counsellor=counsellor, language=language)
    return server_frames.Welcome(
        me=server_frames.Me(counsellor, name),
        availability=server_frames.AvailabilitySnapshot(view.state, view.capacity, MOST_AT_ONCE, view.missed),
        conversations=snapshots,
        offers=offers,
        queue=queue,
        canned=own.canned,
        colleagues=others,
        codes=own.codes,
        limits=limits(),
        guarded=own.guarded,
    )


async def lists(*, counsellor: int, language: str) -> server_frames.Lists:
    """The part of the welcome that coordinators change, as it is now. One reading serves all consoles that ask at once."""
    spoken = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    asked = counsellor, spoken
    return (await _shared.now(asked))[asked]


Asked = tuple[int, str]
"""A counsellor, and the language of the page."""


def _read(asked: Collection[Asked]) -> dict[Asked, server_frames.Lists]:
    partners: dict[int, int | None] = dict(_partners.rows({who for who, _ in asked}))
    replies = _canned(set(partners.values()))
    codes_in = {}
    for language in {language for _, language in asked}:
        with translation.override(language):
            codes_in[language] = _codes()
    guarded = _guarded()
    return {
        (who, language): server_frames.Lists(replies[partners[who]], codes_in[language], guarded)
        for who, language in asked
    }


_partners = PreparedQuery(
    lambda counsellors: Counsellor.objects.filter(pk__in=counsellors).values_list("pk", "staff__partner")
)
_shared = SharedQuery(database.in_thread(_read))


def _canned(partners: set[int | None]) -> dict[int | None, list[server_frames.Canned]]:
    """The replies for all partners, and those of each of these, by partner."""
    written = CannedReply.objects.filter(Q(partner=None) | Q(partner__in=partners - {None}))
    replies = [
        (
            one.partner_id,
            server_frames.Canned(
                one.pk, one.shortcut, one.title, one.body, one.theme.code if one.theme else None, one.language
            ),
        )
        for one in written.select_related("theme")
    ]
    return {
        partner: [reply for whose, reply in replies if whose is None or whose == partner]
        for partner in partners
    }


def _codes() -> server_frames.Codes:
    language = page_language()
    themes = _themes()
    return server_frames.Codes(
        themes=[Choice(theme.code, _label(theme, language)) for theme in themes],
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
        pools=[Choice(slug, name) for slug, name in in_order(_pools.rows(), itemgetter(1))],
        languages=[Choice(code, name) for code, name in LANGUAGES.items()],
        audiences=[Choice(code, name) for code, name in names.audience_names().items()],
    )


_pools = PreparedQuery(lambda: Pool.objects.filter(active=True).values_list("slug", "name"))


def _label(theme: Theme, language: str) -> str:
    """As counsellors call it: visitors read "I don't know" where the reception answers."""
    return gettext("Reception") if theme.reception else theme.label(language)


def _themes() -> list[Theme]:
    """The active themes, and those of open conversations, though they may have been archived meanwhile."""
    return choosable({theme for (theme,) in _running.rows()})


_running = PreparedQuery(lambda: Conversation.objects.order_by().values_list("theme").distinct())


def _guarded() -> list[str]:
    """Names that a visitor is not to read: the console warns before one is sent."""
    return sorted({name for query in _names for (name,) in query.rows()})


_names = (
    PreparedQuery(lambda: Network.objects.values_list("name")),
    PreparedQuery(lambda: Network.objects.values_list("code")),
    PreparedQuery(lambda: Partner.objects.values_list("name")),
    PreparedQuery(
        lambda: Staff.objects.exclude(first_name="").values_list("first_name").distinct().order_by()
    ),
)
