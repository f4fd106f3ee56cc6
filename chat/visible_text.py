"""Whether a text has a character that can be seen. Pure. The browsers' twin: `chat/static/chat/message_body.js`."""

import re

_INVISIBLE = (
    # Separators, controls and format characters of Unicode.
    "\x00-\x20\x7f-\xa0\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u1680\u180e\u2000-\u200f\u2028-\u202f"
    "\u205f-\u206f\u3000\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001345f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a"
    # What is ignored when it is drawn: joiners, fillers, variation selectors, tags.
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff"
    # Letters and symbols that are blank: in braille, of music.
    "\u2800\U0001d159"
)
_visible = re.compile(f"[^{_INVISIBLE}]")


def has_visible_text(text: str) -> bool:
    return _visible.search(text) is not None
