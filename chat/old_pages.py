"""Pages that an earlier release served speak an earlier protocol. They are told to load themselves anew, and go on then."""

from chat.frames.base import PROTOCOL
from partners.wording import in_language

WORDS = {
    "fr": "Cette page a été mise à jour. Rechargez-la\u00a0: la conversation continue.",
    "nl": "Deze pagina is bijgewerkt. Laad ze opnieuw: het gesprek gaat door.",
    "en": "This page has been updated. Reload it: the conversation goes on.",
    "de": "Diese Seite wurde aktualisiert. Laden Sie sie neu: Das Gespräch geht weiter.",
    "uk": "Цю сторінку оновлено. Перезавантажте її: розмова триває.",
    "ar": "تم تحديث هذه الصفحة. أعيدوا تحميلها: المحادثة مستمرة.",
}


def is_old(protocol: int) -> bool:
    """Whether a page that says this in `hello` cannot go on with us."""
    return protocol < PROTOCOL


def words(language: str) -> str:
    return in_language(WORDS, language)
