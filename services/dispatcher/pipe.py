"""Redis, asked by many at once: what is asked in one moment goes in one round trip, over one connection."""

import asyncio
from collections.abc import Sequence
from typing import Any

from redis.asyncio import ConnectionPool
from redis.asyncio.connection import AbstractConnection
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as ConnectionBroken
from redis.exceptions import ResponseError
from redis.retry import Retry

Asked = tuple[tuple[Any, ...], asyncio.Future[Any]]
"""A command, and who waits for its answer."""


class Pipe:
    """Carries commands out in the order in which they are asked for, one round trip after the other. A round
    trip has `timeout` seconds."""

    def __init__(self, url: str, timeout: float) -> None:
        pool = ConnectionPool.from_url(
            url,
            decode_responses=True,
            socket_timeout=None,
            socket_connect_timeout=None,
            retry=Retry(NoBackoff(), 0),
        )
        self._connection: AbstractConnection = pool.make_connection()  # type: ignore[no-untyped-call]
        self._timeout = timeout
        self._asked: list[Asked] = []
        self._sending: asyncio.Task[None] | None = None

    async def ask(self, *command: Any) -> Any:
        """The answer. Raises what Redis said instead, or why it said nothing (`RedisError`, `OSError`,
        `TimeoutError`): then the command may have been carried out or not. It is not sent again."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._asked.append((command, answer))
        if self._sending is None:
            self._sending = asyncio.create_task(self._send())
            self._sending.add_done_callback(self._ended)
        return await answer

    async def close(self) -> None:
        """End the connection. Who waits for an answer is told; what is asked later begins another."""
        if self._sending is not None:
            self._sending.cancel()
            await asyncio.wait([self._sending])
        await self._connection.disconnect(nowait=True)

    async def _send(self) -> None:
        asked: list[Asked] = []
        try:
            while self._asked:
                asked, self._asked = self._asked, []
                _give(asked, await self._round_trip([command for command, _ in asked]))
        finally:
            self._end(asked)

    def _ended(self, sending: asyncio.Task[None]) -> None:
        """One that was cancelled before it began."""
        if self._sending is sending:
            self._end([])

    def _end(self, asked: list[Asked]) -> None:
        """Nothing more is sent, unless somebody asks again."""
        left, self._asked, self._sending = asked + self._asked, [], None
        _give(left, [ConnectionBroken("closed")] * len(left))

    async def _round_trip(self, commands: list[tuple[Any, ...]]) -> list[Any]:
        try:
            async with asyncio.timeout(self._timeout):
                await self._connection.send_packed_command(self._connection.pack_commands(commands))
                return [await self._answer() for _ in commands]
        except Exception as error:  # whatever it is, whoever asked is to know
            await self._connection.disconnect(nowait=True)
            return [error] * len(commands)

    async def _answer(self) -> Any:
        try:
            return await self._connection.read_response()
        except ResponseError as error:
            return error


def _give(asked: Sequence[Asked], answers: Sequence[Any]) -> None:
    """To everybody who still waits."""
    for (_, waits), answer in zip(asked, answers, strict=True):
        if waits.done():
            continue
        if isinstance(answer, Exception):
            waits.set_exception(answer)
        else:
            waits.set_result(answer)
