"""A demo that others may see, behind an address of its own."""

import pytest
from pytest_django import Settings

import demo.build
from routing_rules.models import Site


@pytest.mark.parametrize(
    ("origin", "more"), [("", []), ("https://essai.miti.example", ["https://essai.miti.example"])]
)
def test_the_demos_partner_page_may_frame_the_widget(
    db: None, settings: Settings, origin: str, more: list[str]
) -> None:
    settings.PUBLIC_ORIGIN = origin
    demo.build.ensure()
    for site in Site.objects.all():
        assert site.domains == ["http://127.0.0.1:*", "http://localhost:*", *more]
