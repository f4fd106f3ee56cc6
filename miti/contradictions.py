"""Limits that contradict each other: with them, people would be told what is not true."""

from typing import Protocol

from chat import envelopes
from routing_rules.presence import NOTED_EVERY_S

FRAME_OVERHEAD = 384
"""The bytes of the longest frame without its text: names, conversation, client id, a transfer's target."""


class Limited(Protocol):
    """The settings that are compared here."""

    frame_bytes: int
    body_chars: int
    visitor_messages: int
    transcript_messages: int
    longest_wait_s: float
    counsellor_grace_s: float
    visitor_waiting_grace_s: float
    visitor_active_grace_s: float
    idle_warning_s: float
    idle_close_s: float
    tombstone_s: float
    survey_s: float
    ask_again_s: float
    ping_s: float
    silence_s: float
    tick_s: float
    asks_per_address: int
    asks: int


def contradictions(env: Limited) -> list[str]:
    """One line for each, with the names of the variables."""
    problems = []
    least = envelopes.longest(env.body_chars) + FRAME_OVERHEAD
    if env.frame_bytes < least:
        problems.append(
            f"MITI_FRAME_BYTES must be at least {least}, so that a message of MITI_BODY_CHARS fits in one frame"
        )
    if env.idle_close_s <= env.idle_warning_s:
        problems.append("MITI_IDLE_CLOSE_S must be longer than MITI_IDLE_WARNING_S")
    if env.silence_s < env.ping_s + NOTED_EVERY_S:
        problems.append(f"MITI_SILENCE_S must be at least {NOTED_EVERY_S} s longer than MITI_PING_S")
    at_most = [
        # A visitor who returns after the tombstone has expired finds neither the survey nor their place in the queue.
        ("survey_s", "tombstone_s"),
        ("ask_again_s", "tombstone_s"),
        # A place in the queue cannot be kept for longer than anybody may wait.
        ("visitor_waiting_grace_s", "longest_wait_s"),
        # The counsellor would read that the visitor's place is kept, but the idle limit would end the conversation before.
        ("visitor_active_grace_s", "idle_close_s"),
        # A conversation would end by its idle limit before anybody learnt that its connections are lost.
        ("silence_s", "idle_close_s"),
        # A grace that begins and ends between two ticks would not be noticed.
        ("tick_s", "counsellor_grace_s"),
        ("tick_s", "visitor_waiting_grace_s"),
        ("visitor_messages", "transcript_messages"),
        # Otherwise one address alone could use up the limit for all.
        ("asks_per_address", "asks"),
    ]
    for smaller, larger in at_most:
        if getattr(env, smaller) > getattr(env, larger):
            problems.append(f"MITI_{smaller.upper()} must not be more than MITI_{larger.upper()}")
    return problems
