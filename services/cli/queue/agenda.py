"""What will happen, in order of time."""

from collections.abc import Awaitable, Callable
from heapq import heappop, heappush
from typing import Any

from services.cli.queue.house import Clock

Happens = Callable[..., Awaitable[None] | None]


class Agenda:
    """Events by time; what was noted first happens first at the same time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._events: list[tuple[int, int, Happens, tuple[Any, ...]]] = []
        self._noted = 0

    @property
    def now(self) -> int:
        """What time it is, in ms since the epoch."""
        return self._clock.now

    def at(self, when: int, do: Happens, *given: Any) -> None:
        """Let something happen, not before now."""
        self._noted += 1
        heappush(self._events, (max(when, self._clock.now), self._noted, do, given))

    def after(self, span: int, do: Happens, *given: Any) -> None:
        """Let something happen so many ms from now."""
        self.at(self._clock.now + span, do, *given)

    async def run(self, until: int, afterwards: Callable[[], Awaitable[None]]) -> None:
        """Let everything happen that is due before `until`; `afterwards` after each event."""
        while self._events and self._events[0][0] < until:
            self._clock.now, _, do, given = heappop(self._events)
            done = do(*given)
            if done is not None:
                await done
            await afterwards()
        self._clock.now = until
