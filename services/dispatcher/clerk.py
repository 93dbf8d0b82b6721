"""What a dispatcher does for the whole queue: once, however many partitions it looks after."""

import time
from collections import deque
from collections.abc import Sequence

import msgspec

from services.dispatcher.matcher import Matcher
from services.dispatcher.projection import sync
from services.dispatcher.settings import Settings
from services.dispatcher.store import Store
from services.dispatcher.worker import DispatcherWorker, proposed
from shared.contracts.errors import TransientFailure
from shared.contracts.ledger import Released
from shared.contracts.placement import parse_ref
from shared.policy.model import Policy
from shared.queue.values import Told
from shared.runtime import logs
from shared.runtime.sender import Out

COMMANDS_FOR = 1.0
"""For how many seconds of one turn commands are carried out; the others wait for the next. Over a slow Redis
a backlog of them would keep the loop from ticking until it is taken for stuck."""
_log = logs.get("clerk")


class Clerk:
    """Keeps the queue in step with the book, has commands carried out, ends what time has ended, offers what
    waits, tells what the queue has to tell."""

    def __init__(self, settings: Settings, policy: Policy, store: Store) -> None:
        self._store = store
        self._matcher = Matcher(store, policy)
        self._match_every = settings.match_every
        self._sweep_every = settings.sweep_every
        self._matched = self._swept = 0.0
        self._told: dict[int, list[str]] = {}

    async def act(self, now: float, workers: Sequence[DispatcherWorker]) -> list[Out]:
        """What to write now that each of these workers has acted. What needs Redis waits until it answers."""
        out: list[Out] = []
        if not workers or self._store.resting:
            return out
        sweep = now - self._swept >= self._sweep_every
        try:
            await sync(self._store, [worker.projection for worker in workers], asking=sweep)
            await self._obey(workers, out)
            if sweep:
                self._swept = now
                await self._sweep(workers, out)
            if sweep or now - self._matched >= self._match_every or any(w.stirred for w in workers):
                self._matched = now
                await self._match(workers, sweep)
            await self._tell(workers, out)
        except TransientFailure as error:
            _log.warning("queue_unreachable", **logs.describe(error))
        return out

    async def _obey(self, workers: Sequence[DispatcherWorker], out: list[Out]) -> None:
        """One command of each partition after the other, as far as the time goes."""
        until = time.monotonic() + COMMANDS_FOR
        waiting = deque(workers)
        while waiting and time.monotonic() < until:
            worker = waiting.popleft()
            if await worker.obey(out):
                waiting.append(worker)

    async def _sweep(self, workers: Sequence[DispatcherWorker], out: list[Out]) -> None:
        for worker in workers:
            out += [proposed(worker.partition, entry) for entry in worker.projection.overflows()]
        for lost in await self._store.sweep():
            released = Released(lost.work, lost.conversation, lost.agent, lost.token, "tool_lost")
            out.append(proposed(parse_ref(lost.work).partition, released))

    async def _match(self, workers: Sequence[DispatcherWorker], wide: bool) -> None:
        for worker in workers:
            worker.stirred = False
        await self._matcher.run(workers[0].partitions, wide)

    async def _tell(self, workers: Sequence[DispatcherWorker], out: list[Out]) -> None:
        """What the last call told has been written by now."""
        found = await self._store.outboxes([worker.partition for worker in workers], self._told)
        self._told = {}
        for worker in workers:
            for told in found.get(worker.partition, ()):
                out += await worker.tell(msgspec.json.decode(told, type=Told))
                self._told.setdefault(worker.partition, []).append(told)
