"""A look for records ends when there are some, and is followed by the next one at once."""

from __future__ import annotations

import asyncio
import inspect
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.consumer import consumer as client
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.errors import ConsumerStoppedError, KafkaError
from faststream.kafka import KafkaBroker
from faststream.kafka.subscriber.usecase import BatchSubscriber

from shared.runtime import watchdog
from shared.runtime.mends import prompt_reading


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BatchSubscriber, "get_msg", BatchSubscriber.get_msg)
    monkeypatch.setattr(client, "Fetcher", client.Fetcher)
    prompt_reading.install()


class Consumer:
    """Two partitions' records, after one look that finds nothing."""

    def __init__(self) -> None:
        self.looks: list[dict[str, Any]] = []

    async def getmany(self, **asked: Any) -> dict[str, list[str]]:
        self.looks.append(asked)
        return {"a": ["1", "2"], "b": ["3"]} if len(self.looks) > 1 else {}


async def test_an_empty_look_is_followed_by_the_next_one_without_a_pause(installed: None) -> None:
    subscriber: Any = KafkaBroker().subscriber("topic", batch=True, batch_timeout_ms=3_600_000, max_records=7)
    consumer: Any = Consumer()
    async with asyncio.timeout(60):
        assert await subscriber.get_msg(consumer) == ()
        assert await subscriber.get_msg(consumer) == ("1", "2", "3")
    assert consumer.looks == [{"timeout_ms": 3_600_000, "max_records": 7}] * 2


@pytest.mark.parametrize(
    ("error", "said"),
    [(ConsumerStoppedError(), []), (KafkaError(), ["look_failed"]), (RuntimeError(), ["look_failed"])],
)
async def test_a_look_that_fails_ends_the_process(
    installed: None, monkeypatch: pytest.MonkeyPatch, error: Exception, said: list[str]
) -> None:
    last_words: list[str] = []

    def end(code: int, event: str, failure: Exception) -> None:
        last_words.append(event)
        raise failure

    monkeypatch.setattr(watchdog, "end", end)

    async def getmany(**_: Any) -> None:
        raise error

    subscriber: Any = KafkaBroker().subscriber("topic", batch=True)
    with pytest.raises(type(error)):
        await subscriber.get_msg(SimpleNamespace(getmany=getmany))
    assert last_words == said


def test_records_may_lie_there_while_a_batch_is_handled(installed: None) -> None:
    assert client.Fetcher.func is Fetcher
    assert client.Fetcher.keywords == {"prefetch_backoff": prompt_reading.UNTAKEN}
    assert "prefetch_backoff" in inspect.signature(Fetcher.__init__).parameters
