"""Keeps the queue in step with the book."""

from collections.abc import Iterable, Mapping, Sequence
from heapq import heappop, heappush
from typing import Protocol

from services.dispatcher.decide import acquainted, gone, item, next_look, overflow, placed, spoke
from shared.contracts.ledger import Overflowed
from shared.ledger.book import Book
from shared.ledger.state import Work
from shared.policy.model import Policy
from shared.queue.acquaintance import Spoke
from shared.queue.values import Change, Placed
from shared.runtime import logs, metrics

_log = logs.get("projection")


class Projection:
    """What belongs in the queue of one partition, and what has changed since the queue was told."""

    def __init__(self, book: Book, policy: Policy) -> None:
        self._book = book
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
        self._spoke: dict[str, Spoke] = {}
        self._elsewhere: dict[str, Spoke | None] = {}
        """Who spoke with the customer of an open work, here or in any partition."""
        self.tell_all_who_spoke()

    def touch(self, work_id: str, conversation_id: str, work: Work) -> Work | None:
        """Something about this work changed in the book; returns how it was before."""
        self._works[work_id] = conversation_id
        self._changed[work_id] = None
        before = self._before.get(work_id)
        self._before[work_id] = work
        return before

    def spoke_in(self, conversation_id: str) -> None:
        """A person has just spoken in this conversation."""
        conversation = self._book.conversation(conversation_id)
        last = spoke(conversation)
        if conversation.customer and last is not None:
            self._spoke[conversation.customer] = max(last, self._spoke.get(conversation.customer, last))

    def tell_all_who_spoke(self) -> None:
        """The queue has to be told of every customer."""
        for name in self._book.conversations:
            self.spoke_in(name)

    @property
    def spoke(self) -> Mapping[str, Spoke]:
        """Who last spoke with which customers, as far as the queue has to be told."""
        return self._spoke

    def strangers(self) -> dict[str, str]:
        """New works by customers of whom the queue has not said who spoke with them: work and customer."""
        customers = {
            work_id: self._book.conversation(self._works[work_id]).customer
            for work_id in self._changed
            if work_id not in self._elsewhere
        }
        return {work_id: customer for work_id, customer in customers.items() if customer}

    def acquaint(self, found: Mapping[str, Spoke]) -> None:
        """The queue has been told who spoke, and has said who spoke with these customers."""
        self._spoke.clear()
        for work_id, customer in self.strangers().items():
            self._elsewhere[work_id] = found.get(customer)

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

    def change(self, now: int, asking: bool) -> Change | None:
        """What brings the queue to the book's offset; `None` when it is there, unless we are `asking` whether
        it has been lost. What changed is kept until `applied`."""
        target = self._book.offset
        before = target if self._applied is None else self._applied
        if self._applied == target and not self._changed and not asking:
            return None
        put, remove = [], []
        for work_id in self._changed:
            new = self._place(work_id, now)
            if new is None:
                name = self._works[work_id]
                remove.append(gone(work_id, self._book.conversation(name), self._policy))
            elif new != self._placed.get(work_id):
                put.append(new)
        return Change(self._book.partition, before, target, put, remove)

    @property
    def known(self) -> bool:
        """Whether the queue has been where the book is."""
        return self._applied is not None

    def applied(self, change: Change) -> None:
        """The queue is there now."""
        self._applied = change.after
        self._changed.clear()
        self._placed.update((one.item.id, one) for one in change.put)
        for one in change.remove:
            self._works.pop(one.id, None)
            self._before.pop(one.id, None)
            self._placed.pop(one.id, None)
            self._looks.pop(one.id, None)
            self._elsewhere.pop(one.id, None)

    def look_again(self, now: int) -> None:
        """Notice what time alone has changed."""
        while self._due and self._due[0][0] <= now:
            due, work_id = heappop(self._due)
            if self._looks.get(work_id) == due:
                self._changed.setdefault(work_id)

    def whole(self, now: int) -> list[Placed]:
        """Everything that belongs in the queue."""
        found = {work_id: new for work_id in self._works if (new := self._place(work_id, now)) is not None}
        self._placed = found
        return list(found.values())

    def _place(self, work_id: str, now: int) -> Placed | None:
        """Where an open work belongs now; `None` when it is over."""
        name = self._works[work_id]
        conversation = self._book.conversation(name)
        work = conversation.work
        if work is None or f"{self._book.partition}:{work.id}" != work_id:
            return None
        known = acquainted(conversation, self._elsewhere.get(work_id))
        made = item(work, name, known, self._book.partition, self._policy, now)
        look = next_look(made, now, self._policy)
        if look is not None:
            self._looks[work_id] = look
            heappush(self._due, (look, work_id))
        proposal = overflow(made, self._policy, now)
        if proposal is not None:
            self._overflows[work_id] = proposal
        return placed(made, now, self._policy)


class Queue(Protocol):
    """What keeping in step needs of the store."""

    async def now(self) -> int: ...
    async def apply(self, changes: Sequence[Change]) -> list[bool]: ...
    async def remember(self, spoke: Mapping[str, Spoke]) -> None: ...
    async def who_spoke(self, customers: Iterable[str]) -> Mapping[str, Spoke]: ...
    async def rebuild(self, partition: int, offset: int, works: Sequence[Placed]) -> None: ...


async def sync(queue: Queue, projections: Sequence[Projection], asking: bool = False) -> None:
    """Bring these partitions of the queue to their books' offsets. One that is not where it was left (Redis
    was wiped or rolled back) is rebuilt from the book; `asking` notices that, and what time alone has
    changed, though nothing changed in the book. Raises `TransientFailure`; what changed is kept."""
    now = await queue.now()
    if asking:
        for projection in projections:
            projection.look_again(now)
    await _acquaint(queue, projections)
    due = [(one, change) for one in projections if (change := one.change(now, asking)) is not None]
    known = [change for one, change in due if one.known]
    done = dict(zip((change.partition for change in known), await queue.apply(known), strict=True))
    for projection, change in due:
        if not done.get(change.partition):
            await _rebuild(queue, projection, change, now)
        projection.applied(change)


async def _acquaint(queue: Queue, projections: Sequence[Projection]) -> None:
    """A customer's conversations lie in any partition: what one has of who spoke the queue tells others."""
    told: dict[str, Spoke] = {}
    for projection in projections:
        told.update((who, max(last, told.get(who, last))) for who, last in projection.spoke.items())
    if told:
        await queue.remember(told)
    asked = {customer for projection in projections for customer in projection.strangers().values()}
    found = await queue.who_spoke(asked) if asked else {}
    for projection in projections:
        projection.acquaint(found)


async def _rebuild(queue: Queue, projection: Projection, change: Change, now: int) -> None:
    works = projection.whole(now)
    await queue.rebuild(change.partition, change.after, works)
    if projection.known:
        projection.tell_all_who_spoke()
        metrics.REBUILDS.inc()
        _log.warning("queue_rebuilt", partition=change.partition, works=len(works))
