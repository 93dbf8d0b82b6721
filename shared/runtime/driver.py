"""Reads batches, lets the partition's worker decide, writes, commits: the loop of every service.

Invariants:
- a worker is never called twice at once, and never while its partition is being taken away;
- a position is committed only when everything decided before it has been acknowledged;
- a partition is read only after its state is restored;
- any failure ends the process: nothing is skipped and nothing is decided twice.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from itertools import groupby

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError, UnknownMemberIdError

from shared.contracts.record import Record
from shared.contracts.topics import Topic
from shared.runtime import failpoints, logs, metrics
from shared.runtime.lookout import ANSWER_WITHIN, Lookout
from shared.runtime.pressure import Pressure
from shared.runtime.sender import Out, Sender
from shared.runtime.settings import ServiceSettings
from shared.runtime.vitals import Vitals
from shared.runtime.watchdog import EXIT_STUCK, end, fatal
from shared.runtime.worker import Worker

WorkerFactory = Callable[[int, int], Worker]
"""Partition and number of partitions in; called when a partition is assigned."""
Together = Callable[[float], Awaitable[Sequence[Out]]]
"""What a service does once for all its partitions, after what some of them wrote has been acknowledged; as
`Worker.act`."""
TICK = 0.05
_log = logs.get("driver")


async def nothing(_now: float) -> Sequence[Out]:
    """The `Together` of services whose partitions have nothing in common."""
    return ()


class Driver(ConsumerRebalanceListener):  # type: ignore[misc]
    """Drives the workers of one service instance."""

    def __init__(
        self,
        reads: Sequence[Topic],
        factory: WorkerFactory,
        sender: Sender,
        settings: ServiceSettings,
        vitals: Vitals,
        consumer: Callable[[], AIOKafkaConsumer],
        together: Together = nothing,
    ) -> None:
        self._topics = {topic.name(settings.namespace): topic for topic in reads}
        self._first = reads[0]
        self._factory = factory
        self._together = together
        self._sender = sender
        self._settings = settings
        self._vitals = vitals
        self._get_consumer = consumer
        self.partitions = 0
        """How many partitions each topic has; known when the service has started."""
        self._gate = asyncio.Lock()
        self._workers: dict[int, Worker] = {}
        self._restoring: dict[int, asyncio.Task[None]] = {}
        self._committed: dict[TopicPartition, int] = {}
        self._pressure = Pressure(settings.held_bytes)
        self.lookout = Lookout(settings, vitals, consumer, self._place(self._first, 0), self._looked_at)

    # -- the way of a batch ------------------------------------------------------------------

    async def on_batch(self, records: Sequence[Record]) -> None:
        """Handle what was read, of any topics and partitions; a service that need not hurry then waits for
        more to come together."""
        if not records:
            return
        await self._handle(records)
        if len(records) < self._settings.batch and self._settings.breath:
            await asyncio.sleep(self._settings.breath)

    async def _handle(self, records: Sequence[Record]) -> None:
        failpoints.reach("after_poll")
        started = time.monotonic()
        async with self._gate:
            with fatal("batch_failed"):
                touched = self._distribute(records, started)
                failpoints.reach("after_decode")
                await self._act([self._workers[partition] for partition in touched])
        self._vitals.handled += len(records)
        metrics.BATCH_SECONDS.observe(time.monotonic() - started)

    def _distribute(self, records: Sequence[Record], now: float) -> list[int]:
        touched: dict[int, None] = {}
        for (name, partition), group in groupby(records, key=lambda r: (r.topic, r.partition)):
            worker = self._workers.get(partition)
            if worker is None:
                continue
            batch = list(group)
            topic = self._topics[name]
            worker.receive(topic, batch, now)
            metrics.RECORDS.labels(topic.role).inc(len(batch))
            touched[partition] = None
        return list(touched)

    async def _act(self, workers: Sequence[Worker]) -> None:
        now = time.monotonic()
        await self._sender.send([out for worker in workers for out in await worker.act(now)])
        await self._sender.send(await self._together(now))
        self._hold_back()

    def _hold_back(self) -> None:
        """Read no more of the first topic while too much of it waits here, in all partitions together."""
        before = self._pressure.closed
        places = [self._place(self._first, partition) for partition in self._workers]
        if self._pressure.judge(sum(worker.holds() for worker in self._workers.values())):
            self.consumer.pause(*places)
        elif before:
            self.consumer.resume(*places)

    def _looked_at(self) -> dict[TopicPartition, bool]:
        """The places that are read, and whether each is held back."""
        return {
            self._place(topic, partition): self._pressure.closed and topic == self._first
            for partition in self._workers
            for topic in self._topics.values()
        }

    @property
    def workers(self) -> list[Worker]:
        """The workers of the partitions that are ready."""
        return list(self._workers.values())

    @property
    def consumer(self) -> AIOKafkaConsumer:
        """The running service's consumer."""
        return self._get_consumer()

    async def run(self) -> None:
        """Tick and commit until cancelled."""
        committed = time.monotonic()
        with fatal("tick_failed"):
            while True:
                await asyncio.sleep(TICK)
                now = self._vitals.beat = time.monotonic()
                async with self._gate:
                    await self._act(list(self._workers.values()))
                    if now - committed >= self._settings.commit_interval:
                        committed = now
                        await self.commit()

    # -- positions ---------------------------------------------------------------------------

    async def commit(self) -> None:
        """Commit what is finished, all topics in one request. A failure is left to the next try:
        the positions only decide how much is read again."""
        offsets = {
            self._place(topic, partition): offset
            for partition, worker in self._workers.items()
            for topic, offset in worker.positions().items()
        }
        changed = {place: offset for place, offset in offsets.items() if self._committed.get(place) != offset}
        if not changed:
            return
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                await self.consumer.commit(changed)
        except (KafkaError, TimeoutError) as error:
            if self._settings.static_membership and isinstance(error.__cause__, UnknownMemberIdError):
                # The client would join again, and take the name from whoever has it now, and so on.
                end(EXIT_STUCK, "membership_lost", error)
            metrics.COMMITS.labels("failed").inc()
            _log.warning("commit_failed", **logs.describe(error))
        else:
            failpoints.reach("after_commit")
            metrics.COMMITS.labels("done").inc()
            self._committed.update(changed)

    def _place(self, topic: Topic, partition: int) -> TopicPartition:
        return TopicPartition(topic.name(self._settings.namespace), partition)

    # -- partitions come and go --------------------------------------------------------------

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """As `let_go`. The client would only log a failure, and go on with what this one left."""
        with fatal("revoke_failed"):
            await self.let_go()

    async def let_go(self) -> None:
        """Finish what is at hand, commit, and let go of everything."""
        async with self._gate:
            failpoints.reach("in_revoke")
            if self._workers:
                await self.commit()
            for task in self._restoring.values():
                task.cancel()
            self._workers.clear()
            self._restoring.clear()
            self._committed.clear()
            self.lookout.forget()
            self._vitals.assigned = False
            self._show()

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Keep the new partitions paused until their state is restored."""
        with fatal("assign_failed"):
            failpoints.reach("in_assign")
            self.consumer.pause(*assigned)
            async with self._gate:
                for partition in sorted({place.partition for place in assigned}):
                    self._restoring[partition] = asyncio.create_task(self._open(partition))
                self._vitals.assigned = True
                self._show()

    async def _open(self, partition: int) -> None:
        with fatal("restore_failed"):
            worker = self._factory(partition, self.partitions)
            positions = await worker.restore(await self._positions(partition))
            async with self._gate:
                if self._restoring.get(partition) is not asyncio.current_task():
                    return  # taken away meanwhile; the client can keep a cancellation to itself
                for topic, offset in positions.items():
                    self.consumer.seek(self._place(topic, partition), offset)
                self._workers[partition] = worker
                del self._restoring[partition]
                self.consumer.resume(*(self._place(topic, partition) for topic in self._topics.values()))
                self._show()

    async def _positions(self, partition: int) -> dict[Topic, int]:
        places = {topic: self._place(topic, partition) for topic in self._topics.values()}
        first = await self.consumer.beginning_offsets(list(places.values()))
        found = {}
        for topic, place in places.items():
            found[topic] = max(first[place], await self.consumer.committed(place) or 0)
        return found

    def _show(self) -> None:
        self._vitals.owned = tuple(sorted(self._workers))
        self._vitals.restoring = tuple(sorted(self._restoring))
        metrics.PARTITIONS.labels("ready").set(len(self._workers))
        metrics.PARTITIONS.labels("restoring").set(len(self._restoring))
