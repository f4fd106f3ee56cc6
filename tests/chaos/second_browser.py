"""A second browser of a counsellor: it has a key of its own, needs a grant for it, and reads what is said."""

from typing import Any

from tests.chaos.client import Frame
from tests.chaos.counsellor import Counsellor, HeldConversation
from tests.chaos.message_log import ShownTranscript
from tests.sealed_end import CounsellorEnd


def is_read_here(conversation: str) -> bool:
    """One in four."""
    return int(conversation[3], 16) % 4 == 0


class SecondBrowserEnd(CounsellorEnd):
    def received(self, frame: Frame) -> list[Frame]:
        if frame["type"] == "welcome":
            frame["conversations"] = [
                one for one in frame["conversations"] if is_read_here(one["conversation"])
            ]
        elif not is_read_here(frame.get("conversation") or "0000"):
            return []
        return super().received(frame)


class SecondBrowser(Counsellor):
    """Accepts, writes and ends nothing."""

    def __init__(self, *about: Any, **more: Any) -> None:
        super().__init__(*about, **more)
        self.end = SecondBrowserEnd({})

    async def _on_welcome(self, frame: Frame) -> None:
        there = {one["conversation"] for one in frame["conversations"]}
        for conversation in set(self.conversations) - there:
            self._leave(conversation, "not in the second browser's welcome")
        for snapshot in frame["conversations"]:
            await self._on_opened(snapshot)

    async def _on_opened(self, snapshot: Frame) -> None:
        conversation = snapshot["conversation"]
        if not is_read_here(conversation) or await self._is_held("opened", snapshot):
            return
        held = self.conversations.get(conversation)
        if held is None:
            record = self.message_log.open(conversation, messages_each=6, leaves_early=False)
            held = HeldConversation(record, ShownTranscript(), owns=False)
            self.conversations[conversation] = held
            record.elsewhere.append(held.view)
        await self._receive(held, snapshot["epoch"], snapshot["messages"], more=snapshot["more"])

    async def _receive(
        self, held: HeldConversation, epoch: int, messages: list[Frame], *, more: bool
    ) -> None:
        self.message_log.opened_elsewhere += len(messages)
        await super()._receive(held, epoch, messages, more=more)

    async def _on_offer(self, offer: Frame) -> None:
        """The first browser accepts."""

    async def _on_availability(self, readiness: Frame) -> None:
        """The first browser sees to it."""

    async def _on_parties(self, frame: Frame) -> None:
        """Whoever takes over does so in the first browser."""
