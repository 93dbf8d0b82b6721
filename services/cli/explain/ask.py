"""Asking a running house why nobody has got a work, as an agent's tool asks it."""

import asyncio
import time
from contextlib import suppress
from typing import Any
from uuid import uuid4

import orjson
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from services.cli.follow import House, opened
from services.cli.tail import Tail
from shared.contracts.topics import AGENTS, work

ANSWER_WITHIN = 5.0
ASKER = "relais-explain"


async def excluded(house: House, pool: str, work_id: str) -> list[dict[str, Any]] | None:
    """Everybody known who may not get this work now, each with the first rule that says so (`agent_id`,
    `rule`, `fr`, `en`); `None` when no dispatcher has answered within `ANSWER_WITHIN` seconds."""
    async with opened(house) as reader:
        ends = {place: (await reader.bounds(*place))[1] for place in house.places([work(pool)])}
    question = uuid4().hex
    if not await _send(house, {"type": "why", "id": question, "agent_id": ASKER, "work_id": work_id}):
        return None
    deadline = time.monotonic() + ANSWER_WITHIN
    async with Tail(house, ends) as tail:
        while time.monotonic() < deadline:
            for record in await tail.more():
                told = orjson.loads(record.value or b"{}")
                if told.get("command_id") == question:
                    return list(told.get("excluded", ()))
    return None


async def _send(house: House, command: dict[str, str]) -> bool:
    producer = AIOKafkaProducer(bootstrap_servers=house.kafka, acks="all", request_timeout_ms=5000)
    try:
        await producer.start()
        await producer.send_and_wait(AGENTS.name(house.namespace), orjson.dumps(command), key=ASKER.encode())
    except KafkaError:
        return False
    finally:
        with suppress(KafkaError, asyncio.TimeoutError):
            await producer.stop()
    return True
