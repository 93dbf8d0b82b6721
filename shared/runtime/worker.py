"""What a service does with one partition: the contract between a service and the driver."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from shared.contracts.record import Record
from shared.contracts.topics import Topic
from shared.runtime.sender import Out


class Worker(Protocol):
    """One partition of one service. The driver calls the methods one at a time, in this order:
    `restore` once, then `receive` for what was read and `act` for what is to be done about it."""

    async def restore(self, committed: Mapping[Topic, int]) -> Mapping[Topic, int]:
        """Build the state; `committed` are the group's positions (the first offset still there
        where nothing was committed). Returns the positions to read on from. May read Kafka."""
        ...

    def receive(self, topic: Topic, records: Sequence[Record], now: float) -> None:
        """Take note of records, in order. Must not block. `now` is monotonic seconds."""
        ...

    async def act(self, now: float) -> list[Out]:
        """What to write now. Called after every `receive` and at every tick. The driver writes it
        and waits for the acknowledgement before it asks for positions or calls again."""
        ...

    def holds(self) -> int:
        """Bytes of records of the service's first topic that wait here for something else. While all
        workers together hold too much, the driver reads no more of that topic."""
        ...

    def positions(self) -> Mapping[Topic, int]:
        """For every topic the first offset that unfinished work still needs: safe to commit."""
        ...
