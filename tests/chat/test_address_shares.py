"""What one address may have of what is common: above its share work, a refusal last, and nothing of it at another address's cost."""

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from chat import database, runtime
from chat.frames.base import ErrorCode, Refused
from chat.hub import Hub
from chat.services import address_shares
from chat.services.address_shares import MOST_WORK, SHARED_FROM, BlockStanding
from chat.transcript.embedded import EmbeddedTranscripts
from chat.volatile import Volatile, visitor
from indicators.codes import Outcome
from routing_rules.snapshot import Booking
from widget.gate import Gate

HERE, THERE = "a" * 64, "b" * 64
TOKEN = "c" * 64


@pytest.fixture(autouse=True)
def running(monkeypatch: pytest.MonkeyPatch, settings: Any, volatile: Volatile) -> None:
    few = {"asks_per_address": 3, "asks": 6, "proof_tries": 200}
    settings.ENV = settings.ENV.model_copy(update=few)
    kept = EmbeddedTranscripts(publish=Hub().publish_entry, most=10, expiry_s=900)
    monkeypatch.setattr(runtime, "current", runtime.Runtime(transcripts=kept, volatile=volatile))
    # Nothing is in the database: what is held is under way to it.
    monkeypatch.setattr(address_shares, "waiting_among", len)
    monkeypatch.setattr(database, "run", _at_once)


async def _at_once(function: Callable[..., Any], *given: Any) -> Any:
    return function(*given)


NOW = timezone.now().replace(second=1)
AT = NOW.timestamp()


async def ask(address: str, *, shared: bool = False) -> None:
    await Gate().let_through(None, address=address, shared=shared, token_hash=TOKEN, code=None, now=NOW)


async def is_refused(address: str, *, shared: bool = False) -> ErrorCode:
    with pytest.raises(Refused) as refusal:
        await ask(address, shared=shared)
    return refusal.value.code


async def test_asks_above_an_addresss_share_cost_work_and_nobody_else_anything() -> None:
    for _ in range(3):
        await ask(HERE)
    for _ in range(20):
        assert await is_refused(HERE) == ErrorCode.PROOF_NEEDED
    # Twenty-three came, of which three count for everybody: others are not asked for work.
    for _ in range(3):
        await ask(THERE)


async def test_what_all_ask_together_within_their_shares_costs_work_when_it_is_too_much() -> None:
    for address in (HERE, THERE):
        for _ in range(3):
            await ask(address)
    assert await is_refused("d" * 64) == ErrorCode.PROOF_NEEDED


async def test_an_address_with_its_share_of_waiters_must_prove_work() -> None:
    for number in range(3):
        await runtime.volatile().hold_origin(f"c{number}", HERE)
    assert await is_refused(HERE) == ErrorCode.PROOF_NEEDED
    await ask(THERE)
    await runtime.volatile().forget(visitor("c1"))
    await ask(HERE)


async def test_those_who_leave_at_once_again_and_again_must_prove_work() -> None:
    await ask(HERE)
    await runtime.volatile().hold_origin("c", HERE)
    await address_shares.note_end(conversation="c", outcome=Outcome.ABANDONED_SHORT, blocked=False, now=AT)
    await runtime.volatile().forget(visitor("c"))
    assert await is_refused(HERE) == ErrorCode.PROOF_NEEDED
    await ask(THERE)


async def test_those_who_wait_and_give_up_or_are_served_need_no_work() -> None:
    for number, outcome in enumerate((Outcome.ABANDONED, Outcome.SERVED)):
        await runtime.volatile().hold_origin(f"c{number}", HERE)
        await address_shares.note_end(conversation=f"c{number}", outcome=outcome, blocked=False, now=AT)
        await runtime.volatile().forget(visitor(f"c{number}"))
    await ask(HERE)


async def blocked(times: int) -> None:
    for _ in range(times):
        conversation = str(uuid4())
        await runtime.volatile().hold_origin(conversation, HERE)
        await runtime.volatile().block(conversation, until=AT + 3_600)
        await runtime.volatile().forget(visitor(conversation))


