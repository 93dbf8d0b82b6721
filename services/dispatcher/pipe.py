"""Redis, asked by many at once: what is asked in one moment goes in one round trip."""

import asyncio
from typing import Any

from redis.asyncio import Redis


class Pipe:
    """Carries commands out in the order in which they are asked for, one round trip after the other."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._asked: list[tuple[tuple[Any, ...], asyncio.Future[Any]]] = []
        self._sending: asyncio.Task[None] | None = None

    async def ask(self, *command: Any) -> Any:
        """The answer. Raises what Redis said instead, or why it said nothing (`RedisError`, `OSError`,
        `TimeoutError`): then the command may have been carried out or not."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._asked.append((command, answer))
        if self._sending is None:
            self._sending = asyncio.create_task(self._send())
        return await answer

    async def _send(self) -> None:
        while self._asked:
            asked, self._asked = self._asked, []
            found = await self._round_trip([command for command, _ in asked])
            for (_, answer), one in zip(asked, found, strict=True):
                if answer.done():  # nobody waits for it any more
                    continue
                if isinstance(one, Exception):
                    answer.set_exception(one)
                else:
                    answer.set_result(one)
        self._sending = None

    async def _round_trip(self, commands: list[tuple[Any, ...]]) -> list[Any]:
        pipeline = self._redis.pipeline(transaction=False)
        for command in commands:
            pipeline.execute_command(*command)
        try:
            found: list[Any] = await pipeline.execute(raise_on_error=False)
        except Exception as error:  # whatever it is, whoever asked is to know
            return [error] * len(commands)
        return found
