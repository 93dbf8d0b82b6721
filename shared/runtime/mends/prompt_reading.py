"""Records are read as soon as they are there, and a service with nothing to read hardly wakes.

As they come, FastStream sleeps after every look that found nothing, and the client, while it holds records
that nobody has taken for a tenth of a second, asks the broker for other partitions meanwhile: a long
request, and what was not asked for waits until it has come back.

What ended a task of the client's comes out at every look from then on. FastStream would look again for ever,
and keep each failed look: here it ends the process. What passes by itself the client keeps to itself."""

from functools import partial
from itertools import chain
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.consumer import consumer as client
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.errors import ConsumerStoppedError
from faststream.kafka.subscriber.usecase import BatchSubscriber

from shared.runtime.watchdog import fatal

UNTAKEN = 0.5
"""Seconds for which records that were read may lie there before other partitions are asked for. Those of a
batch are taken when the one before it has been handled."""


async def _look(subscriber: Any, consumer: AIOKafkaConsumer) -> tuple[Any, ...]:
    """One batch; none when nothing came for as long as the subscriber's `batch_timeout_ms`."""
    with fatal("look_failed", ConsumerStoppedError):  # that one tells FastStream that it is done
        found = await consumer.getmany(
            timeout_ms=subscriber.batch_timeout_ms, max_records=subscriber.max_records
        )
    return tuple(chain.from_iterable(found.values()))


def install() -> None:
    """Let the consumers of this process wait for records instead of asking for them again and again."""
    BatchSubscriber.get_msg = _look  # type: ignore[method-assign, assignment]
    client.Fetcher = partial(Fetcher, prefetch_backoff=UNTAKEN)
