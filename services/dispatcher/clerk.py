"""What a dispatcher does for the whole queue: once, however many partitions it looks after."""

import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from math import inf

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
from shared.queue.values import Lost, Told
from shared.runtime import logs
from shared.runtime.sender import Out

ONE_TASK = 0.25
"""For how many seconds of one turn commands are carried out, and offers told; the others wait for the next.
A backlog, over a slow Redis or of old works, would keep the loop from ticking until it is taken for stuck."""
RELEASE_AGAIN = 5.0
"""Seconds after which the release of a work that somebody lost still holds is proposed once more."""
AT_ONCE = 50
"""How much one partition tells before the next one does."""
Step = Callable[[DispatcherWorker], Awaitable[bool]]
"""Something for one partition; whether there may be more of it."""
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
        self._turns = 0
        self._released: dict[Lost, float] = {}
        self.reachable: bool | None = None
        """Whether Redis did all it was asked in the last turn; `None`: there was nothing to ask."""

    async def act(self, now: float, workers: Sequence[DispatcherWorker]) -> list[Out]:
        """What to write now that each of these workers has acted. What needs Redis waits until it answers."""
        out: list[Out] = []
        if not workers:
            self.reachable = None
            return out
        if self._store.resting:
            return out
        sweep = now - self._swept >= self._sweep_every
        try:
            await sync(self._store, [worker.projection for worker in workers], asking=sweep)
            await self._one_after_the_other(workers, lambda worker: worker.obey(out))
            if sweep:
                self._swept = now
                await self._sweep(now, workers, out)
            if sweep or now - self._matched >= self._match_every or any(w.stirred for w in workers):
                self._matched = now
                await self._match(workers, sweep)
            await self._tell(workers, out)
            self.reachable = True
        except TransientFailure as error:
            self.reachable = False
            _log.warning("queue_unreachable", **logs.describe(error))
        return out

    async def _one_after_the_other(self, workers: Sequence[DispatcherWorker], step: Step) -> None:
        """A step of each partition, as often as there is something to do and as far as the time goes; each
        turn begins with another partition."""
        self._turns += 1
        waiting = deque(workers)
        waiting.rotate(self._turns)
        until = time.monotonic() + ONE_TASK
        while waiting and time.monotonic() < until:
            worker = waiting.popleft()
            if await step(worker):
                waiting.append(worker)

    async def _sweep(self, now: float, workers: Sequence[DispatcherWorker], out: list[Out]) -> None:
        for worker in workers:
            out += [proposed(worker.partition, entry) for entry in worker.projection.overflows()]
        await self._release(now, out)

    async def _release(self, now: float, out: list[Out]) -> None:
        """Propose that lost tools hold their works no longer; again only when the book has had the time."""
        lost = await self._store.sweep()
        latest = {one: self._released.get(one, -inf) for one in lost}
        self._released = {one: at if now - at < RELEASE_AGAIN else now for one, at in latest.items()}
        for one, at in self._released.items():
            if at == now:
                released = Released(one.work, one.conversation, one.agent, one.token, "tool_lost")
                out.append(proposed(parse_ref(one.work).partition, released))

    async def _match(self, workers: Sequence[DispatcherWorker], wide: bool) -> None:
        for worker in workers:
            worker.stirred = False
        await self._matcher.run(workers[0].partitions, wide)

    async def _tell(self, workers: Sequence[DispatcherWorker], out: list[Out]) -> None:
        """What the last call told has been written by now."""
        found = await self._store.outboxes([worker.partition for worker in workers], self._told)
        self._told = {}

        async def tell(worker: DispatcherWorker) -> bool:
            told = self._told.setdefault(worker.partition, [])
            events = found.get(worker.partition, [])[len(told) : len(told) + AT_ONCE]
            out.extend(await worker.tell([msgspec.json.decode(event, type=Told) for event in events]))
            told += events
            return bool(events)

        await self._one_after_the_other(workers, tell)
