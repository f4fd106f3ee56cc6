"""Where the words of our own packages are. Installed from a wheel, others' packages are beside them."""

from pathlib import Path

from django.conf import settings


def sources() -> list[Path]:
    """The catalogues as translators write them; none in a wheel, which has them compiled."""
    return sorted(
        words
        for package in settings.PACKAGES
        for words in (Path(settings.ROOT) / package).glob("locale/*/LC_MESSAGES/django.po")
    )
