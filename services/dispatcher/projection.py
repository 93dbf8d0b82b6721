"""Keeps one partition of the queue in step with the book."""

from heapq import heappop, heappush

from services.dispatcher.decide import gone, item, next_look, overflow, placed
from services.dispatcher.store import Store
from shared.contracts.ledger import Overflowed
from shared.ledger.book import Book
from shared.ledger.state import Work
from shared.policy.model import Policy
from shared.queue.values import Placed
from shared.runtime import logs, metrics

_log = logs.get("projection")


class Projection:
    """Collects what changed and applies it, state and ledger offset in one step. When the queue is
    not where it was left (Redis was wiped or rolled back), it is rebuilt from the book."""

    def __init__(self, book: Book, store: Store, policy: Policy) -> None:
        self._book = book
        self._store = store
        self._policy = policy
        self._works: dict[str, str] = {
            f"{book.partition}:{c.work.id}": name for name, c in book.conversations.items() if c.work
        }
        self._before = {
            f"{book.partition}:{c.work.id}": c.work for c in book.conversations.values() if c.work
        }
        self._changed: dict[str, None] = dict.fromkeys(self._works)
        self._placed: dict[str, Placed] = {}
        self._due: list[tuple[int, str]] = []
        self._looks: dict[str, int] = {}
        """When each waiting work is to be looked at again; other times in `_due` are out of date."""
        self._overflows: dict[str, Overflowed] = {}
        self._applied: int | None = None

    def touch(self, work_id: str, conversation_id: str, work: Work) -> Work | None:
        """Something about this work changed in the book; returns how it was before."""
        self._works[work_id] = conversation_id
        self._changed[work_id] = None
        before = self._before.get(work_id)
        self._before[work_id] = work
        return before

    def conversation_of(self, work_id: str) -> str | None:
        """The conversation of an open work."""
        return self._works.get(work_id)

    def counts(self) -> tuple[int, int]:
        """Open works that nobody holds, and that somebody holds."""
        works = [self._book.conversation(name).work for name in list(self._works.values())]
        held = sum(1 for work in works if work is not None and work.agent is not None)
        return len(works) - held, held

    def overflows(self) -> list[Overflowed]:
        """Works that should go to another pool, each proposed once."""
        found, self._overflows = list(self._overflows.values()), {}
        return found

    async def sync(self) -> None:
        """Bring the queue to the book's offset. Raises `TransientFailure`; what changed is kept."""
        target = self._book.offset
        if self._applied == target and not self._changed:
            return
        now = await self._store.now() if self._changed else 0
        put, remove = [], []
        for work_id in self._changed:
            new = self._place(work_id, now)
            if new is None:
                name = self._works[work_id]
                remove.append(gone(work_id, self._book.conversation(name), self._policy))
            elif new != self._placed.get(work_id):
                put.append(new)
        known = self._applied is not None
        if not known or not await self._store.apply(
            self._book.partition, self._applied or 0, target, put, remove
        ):
            await self._rebuild(target, now, lost=known)
        self._applied = target
        self._changed.clear()
        self._placed.update((one.item.id, one) for one in put)
        for one in remove:
            self._works.pop(one.id, None)
            self._before.pop(one.id, None)
            self._placed.pop(one.id, None)
            self._looks.pop(one.id, None)

    async def look_again(self) -> None:
        """Notice what time alone has changed, and a lost queue though nothing changed in the book."""
        now = await self._store.now()
        while self._due and self._due[0][0] <= now:
            due, work_id = heappop(self._due)
            if self._looks.get(work_id) == due:
                self._changed.setdefault(work_id)
        at = self._applied
        if at is None or self._changed:
            await self.sync()
            return
        if not await self._store.apply(self._book.partition, at, at, [], []):
            await self._rebuild(at, await self._store.now(), lost=True)

    async def _rebuild(self, target: int, now: int, lost: bool) -> None:
        found = {work_id: new for work_id in self._works if (new := self._place(work_id, now)) is not None}
        await self._store.rebuild(self._book.partition, target, list(found.values()))
        self._placed = found
        if lost:
            metrics.REBUILDS.inc()
            _log.warning("queue_rebuilt", partition=self._book.partition, works=len(found))

    def _place(self, work_id: str, now: int) -> Placed | None:
        """Where an open work belongs now; `None` when it is over."""
        name = self._works[work_id]
        conversation = self._book.conversation(name)
        work = conversation.work
        if work is None or f"{self._book.partition}:{work.id}" != work_id:
            return None
        made = item(work, name, conversation, self._book.partition, self._policy, now)
        look = next_look(made, now, self._policy)
        if look is not None:
            self._looks[work_id] = look
            heappush(self._due, (look, work_id))
        proposal = overflow(made, self._policy, now)
        if proposal is not None:
            self._overflows[work_id] = proposal
        return placed(made, now, self._policy)
