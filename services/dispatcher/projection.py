"""Keeps one partition of the queue in step with the book."""

from services.dispatcher.decide import Projected, projected
from services.dispatcher.store import Store
from shared.ledger.book import Book
from shared.policy.model import Policy
from shared.runtime import logs, metrics

_log = logs.get("projection")


class Projection:
    """Collects what changed and applies it, state and ledger offset in one step. When the queue is
    not where it was left (Redis was wiped or rolled back), it is rebuilt from the book."""

    def __init__(self, book: Book, store: Store, policy: Policy) -> None:
        self._book = book
        self._store = store
        self._policy = policy
        self._changed: dict[str, None] = {}
        self._works: dict[str, str] = {
            f"{book.partition}:{c.work.id}": name for name, c in book.conversations.items() if c.work
        }
        self._applied: int | None = None

    def touch(self, work_id: str, conversation_id: str) -> None:
        """Something about this work changed in the book."""
        self._works[work_id] = conversation_id
        self._changed[work_id] = None

    def conversation_of(self, work_id: str) -> str | None:
        """The conversation of an open work."""
        return self._works.get(work_id)

    def counts(self) -> tuple[int, int]:
        """Open works that nobody holds, and that somebody holds."""
        works = [self._book.conversation(name).work for name in list(self._works.values())]
        held = sum(1 for work in works if work is not None and work.agent is not None)
        return len(works) - held, held

    async def sync(self) -> None:
        """Bring the queue to the book's offset. Raises `TransientFailure`; what changed is kept."""
        target = self._book.offset
        if self._applied == target and not self._changed:
            return
        put = [made for work_id in self._changed if (made := self._projected(work_id)) is not None]
        kept = {work.id for work in put}
        gone = [work_id for work_id in self._changed if work_id not in kept]
        known = self._applied is not None
        if not known or not await self._store.apply(
            self._book.partition, self._applied or 0, target, put, gone
        ):
            await self._rebuild(target, known)
        self._applied = target
        self._changed.clear()
        for work_id in gone:
            self._works.pop(work_id, None)

    async def verify(self) -> None:
        """Notice a lost queue though nothing changed in the book."""
        at = self._applied
        if at is None or self._changed:
            return
        if not await self._store.apply(self._book.partition, at, at, [], []):
            await self._rebuild(at, lost=True)

    async def _rebuild(self, target: int, lost: bool) -> None:
        works = [made for work_id in self._works if (made := self._projected(work_id)) is not None]
        await self._store.rebuild(self._book.partition, target, works)
        if lost:
            metrics.REBUILDS.inc()
            _log.warning("queue_rebuilt", partition=self._book.partition, works=len(works))

    def _projected(self, work_id: str) -> Projected | None:
        name = self._works[work_id]
        conversation = self._book.conversation(name)
        work = conversation.work
        if work is None or f"{self._book.partition}:{work.id}" != work_id:
            return None
        return projected(work, name, conversation, self._book.partition, self._policy)
