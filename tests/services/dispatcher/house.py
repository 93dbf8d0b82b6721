"""A worker of the dispatcher on some Redis, without a broker: the test keeps the ledger."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import orjson
import pytest

from services.dispatcher.clerk import Clerk
from services.dispatcher.settings import Settings
from services.dispatcher.store import Store
from services.dispatcher.worker import DispatcherWorker
from shared.contracts.ledger import Entry
from shared.contracts.topics import AGENTS, LEDGER
from shared.ledger.archive import Lately
from shared.policy.model import Policy
from shared.runtime.sender import Out
from tests.ledger.entries import HERE
from tests.services.dispatcher.queue import Queue, policy
from tests.services.given import Lying, Shelf, entries, written

Records = list[dict[str, Any]]


class House:
    """A worker, and the ledger that its proposals and the test's entries go to, one after the other."""

    def __init__(self, url: str, monkeypatch: pytest.MonkeyPatch, times: Policy | None = None) -> None:
        self.queue = Queue(url, times or policy())
        self.policy = times or policy()
        self.namespace = f"w{uuid4().hex[:8]}"
        self.log: list[Lying] = []
        self.shelf = Shelf(ledger=self.log)
        for reader in ("shared.runtime.following.LogReader", "shared.ledger.archive.LogReader"):
            monkeypatch.setattr(reader, self.shelf)
        self.stores: list[Store] = []
        self.commands = 0
        self.now = 0.0
        self.began = 0
        """When the book began, in ms."""
        self.worker = self.new(url)

    def use(self, store: Store) -> None:
        """The queue is reached through this store from now on."""
        self.worker._commands._store = self.clerk._store = self.clerk._matcher._store = store

    def new(self, url: str) -> DispatcherWorker:
        """Another worker of the same partition; it is on its own clock and has no memory."""
        store = Store(url, self.namespace, self.policy, timeout=5)
        self.stores.append(store)
        settings = Settings(sweep_every=0, match_every=0)
        self.clerk = Clerk(settings, self.policy, store)
        return DispatcherWorker(HERE, settings, self.policy, store, 4, Lately())

    async def opened(self, committed: int = 0) -> "House":
        await self.worker.restore({LEDGER: committed, AGENTS: 0})
        if committed < len(self.log):
            self.worker.receive(LEDGER, self.log[committed:], 0)
        return self

    def write(self, *told: Entry) -> None:
        lying = [
            one._replace(timestamp=self.began + one.timestamp) for one in written(*told, start=len(self.log))
        ]
        self.log += lying
        self.worker.receive(LEDGER, lying, 0)

    def command(self, kind: str, agent: str = "ana", **fields: Any) -> None:
        self.commands += 1
        value = {"type": kind, "id": f"k{self.commands}", "agent_id": agent} | fields
        self.worker.receive(AGENTS, [Lying(self.commands, orjson.dumps(value))], 0)

    def present(self, agent: str = "ana", **fields: Any) -> None:
        self.command("presence", agent, **{"status": "available", "pools": ["general", "billing"]} | fields)

    async def tick(self) -> Records:
        """One call; what it proposes is in the book before the next. Returns the records for tools. The other
        partitions are empty, and their workers as quick."""
        self.now += 1
        for other in range(HERE):
            if not await self.stores[0].follows(other):
                await self.stores[0].rebuild(other, 0, [])
        out = [*await self.worker.act(self.now), *await self.clerk.act(self.now, [self.worker])]
        self.write(*entries(out))
        return told(out)

    async def until_quiet(self) -> Records:
        """As many calls as there is something to do."""
        found: Records = []
        quiet = 0
        while quiet < 3:
            records = await self.tick()
            found += records
            quiet = 0 if records else quiet + 1
        return found

    async def close(self) -> None:
        for store in self.stores:
            await store.close()
        await self.queue.close()


def told(out: Sequence[Out]) -> Records:
    return [
        orjson.loads(record.value or b"") | {"topic": record.topic.role}
        for record in out
        if record.topic.role.startswith("work.")
    ]


def types(records: Records) -> list[str]:
    return [f"{record['type']} {record['agent_id'] or ''}".strip() for record in records]
