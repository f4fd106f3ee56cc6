"""Every key and channel in Redis, where Redis is used. Nothing of it is written to a disk, and everything expires but the name of a
queue."""

import re
from dataclasses import dataclass

from operations.data_dictionary.words import Basis

PLACES = {
    "conversation": r"[0-9a-f-]{36}",
    "digest": r"[0-9a-f]{64}",
    "someone": r"(v:[0-9a-f-]{36}|k:\d+)",
    "number": r"\d+",
    "name": r"[\w.:/-]+",
}
"""The placeholders of keys, in angle brackets."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key, or a channel; `until` in words."""

    name: str
    purpose: str
    until: str
    basis: Basis = Basis.TASK

    def fits(self, name: str) -> bool:
        parts = re.split(r"<(\w+)>", self.name)
        pattern = "".join(PLACES[part] if odd % 2 else re.escape(part) for odd, part in enumerate(parts))
        return re.fullmatch(pattern, name) is not None


TALK = "15 minutes after it was last renewed; deleted at the end of the conversation"
WORDS = "the same; from the end on a minute at most"
NOT_KEPT = "handed on, not kept"

KEYS = [
    Key("miti:{<conversation>}:about", "which epoch, who takes part (numbers), counts, last moment", TALK),
    Key("miti:{<conversation>}:messages", "what is said: numbers, the random names of messages, and envelopes", WORDS),
    Key("miti:{<conversation>}:notes", "notes between counsellors: the same as of what is said", WORDS),
    Key("miti:{<conversation>}:known", "the random names that browsers gave to what they sent, to recognise a repeat", WORDS),
    Key("miti:{<conversation>}:grants", "keys that the two ends seal for each other, by public key of a browser", WORDS),
    Key("miti:{<conversation>}:ticket", "a random name: which memory a lost transcript is begun anew in", "a minute", Basis.NONE),
    Key("miti:seen:<someone>", "when a visitor or counsellor was last there", "minutes after the longest grace"),
    Key("miti:seen:tick", "when a tick was last done: whether silence was looked at", "minutes after the longest grace", Basis.NONE),
    Key("miti:from:<someone>", "salted digest of where it was asked from, so that it can be blocked", "its end, at most 24 hours"),
    Key("miti:held:<digest>", "open conversations of an address (salted digest), and since when", "their ends, at most 24 hours"),
    Key("miti:blocked:<digest>", "an address whose visitor was blocked, as a salted digest", "`MITI_BLOCK_HOURS`, at most 24 hours"),
    Key("miti:open:<digest>", "connections of each process from an address (salted digest)", "two minutes after it was last renewed"),
    Key("miti:asked:<number>:<digest>", "requests from an address (salted digest)", "a minute"),
    Key("miti:asked:<number>:short:<digest>", "how many requests from an address (salted digest) left within seconds", "ten minutes"),
    Key("miti:asked:<number>:codes:<digest>", "how many wrong class codes came from an address (salted digest)", "a minute"),
    Key("miti:asked:<number>:served:<digest>", "how many conversations of an address (salted digest) were answered", "24 hours"),
    Key("miti:asked:<number>:opened:<name>", "how often an address (salted digest) opened a site: reloads are none", "ten minutes"),
    Key("miti:asked:<number>:*", "how often was asked in a minute", "a minute", Basis.NONE),
    Key("miti:storage:<digest>", "key of what a visitor's browser stores for a reload, sealed", "minutes after its last sign, or its end"),
    Key("miti:spent:<name>", "proofs of work that were used", "until nobody would take them any more", Basis.NONE),
    Key("miti:salt:<number>", "the day's salt of these digests", "midnight UTC", Basis.NONE),
    Key("miti:tombstone:<digest>", "how it ended, and the ticket of its survey, sealed; by digest of the token", "`MITI_TOMBSTONE_S`"),
    Key("miti:tombstone:<conversation>", "the same, for the consoles that had it open", "`MITI_TOMBSTONE_S`"),
    Key("miti:tombstone:away:<digest>", "that somebody was turned away, sealed: counts once", "`MITI_ASK_AGAIN_S`, closed: 6 h"),
    Key("miti:cache:<digest>", "tries to sign in, letters asked for; forms sent after a session ended, sealed", "an hour"),
    Key("miti:installation", "keyed digest of this installation, to notice another on one Redis", "30 days after a start", Basis.NONE),
    Key("miti:jobs:_kombu.<name>", "that there is a queue named `jobs`: this word and no other", "none: Celery keeps it", Basis.NONE),
    Key("miti:jobs:<name>", "Celery's queue: names of periodic jobs, without parameters", "until the worker takes them", Basis.NONE),
]  # fmt: skip

CHANNELS = [
    Key("miti:said", "each new entry as it is stored: numbers, a random name and an envelope", NOT_KEPT),
    Key("asgi__group__miti.signals", "wake-ups to every process: codes and numbers, encrypted", NOT_KEPT),
    Key("asgispecific.<name>", "the same, to one process", NOT_KEPT),
]
