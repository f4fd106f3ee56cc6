"""The codes that a counsellor closes a conversation with."""

from chat.frames.base import ErrorCode, Refused
from chat.frames.counsellor import client_frames
from indicators import codes
from indicators.rows import record
from partners.prepared_query import PreparedQuery
from routing_rules.models import SubTheme, Theme

_theme = PreparedQuery(lambda theme: Theme.objects.filter(code=theme).order_by().values_list("pk"))
_subtheme = PreparedQuery(
    lambda theme, subtheme: (
        SubTheme.objects.filter(theme__code=theme, code=subtheme).order_by().values_list("pk")
    )
)


def checked(chosen: client_frames.Classification) -> record.ClosingCodes:
    """Raises `Refused` where a code is not on its list: nothing is closed then."""
    # A theme that was archived since the page was opened is still accepted.
    if not _theme.rows(chosen.theme):
        raise Refused(ErrorCode.BAD_FRAME, "The theme of the classification is not on the list")
    if chosen.subtheme and not _subtheme.rows(chosen.theme, chosen.subtheme):
        raise Refused(ErrorCode.BAD_FRAME, "The subtheme of the classification is not on its theme's list")
    given = (chosen.given,) if isinstance(chosen.given, str) else tuple(chosen.given or ())
    if any(code not in codes.GIVEN for code in given):
        raise Refused(ErrorCode.BAD_FRAME, "What was given is not on the list")
    return record.ClosingCodes(theme=chosen.theme, subtheme=chosen.subtheme or "", given=given)
