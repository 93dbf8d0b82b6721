"""How a service is built and run: the same way for all of them."""

import asyncio
import contextlib
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import uvloop
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import KafkaError
from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker, KafkaMessage

from shared.contracts.errors import RelaisError, UserMistake
from shared.contracts.record import Record
from shared.contracts.topics import FIXED, Topic
from shared.runtime import clock, failpoints, health, logs, mends, watchdog
from shared.runtime.driver import Driver, Together, WorkerFactory, nothing
from shared.runtime.sender import Sender
from shared.runtime.settings import ServiceSettings, from_environment
from shared.runtime.vitals import Vitals
from shared.runtime.worker import Worker

STOP_WITHIN = 9.0
FETCH_BYTES = 262_144
"""Of one partition at a time. The client empties one partition's buffer before it looks at the next:
small ones keep all partitions moving when there is a backlog."""
LOOK_MS = 200
"""How long a look for records waits for them; it ends as soon as there are some."""
S = TypeVar("S", bound=ServiceSettings)


@dataclass(frozen=True, slots=True)
class Card:
    """What a service is, for the map of the house."""

    name: str
    reads: tuple[Topic, ...]
    """Of the first no more is read while too much of it waits here."""
    writes: tuple[str, ...]
    """Roles of the topics it writes; `work` stands for all topics of work."""

    @property
    def topics(self) -> tuple[Topic, ...]:
        """Every topic of the map it needs to be there, but those of work."""
        return tuple(
            topic
            for topic in FIXED
            if topic in self.reads or topic.role in self.writes or self.name in topic.readers
        )


async def _raw(records: tuple[Record, ...]) -> KafkaMessage:
    """Hand records on untouched: one that cannot be read must not take its batch with it."""
    return KafkaMessage(raw_message=records, body=b"", headers={}, reply_to="", consumer=None)  # type: ignore[arg-type]


async def _records(message: Any) -> Any:
    return message.raw_message


def _broker(settings: ServiceSettings, client_id: str) -> KafkaBroker:
    return KafkaBroker(
        settings.kafka,
        client_id=client_id,
        apply_types=False,
        serializer=None,
        consumer_only=True,
        logger=None,
        allow_auto_create_topics=False,
        graceful_timeout=5.0,
    )


def _subscriber(broker: KafkaBroker, card: Card, settings: ServiceSettings, listener: Driver) -> Any:
    return broker.subscriber(
        *(topic.name(settings.namespace) for topic in card.reads),
        group_id=f"{settings.namespace}.{card.name}",
        group_instance_id=settings.instance if settings.static_membership else None,
        batch=True,
        batch_timeout_ms=LOOK_MS,
        max_records=settings.batch,
        ack_policy=AckPolicy.MANUAL,
        auto_offset_reset="earliest",
        partition_assignment_strategy=[RangePartitionAssignor],
        session_timeout_ms=int(settings.session_timeout * 1000),
        heartbeat_interval_ms=int(settings.session_timeout * 1000 / 4),
        rebalance_timeout_ms=30_000,
        fetch_max_wait_ms=int(settings.fetch_wait * 1000),
        max_partition_fetch_bytes=FETCH_BYTES,
        listener=listener,
        parser=_raw,
        decoder=_records,
        no_reply=True,
    )


