"""Looks at the broker and at progress. Apart from the loop that works: a broker that does not answer must
not keep what can be done from being done."""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import IllegalStateError, KafkaError

from shared.runtime import logs, metrics
from shared.runtime.settings import ServiceSettings
from shared.runtime.vitals import Vitals
from shared.runtime.watchdog import EXIT_STUCK, Progress, end, fatal

CHECK_EVERY = 2.0
ANSWER_WITHIN = 5.0
"""Seconds. The client would wait for the broker as long as it takes."""
GROUP, BROKER = "group", "broker"
_log = logs.get("lookout")


class Lookout:
    """`places` says what is read, and whether each of it is held back just now; `first` is asked for when
    nothing is.

    The client's own tasks can stop without a word: the one that reads, the one that keeps the membership of
    the group, the one that knows the brokers. Each is noticed by what no longer happens."""

    def __init__(
        self,
        settings: ServiceSettings,
        vitals: Vitals,
        consumer: Callable[[], AIOKafkaConsumer],
        first: TopicPartition,
        places: Callable[[], Mapping[TopicPartition, bool]],
    ) -> None:
        self._settings = settings
        self._vitals = vitals
        self._consumer = consumer
        self._first, self._places = first, places
        self._progress = Progress(settings.stuck_after)

    def forget(self) -> None:
        """Begin anew: everything that was read is taken away."""
        self._progress.forget()

    async def watch(self) -> None:
        """Look until cancelled."""
        with fatal("watch_failed"):
            while True:
                await self.look()
                await asyncio.sleep(CHECK_EVERY)

    async def look(self) -> None:
        """Once. Ends the process when it no longer gets anywhere."""
        held = self._places()
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                ends = await self._consumer().end_offsets(list(held) or [self._first])
                positions = {place: await self._consumer().position(place) for place in held}
        except IllegalStateError:  # a partition was taken away meanwhile
            return
        except (KafkaError, TimeoutError) as error:
            _log.warning("broker_unreachable", **logs.describe(error))
            await self._unanswered()
        else:
            self._answered(held, positions, ends)

    def _answered(
        self,
        held: Mapping[TopicPartition, bool],
        positions: Mapping[TopicPartition, int],
        ends: Mapping[TopicPartition, int],
    ) -> None:
        now = self._vitals.broker_seen = time.monotonic()
        self._vitals.lag = sum(max(0, ends[place] - positions[place]) for place in held)
        metrics.LAG.set(self._vitals.lag)
        self._waits(BROKER, False, now)
        if self._waits(GROUP, not self._vitals.assigned, now):
            end(EXIT_STUCK, "never_assigned")
        for place, position in positions.items():
            if self._progress.stuck(place, position, position if held[place] else ends[place], now):
                end(EXIT_STUCK, "consumer_stopped")

    async def _unanswered(self) -> None:
        if self._waits(BROKER, True, time.monotonic()) and await answers(self._settings.kafka):
            end(EXIT_STUCK, "client_stuck")

    def _waits(self, place: str, waiting: bool, now: float) -> bool:
        """Whether this has been waited for too long."""
        return self._progress.stuck(place, 0, int(waiting), now)


async def answers(kafka: str) -> bool:
    """Whether the broker answers a client that has only begun."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka, request_timeout_ms=int(ANSWER_WITHIN * 1000))
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            await admin.start()
    except (KafkaError, TimeoutError):
        return False
    finally:
        with suppress(Exception):
            await admin.close()
    return True
