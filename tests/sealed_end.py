"""The two ends of a conversation as tests play them: what they send is sealed, what they receive is opened, keys are granted.

All ends of one test run share the keys that its visitors make, so that no test waits for a grant; with a browser at the other end, the
grants decide. A test that grants by hand, or sends what is no envelope, uses `Plain` or an end of its own.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from cryptography.exceptions import InvalidTag

from chat.frames.base import PROTOCOL
from tests.sealing import About, Keyring, Pair, open_grant, seal_any, seal_grant

Frame = dict[str, Any]
KEYS: dict[str, Keyring] = {}
"""By conversation."""
NOWHERE = "nowhere"
LISTS = ("events", "messages", "notes")


class Plain(str):
    """Sent as it is."""

    __slots__ = ()


class SealedEnd:
    def __init__(self, keys: dict[str, Keyring] | None = None) -> None:
        self.keys = KEYS if keys is None else keys
        self.pair = Pair.fresh()
        self.unopened = 0
        self._locked: list[tuple[str, Frame]] = []

    def received(self, frame: Frame) -> list[Frame]:
        """Open its texts, in place. Returns the frames that this end answers."""
        raise NotImplementedError

    def sealed(self, frame: Frame) -> Frame | None:
        """The frame as it is sent; None: its keys are not there yet."""
        raise NotImplementedError

    def _texts(self, conversation: str, frame: Frame) -> None:
        for one in [frame, *(each for name in LISTS for each in frame.get(name) or ())]:
            if ("seq" in one and "body" in one) or "note_seq" in one:
                self._text(conversation, one)

    def _text(self, conversation: str, one: Frame) -> None:
        if one.get("author") == "system":
            return
        keyring = self.keys.get(conversation)
        if keyring is None or int(one["body"].split(".")[1]) > keyring.newest:
            self._locked.append((conversation, one))
            return
        author = "visitor" if one.get("author") == "visitor" else str(one["number"])
        kind = "note" if "note_seq" in one else "message"
        try:
            one["body"] = keyring.open(one["body"], About(conversation, author, one["client_id"], kind))
        except (ValueError, KeyError, InvalidTag):
            self.unopened += 1

    def unlock(self) -> None:
        """Open what came before its keys."""
        locked, self._locked = self._locked, []
        for conversation, one in locked:
            self._text(conversation, one)

    def locked(self, conversation: str) -> int:
        """The generation of keys that this end lacks for what it has received there; 0: it lacks none."""
        return max(
            (int(one["body"].split(".")[1]) for known, one in self._locked if known == conversation),
            default=0,
        )


class VisitorEnd(SealedEnd):
    conversation = NOWHERE

    def __init__(self, keys: dict[str, Keyring] | None = None) -> None:
        super().__init__(keys)
        self.parties: dict[int, list[str]] = {}
        self._met = 0
        """The highest number of a counsellor that this end has heard of."""

    def received(self, frame: Frame) -> list[Frame]:
        answers: list[Frame] = []
        match frame["type"]:
            case "waiting":
                self._begin(frame)
            case "resumed":
                self._begin(frame)
                here = {party["number"]: party["keys"] for party in frame["parties"]}
                came = set(range(self._met + 1, frame["parties_so_far"] + 1))
                if (self.parties.keys() | came) - here.keys():
                    self._keyring.renew()
                self.parties, self._met = here, frame["parties_so_far"]
                answers = [*self._grants()]
            case "joined" if frame["key"]:
                self._know(frame["number"], frame["key"])
                answers = [*self._grants()]
            case "left":
                self.parties.pop(frame["number"], None)
                self._keyring.renew()
                answers = [*self._grants()]
            case "grant_wanted":
                self._know(frame["number"], frame["key"])
                if frame["generation"] > self._keyring.newest:
                    self._keyring.renew(frame["generation"])
                answers = [*self._grants()]
        self._texts(self.conversation, frame)
        return answers

    def _begin(self, frame: Frame) -> None:
        self.conversation = frame["conversation"]
        self.keys.setdefault(self.conversation, Keyring.fresh())

    @property
    def _keyring(self) -> Keyring:
        return self.keys[self.conversation]

    def _know(self, number: int, key: str) -> None:
        self._met = max(self._met, number)
        known = self.parties.setdefault(number, [])
        if key not in known:
            known.append(key)

    def _grants(self) -> Iterator[Frame]:
        for number, keys in self.parties.items():
            for to in keys:
                # A key that is no point of the curve gets nothing.
                with suppress(ValueError):
                    grant = seal_grant(
                        self._keyring, self.pair, conversation=self.conversation, number=number, to=to
                    )
                    yield {"type": "grant", "for": number, "to": to, **grant}

    def sealed(self, frame: Frame) -> Frame | None:
        if frame["type"] == "hello":
            return {"protocol": PROTOCOL} | frame
        if frame["type"] != "say" or _as_it_is(frame.get("body")):
            return frame
        keyring = self.keys.setdefault(self.conversation, Keyring.fresh())
        about = About(self.conversation, "visitor", str(frame.get("client_id")))
        return frame | {"body": seal_any(keyring, frame["body"], about)}


class TabEnd(VisitorEnd):
    """A second tab of the visitor. It has the keys that the first one makes, and grants them as well."""

    def received(self, frame: Frame) -> list[Frame]:
        answers: list[Frame] = []
        match frame["type"]:
            case "resumed":
                self._begin(frame)
                self.parties = {party["number"]: party["keys"] for party in frame["parties"]}
            case "left":
                self.parties.pop(frame["number"], None)
            case "grant_wanted" | "joined" if frame["key"]:
                self._know(frame["number"], frame["key"])
                answers = [*self._grants()]
        self._texts(self.conversation, frame)
        return answers


class CounsellorEnd(SealedEnd):
    def __init__(self, keys: dict[str, Keyring] | None = None) -> None:
        super().__init__(keys)
        self.numbers: dict[str, int] = {}
        self._accepted: set[str] = set()
        """Whose number is not known yet, without which nothing can be sealed."""
        self._notes = 0

    def received(self, frame: Frame) -> list[Frame]:
        answers: list[Frame] = []
        conversation = str(frame.get("conversation"))
        match frame["type"]:
            case "welcome":
                for one in frame["conversations"]:
                    answers += self._snapshot(one)
            case "opened":
                answers = self._snapshot(frame)
            case "parties":
                self.numbers[conversation] = frame["number"]
            case "grant":
                self._granted(frame)
            case "offer_gone" | "error":
                # Taken back, by somebody else or by the server.
                self._accepted.discard(conversation)
            case "released" | "closed":
                # Whoever comes back has another number.
                self.numbers.pop(conversation, None)
            case _:
                self._texts(conversation, frame)
        return answers

    def _snapshot(self, one: Frame) -> list[Frame]:
        conversation = one["conversation"]
        self.numbers[conversation] = one["number"]
        self._accepted.discard(conversation)
        if one["grant"]:
            self._granted(one["grant"])
        self._texts(conversation, one)
        if conversation in self.keys:
            return []
        return [{"type": "grant_wanted", "conversation": conversation, "key": self.pair.name}]

    def _granted(self, grant: Frame) -> None:
        conversation = grant["conversation"]
        if grant["to"] != self.pair.name or conversation not in self.numbers:
            # It stands in the conversation, too, when that is opened.
            return
        with suppress(ValueError, InvalidTag):
            number = self.numbers[conversation]
            keyring = open_grant(grant, self.pair, conversation=conversation, number=number)
            known = self.keys.setdefault(conversation, keyring)
            known.keys |= keyring.keys
        self.unlock()

    def sealed(self, frame: Frame) -> Frame | None:
        kind, conversation = frame["type"], str(frame.get("conversation"))
        if kind == "hello":
            return {"protocol": PROTOCOL} | frame
        if kind in {"accept", "take"}:
            if conversation not in self.numbers:
                self._accepted.add(conversation)
            return {"key": self.pair.name} | frame
        field = {"say": "body", "note": "body", "transfer": "note"}.get(kind, "")
        if not field or _as_it_is(frame.get(field)):
            return frame
        if kind == "transfer" and "note_id" not in frame:
            self._notes += 1
            frame = frame | {"note_id": f"transfer-{id(self)}-{self._notes}"}
        if conversation in self._accepted or (conversation not in self.keys and conversation in self.numbers):
            return None
        keyring = self.keys.get(conversation) or Keyring.fresh()
        client_id = str(frame["note_id"] if kind == "transfer" else frame.get("client_id"))
        about = About(
            conversation,
            str(self.numbers.get(conversation, 1)),
            client_id,
            "message" if kind == "say" else "note",
        )
        return frame | {field: seal_any(keyring, frame[field], about)}


def _as_it_is(text: object) -> bool:
    return not isinstance(text, str) or isinstance(text, Plain) or not text


def end_at(path: str) -> VisitorEnd | CounsellorEnd:
    """The end of a socket at this path."""
    return VisitorEnd() if path == "/ws/visitor/" else CounsellorEnd()
