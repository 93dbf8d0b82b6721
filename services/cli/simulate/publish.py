"""Publishing letters as a channel would: in order, at a rate, through absences of the broker."""

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine, Sequence
from types import TracebackType
from typing import Any, Self

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, KafkaTimeoutError

from services.cli.follow import House
from services.cli.simulate.account import Letter
from shared.contracts.errors import UserMistake
from shared.contracts.placement import home
from shared.contracts.topics import INBOUND

MARK = "relais-simulation"
"""The header by which a run finds its own records again: `<run>/<number>`."""
PATIENCE_MS = 60_000
STOP_WITHIN = 5.0
Accept = Callable[[int], None]
"""Told the number of each letter that is acknowledged."""
Outcome = Callable[[int], Coroutine[Any, Any, None]]
"""Returns when the letter of this number has its outcome."""


class Publisher:
    """An async context manager around an idempotent producer that waits for all replicas."""

    def __init__(self, house: House, run: str, accept: Accept) -> None:
        self._house = house
        self._run = run
        self._accept = accept
        self._producer = AIOKafkaProducer(
            bootstrap_servers=house.kafka,
            client_id="relais-simulate",
            acks="all",
            enable_idempotence=True,
            request_timeout_ms=PATIENCE_MS,
            max_request_size=INBOUND.max_bytes,
        )
        self._waiting: set[asyncio.Future[object]] = set()

    async def __aenter__(self) -> Self:
        try:
            await self._producer.start()
        except KafkaError as error:
            raise UserMistake(
                f"Kafka does not answer at {self._house.kafka}: is it running there?"
            ) from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(TimeoutError, KafkaError):
            await asyncio.wait_for(self._producer.stop(), STOP_WITHIN)

    async def publish(self, letters: Sequence[Letter], rate: float) -> None:
        """Send all letters, `rate` a second (0: unlimited); returns when each is acknowledged or given
        up. After an absence of the broker it catches up with the rate."""
        began = time.monotonic()
        for count, letter in enumerate(letters):
            await _until(began + count / rate if rate else 0.0)
            await self._send(letter)
        await self._acknowledged()

    async def converse(self, letters: Sequence[Letter], outcome: Outcome, within: float) -> None:
        """Send all letters as people would: conversations side by side, and in each the next one when
        the one before has its outcome, or after `within` seconds."""
        conversations: defaultdict[str, list[Letter]] = defaultdict(list)
        for letter in letters:
            conversations[letter.conversation_id].append(letter)
        async with asyncio.TaskGroup() as talking:
            for turns in conversations.values():
                talking.create_task(self._talk(turns, outcome, within))
        await self._acknowledged()

    async def _talk(self, turns: Sequence[Letter], outcome: Outcome, within: float) -> None:
        for letter in turns:
            await self._send(letter)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(outcome(letter.number), within)

    async def _send(self, letter: Letter) -> None:
        partitions = self._house.partitions
        at_home = home(letter.conversation_id, partitions)
        while True:
            try:
                sent = await self._producer.send(
                    INBOUND.name(self._house.namespace),
                    letter.value,
                    key=letter.conversation_id.encode(),
                    partition=(at_home + 1) % partitions if letter.elsewhere else at_home,
                    headers=[(MARK, f"{self._run}/{letter.number}".encode())],
                )
            except KafkaTimeoutError:
                continue  # there was no room for it yet, so it is not on its way
            except KafkaError:
                return  # it will be missing among the accepted ones
            break
        self._waiting.add(sent)
        sent.add_done_callback(lambda done: self._done(letter.number, done))

    def _done(self, number: int, sent: asyncio.Future[object]) -> None:
        self._waiting.discard(sent)
        if not sent.cancelled() and sent.exception() is None:
            self._accept(number)

    async def _acknowledged(self) -> None:
        await asyncio.gather(*self._waiting, return_exceptions=True)


async def _until(moment: float) -> None:
    ahead = moment - time.monotonic()
    if ahead > 0.001:
        await asyncio.sleep(ahead)
