"""Who finds a weakness learns where to tell it: security.txt as RFC 9116 wants it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pydantic import ValidationError

from miti.environment import Environment

CONTACT = "mailto:security@centre.example"
ADDRESSES = ("/.well-known/security.txt", "/security-policy.txt")


def configure(settings: Any, **given: str) -> None:
    settings.ENV = settings.ENV.model_copy(update=given)


def test_without_a_contact_there_is_no_such_page(settings: Any) -> None:
    configure(settings, security_contact="")
    assert [Client().get(address).status_code for address in ADDRESSES] == [404, 404]


def test_it_says_whom_to_write_to_until_when_and_in_which_languages(settings: Any) -> None:
    configure(settings, security_contact=CONTACT, public_url="https://miti.example/")
    answer = Client().get("/.well-known/security.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    said = dict(line.split(": ", 1) for line in answer.text.splitlines())
    left = datetime.fromisoformat(said.pop("Expires")) - datetime.now(UTC)
    assert timedelta(days=30) < left < timedelta(days=365)
    assert said == {
        "Contact": CONTACT,
        "Preferred-Languages": "fr, nl, en",
        "Canonical": "https://miti.example/.well-known/security.txt",
        "Policy": "https://miti.example/security-policy.txt",
    }


def test_without_a_public_address_it_names_none(settings: Any) -> None:
    configure(settings, security_contact=CONTACT, public_url="")
    text = Client().get("/.well-known/security.txt").text
    assert "Canonical" not in text
    assert "Policy" not in text


def test_the_policy_is_what_the_repository_says(settings: Any) -> None:
    configure(settings, security_contact=CONTACT)
    assert Client().get("/security-policy.txt").text.startswith("# Reporting a weakness")


@pytest.mark.parametrize("right", ["", CONTACT, "https://centre.example/report?in=fr"])
def test_an_address_that_can_be_reached_is_taken(right: str) -> None:
    assert Environment.model_validate({"security_contact": right}).security_contact == right


@pytest.mark.parametrize(
    "wrong",
    ["security@centre.example", "http://centre.example", "https:///page", "mailto:", "mailto:@", "tel:+3225",
     "mailto:a@b.example\nContact: mailto:evil@b.example", "mailto:a@b.example c", "mailto:é@b.example"],
)  # fmt: skip
def test_any_other_contact_ends_the_start(wrong: str) -> None:
    with pytest.raises(ValidationError, match=r"give mailto:|it has a line break"):
        Environment.model_validate({"security_contact": wrong})
