"""A whole life of one partition of the fallback, on a clock of the test."""

from collections.abc import Sequence

import pytest

from services.fallback.settings import Settings
from services.fallback.worker import FallbackWorker
from shared.contracts.ledger import Entry, HandedOver
from shared.contracts.topics import CONVERSATIONS, INBOUND, LEDGER
from shared.runtime.sender import Out
from tests.services.given import HERE, PARTITIONS, Lying, Shelf, entries, written

SETTINGS = {
    "silence": 5,
    "patience": 60,
    "bot_deadline": 15,
    "start_grace": 30,
    "move_deadline": 10,
    "canary_every": 0,
}
"""Without the canary, which would be among all that is written."""


class Fallback:
    """A worker that starts at 0 with a book of `past` entries, and what it writes from then on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *past: Entry, **settings: float) -> None:
        monkeypatch.setattr("services.fallback.worker.LogReader", Shelf(ledger=written(*past)))
        self.worker = FallbackWorker(HERE, Settings(**SETTINGS | settings), PARTITIONS, 0.0)  # type: ignore[arg-type]
        self.told = len(past)

    async def opened(self) -> "Fallback":
        self.positions = await self.worker.restore({INBOUND: 0, LEDGER: 0})
        return self

    def sees(self, now: float, *records: Lying) -> None:
        self.worker.receive(INBOUND, records, now)

    def hears(self, now: float, *told: Entry) -> None:
        self.worker.receive(LEDGER, written(*told, start=self.told), now)
        self.told += len(told)

    async def at(self, now: float) -> list[Out]:
        return [record for record in await self.worker.act(now) if record.topic != CONVERSATIONS]

    async def rescued(self, now: float) -> list[tuple[str, str, Sequence[str]]]:
        """Reason, conversation and refs of what goes to people at `now`."""
        found = [entry for entry in entries(await self.at(now)) if isinstance(entry, HandedOver)]
        return [(entry.reason, entry.conversation, entry.refs) for entry in found]


def refs(*offsets: int) -> tuple[str, ...]:
    return tuple(f"{HERE}:{offset}" for offset in offsets)