class Service:
    """One instance of a service: FastStream reads the batches, the driver does the rest."""

    def __init__(
        self,
        card: Card,
        settings: ServiceSettings,
        factory: WorkerFactory,
        together: Together = nothing,
        extra: Callable[[], dict[str, Any]] = dict,
        observe: Callable[[], None] | None = None,
        closing: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.card = card
        self.settings = settings
        self.vitals = Vitals(card.name, settings.instance, extra=extra)
        self._observe = observe
        self._closing = closing
        self._running: list[asyncio.Task[None]] = []
        self._sender = Sender(
            settings.kafka, settings.namespace, settings.send_timeout, f"{card.name}/{settings.instance}"
        )
        self._driver = Driver(
            card.reads, factory, self._sender, settings, self.vitals, self._consumer, together
        )
        self._broker = _broker(settings, f"{card.name}/{settings.instance}")
        self._subscriber = _subscriber(self._broker, card, settings, self._driver)
        self._subscriber(self._handle)

    async def _handle(self, records: Any) -> None:
        await self._driver.on_batch(records)

    @property
    def workers(self) -> list[Worker]:
        """The workers of the partitions this instance looks after now."""
        return self._driver.workers

    def _consumer(self) -> AIOKafkaConsumer:
        assert self._subscriber.consumer is not None, "the driver works only while the service runs"
        return self._subscriber.consumer

    async def serve(self) -> None:
        """Run until SIGTERM or SIGINT."""
        log = logs.get("service")
        port = health.serve(self.vitals, self.settings.http_host, self.settings.http_port, self._observe)
        watchdog.watch_loop(self.vitals, self.settings.stuck_after)
        app = FastStream(self._broker, logger=None)
        app.on_startup(self._start)
        app.after_startup(self._started)
        app.on_shutdown(self._stop)
        app.after_shutdown(self._sender.stop)
        log.info("starting", http=port, kafka=self.settings.kafka, namespace=self.settings.namespace)
        await app.run()
        log.info("stopped")

    async def _start(self) -> None:
        # Ticks come first: a start that waits for Kafka is slow, not stuck.
        self._running.append(asyncio.create_task(self._driver.run()))
        self._driver.partitions = await check_partitions(self.settings, self.card.topics)
        await self._sender.start()

    async def _started(self) -> None:
        self._running.append(asyncio.create_task(self._driver.lookout.watch()))

    async def _stop(self) -> None:
        self.vitals.stopping = True
        watchdog.end_after(STOP_WITHIN)
        await self._driver.let_go()
        for task in self._running:
            task.cancel()
        if self._closing is not None:
            await self._closing()


async def check_partitions(settings: ServiceSettings, topics: Sequence[Topic]) -> int:
    """The number of partitions the co-partitioned topics share; raises `UserMistake` when a topic
    is missing or their numbers differ, since messages would then meet the wrong readings."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    try:
        await admin.start()
        # Of all topics: to ask for one by name would create it on a broker that allows that.
        described = await admin.describe_topics()
    except (KafkaError, ValueError) as error:  # a ValueError: no port where one should stand
        raise UserMistake(f"Kafka does not answer at {settings.kafka}: is it running there?") from error
    finally:
        with contextlib.suppress(Exception):
            await admin.close()
    names = [topic.name(settings.namespace) for topic in topics]
    there = {topic["topic"]: len(topic["partitions"]) for topic in described if not topic["error_code"]}
    counts = {name: there.get(name, 0) for name in names}
    missing = [name for name in names if not counts[name]]
    if missing:
        raise UserMistake(f"topics are missing: {', '.join(missing)}; run `relais topics create`")
    if len(set(counts.values())) > 1:
        listed = ", ".join(f"{name}: {count}" for name, count in sorted(counts.items()))
        raise UserMistake(f"these topics must have the same number of partitions: {listed}")
    return next(iter(counts.values()))


def _die_with_parent() -> None:
    """End when the supervisor's end of our standard input closes, however it died."""

    def wait() -> None:
        # Not through sys.stdin: the interpreter, when it ends, cannot have its lock while a thread reads.
        while os.read(0, 4096):
            pass
        os._exit(0)

    watchdog.start_vital("parent", wait)


def run(build: Callable[[S], Service], kind: type[S], name: str) -> None:
    """Configure the process from its environment and serve; a user's mistake ends it with one clear
    line."""
    logs.configure(name, instance="")
    if os.environ.get("RELAIS_SUPERVISED") == "1":
        _die_with_parent()
    mends.install()
    try:
        failpoints.install()
        clock.install()
        settings = from_environment(kind)
        logs.configure(name, settings.instance, settings.log_level)
        uvloop.run(build(settings).serve())
    except* RelaisError as group:
        for error in group.exceptions:
            logs.get("service").critical("cannot_run", **logs.describe(error))
        sys.exit(64)
