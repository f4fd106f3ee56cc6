"""The visitor's page as this release serves it, to compare an installation with.

What an installation or its coordinators set has a name in braces in its place. All else is the release's, to the byte.
"""

from typing import Any, Final

from django.http import HttpRequest

from miti.direct_answers import dressed
from routing_rules.audiences import AUDIENCES
from routing_rules.languages import LANGUAGES
from routing_rules.models import Site
from widget import frame_page

OF_ONE_ANSWER: Final = {"Content-Length"}


def visitor_pages() -> dict[str, Any]:
    """`pages` by language, their `headers`, and the `audiences` that a site may be for."""
    site = Site(key="{site}", audience="{audience}", domains=["{domains}"])
    answers = {
        language: dressed(
            HttpRequest(),
            frame_page.response(
                site, language=language, theme="", campaign="{campaign}", quick_exit="{quick_exit}"
            ),
        )
        for language in LANGUAGES
    }
    headers = {name: value for name, value in answers["fr"].items() if name not in OF_ONE_ANSWER}
    return {
        "pages": {language: answer.content.decode() for language, answer in answers.items()},
        "headers": headers,
        "audiences": list(AUDIENCES),
    }
