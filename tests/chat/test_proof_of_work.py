"""A proof is good for the token that it was asked of, in its time, once; everything else is refused."""

import base64
import json
import time
from typing import Any

import altcha
import pytest

from chat import proof, runtime
from chat.frames.base import Refused
from chat.hub import Hub
from chat.transcript.embedded import EmbeddedTranscripts
from chat.volatile import EmbeddedVolatile

TOKEN = "a" * 64


@pytest.fixture(autouse=True)
def running(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.ENV = settings.ENV.model_copy(update={"proof_tries": 200})
    kept = EmbeddedTranscripts(publish=Hub().publish_entry, most=10, expiry_s=900)
    monkeypatch.setattr(runtime, "current", runtime.Runtime(transcripts=kept, volatile=EmbeddedVolatile()))


def solved(challenge: dict[str, Any], **other: Any) -> str:
    """As a browser does it; `other` changes what it found."""
    solution = altcha.solve_challenge(altcha.Challenge.from_dict(challenge))
    assert solution is not None
    found = {"counter": solution.counter, "derivedKey": solution.derived_key} | other
    return packed({"challenge": challenge, "solution": found})


def packed(payload: Any) -> str:
    return base64.b64encode(json.dumps(payload).encode()).decode()


async def refused(given: str, token_hash: str = TOKEN) -> str:
    with pytest.raises(Refused) as refusal:
        await proof.check(given, token_hash=token_hash, now=time.time())
    assert refusal.value.code == "proof_refused"
    return refusal.value.detail


async def test_a_proof_is_good_once() -> None:
    now = time.time()
    given = solved(proof.challenge(TOKEN, now=now))
    await proof.check(given, token_hash=TOKEN, now=now)
    assert "used before" in await refused(given)


async def test_a_proof_of_another_token_is_refused() -> None:
    given = solved(proof.challenge(TOKEN, now=time.time()))
    assert "another token" in await refused(given, "b" * 64)


async def test_a_proof_of_an_old_challenge_is_refused() -> None:
    given = solved(proof.challenge(TOKEN, now=time.time() - 601))
    assert "too old" in await refused(given)


async def test_a_number_that_was_guessed_is_refused() -> None:
    challenge = proof.challenge(TOKEN, now=time.time())
    await refused(solved(challenge, counter=1))
    await refused(solved(challenge, counter=True))
    await refused(solved(challenge, derivedKey="00" * 32))


async def test_a_proof_of_less_work_than_is_needed_now_is_asked_for_again() -> None:
    now = time.time()
    easy, hard = (solved(proof.challenge(TOKEN, work=work, now=now)) for work in (1, 4))
    with pytest.raises(Refused) as refusal:
        await proof.check(easy, token_hash=TOKEN, work=4, now=now)
    assert refusal.value.code == "proof_needed"
    await proof.check(hard, token_hash=TOKEN, work=4, now=now)
    # It was not used up.
    await proof.check(easy, token_hash=TOKEN, work=1, now=now)


async def test_more_work_is_more_tries() -> None:
    for _ in range(5):
        challenge = altcha.Challenge.from_dict(proof.challenge(TOKEN, work=8, now=time.time()))
        found = altcha.solve_challenge(challenge)
        assert found is not None
        assert 800 <= found.counter < 1600


async def test_a_challenge_that_somebody_made_easier_is_refused() -> None:
    challenge = proof.challenge(TOKEN, now=time.time())
    for name, value in (("keyPrefix", ""), ("data", {"for": TOKEN, "until": 2**40})):
        easier = {**challenge, "parameters": {**challenge["parameters"], name: value}}
        await refused(solved(easier))
    await refused(solved({"parameters": challenge["parameters"]}))


@pytest.mark.parametrize(
    "given",
    [
        "",
        "x",
        "é",
        packed(None),
        packed([]),
        packed({}),
        packed({"challenge": [], "solution": 3}),
        packed("…"),
    ],
)
async def test_what_is_no_proof_is_refused(given: str) -> None:
    await refused(given)


async def test_the_work_lies_between_half_of_the_tries_and_all_of_them() -> None:
    for _ in range(20):
        found = altcha.solve_challenge(altcha.Challenge.from_dict(proof.challenge(TOKEN, now=time.time())))
        assert found is not None
        assert 100 <= found.counter < 200
