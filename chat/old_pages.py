"""Pages that were opened before the words were sealed: they send plain texts, which are refused, and are told to reload once."""

import msgspec

from partners.wording import in_language

WORDS = {
    "fr": "Cette page a été mise à jour. Rechargez-la\u00a0: la conversation continue.",
    "nl": "Deze pagina is bijgewerkt. Laad ze opnieuw: het gesprek gaat door.",
    "en": "This page has been updated. Reload it: the conversation goes on.",
    "de": "Diese Seite wurde aktualisiert. Laden Sie sie neu: Das Gespräch geht weiter.",
    "uk": "Цю сторінку оновлено. Перезавантажте її: розмова триває.",
    "ar": "تم تحديث هذه الصفحة. أعيدوا تحميلها: المحادثة مستمرة.",
}
SENDS = {"say", "note"}


class _Sent(msgspec.Struct):
    type: str
    body: str


_decoder = msgspec.json.Decoder(_Sent)


def sends_plain_text(raw: str | bytes) -> bool:
    """Whether this frame, which was refused, is a message in plain text."""
    try:
        frame = _decoder.decode(raw)
    except (msgspec.MsgspecError, UnicodeError):
        return False
    return frame.type in SENDS and not frame.body.startswith("1.")


def words(language: str) -> str:
    return in_language(WORDS, language)
