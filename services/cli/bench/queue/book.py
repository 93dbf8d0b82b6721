"""The book's part in a queue under measurement."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar
from uuid import uuid4

from services.cli.bench.queue.crowd import PARTITIONS, POLICY, presences
from services.dispatcher.store import Store
from shared.contracts.placement import parse_ref
from shared.queue.desk import Desk
from shared.queue.values import Change, Gone, Placed

_T = TypeVar("_T")
BATCH = 100
"""Works or agents in one step."""


class Queue:
    """A queue full of works, and everybody there."""

    def __init__(self, url: str) -> None:
        self.store = Store(url, f"bench{uuid4().hex[:8]}", POLICY, timeout=60)
        self.desk = Desk(POLICY)
        self._offsets = dict.fromkeys(range(PARTITIONS), 0)

    async def fill(self, waiting: Sequence[Placed]) -> None:
        """Let these wait, and nothing else."""
        for partition in range(PARTITIONS):
            here = [one for one in waiting if one.item.partition == partition]
            await self.store.rebuild(partition, self._offsets[partition], here)

    async def come(self) -> None:
        """Everybody comes to work."""
        for part in _parts(list(presences())):
            await asyncio.gather(*(self.store.presence(one) for one in part))

    async def add(self, more: Iterable[Placed]) -> None:
        """Let these wait, too."""
        for part in _parts(list(more)):
            for partition in {one.item.partition for one in part}:
                await self.apply(partition, [one for one in part if one.item.partition == partition])

    async def remove(self, names: Sequence[str]) -> None:
        """Let these be over."""
        for partition in {parse_ref(name).partition for name in names}:
            gone = [Gone(name) for name in names if parse_ref(name).partition == partition]
            for part in _parts(gone):
                await self.apply(partition, [], part)

    async def apply(self, partition: int, put: Sequence[Placed], remove: Sequence[Gone] = ()) -> None:
        """What the book says next of a partition."""
        before = self._offsets[partition]
        self._offsets[partition] += 1
        if not all(await self.store.apply([Change(partition, before, before + 1, put, remove)])):
            raise RuntimeError("the queue lost its place")


def _parts(things: Sequence[_T]) -> Iterator[Sequence[_T]]:
    return (things[at : at + BATCH] for at in range(0, len(things), BATCH))