async def served(many: int, *, blocked: bool = False) -> None:
    for _ in range(many):
        conversation = str(uuid4())
        await runtime.volatile().hold_origin(conversation, HERE)
        await address_shares.note_end(
            conversation=conversation, outcome=Outcome.SERVED, blocked=blocked, now=AT
        )
        await runtime.volatile().forget(visitor(conversation))


async def test_blocks_after_the_first_refuse_an_address_of_one_person() -> None:
    await blocked(1)
    assert await address_shares.standing(HERE, now=AT) == BlockStanding(work=1)
    await blocked(1)
    assert await address_shares.standing(HERE, now=AT) == BlockStanding(refused_until=AT + 3_600)
    assert await is_refused(HERE) == ErrorCode.NOT_ALLOWED
    await ask(THERE)


async def test_conversations_that_ended_by_a_block_make_no_address_seem_shared() -> None:
    await blocked(2)
    await served(SHARED_FROM, blocked=True)
    assert await is_refused(HERE) == ErrorCode.NOT_ALLOWED


async def test_blocks_after_the_first_make_work_dearer_for_an_address_of_several_people() -> None:
    await served(SHARED_FROM)
    await blocked(2)
    assert await address_shares.standing(HERE, now=AT) == BlockStanding(work=2)
    assert await is_refused(HERE) == ErrorCode.PROOF_NEEDED
    await blocked(1)
    assert await address_shares.standing(HERE, now=AT) == BlockStanding(work=4)
    await blocked(9)
    assert await address_shares.standing(HERE, now=AT) == BlockStanding(work=MOST_WORK)


async def test_conversations_that_are_open_now_make_an_address_shared_too() -> None:
    await blocked(2)
    for number in range(SHARED_FROM):
        await runtime.volatile().hold_origin(f"c{number}", HERE)
    assert (await address_shares.standing(HERE, now=AT)).refused_until is None


async def test_everybody_behind_a_proxy_that_nobody_declared_is_not_refused_for_one() -> None:
    await blocked(3)
    assert await address_shares.standing(HERE, shared=True, now=AT) == BlockStanding(work=4)
    assert await is_refused(HERE, shared=True) == ErrorCode.PROOF_NEEDED


async def test_a_class_with_a_place_left_is_let_through_whatever_its_address_did(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = {"KNOWN": (Booking("KNOWN", starts_at=AT - 60, ends_at=AT + 3_600, places=2), 1)}

    async def find(_: object, code: str, now: object) -> object:
        return known.get(code)

    monkeypatch.setattr(database, "run", find)

    async def pupil(code: str) -> None:
        await Gate().let_through(None, address=HERE, shared=False, token_hash=TOKEN, code=code, now=NOW)

    for _ in range(4):
        with_work = await asyncio.gather(ask(HERE), return_exceptions=True)
    assert isinstance(with_work[0], Refused)
    await pupil("KNOWN")
    with pytest.raises(Refused):
        await pupil("WRONG")
    # A refusal becomes a proof of work for the class.
    await blocked(2)
    with pytest.raises(Refused) as refusal:
        await pupil("WRONG")
    assert refusal.value.code == ErrorCode.NOT_ALLOWED
    with pytest.raises(Refused) as refusal:
        await pupil("KNOWN")
    assert refusal.value.code == ErrorCode.PROOF_NEEDED


async def test_wrong_class_codes_are_looked_at_only_so_often_without_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[str] = []

    async def find(_: object, code: str, now: object) -> None:
        looked.append(code)

    monkeypatch.setattr(database, "run", find)
    for number in range(address_shares.WRONG_CODES_A_MINUTE + 20):
        with pytest.raises(Refused) if number >= 3 else nullcontext():
            await Gate().let_through(
                None, address=HERE, shared=False, token_hash=TOKEN, code=f"WRONG{number}", now=NOW
            )
    assert len(looked) == address_shares.WRONG_CODES_A_MINUTE
