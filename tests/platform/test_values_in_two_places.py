"""What stands in two places of different kinds agrees: settings and forms, codes and documents."""

import re

from django import forms
from django.conf import settings

from coordination.forms.content import ReplyForm
from operations.metrics import CLOSINGS
from partners.models import Role
from partners.roles import CHANGE_FOR_OTHERS, ROLES
from tests.server import ROOT


def test_a_canned_reply_is_never_too_long_to_be_sent() -> None:
    body = ReplyForm.base_fields["body"]
    assert isinstance(body, forms.CharField)
    assert body.max_length == settings.ENV.body_chars


def test_settings_know_the_roles_that_accounts_have() -> None:
    assert list(ROLES) == Role.values
    assert set(ROLES) > CHANGE_FOR_OTHERS


def test_the_protocols_page_lists_every_close_code_and_says_who_comes_back() -> None:
    page = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| (\d{4}) \|.*\| ([^|]+) \|$", page, re.MULTILINE))
    assert {int(code) for code in rows} == set(CLOSINGS)
    for code, returns in rows.items():
        # Browsers go by the range: 4050 to 4099 end a connection for good.
        assert (returns == "does not come back") == (4050 <= int(code) <= 4099), code
