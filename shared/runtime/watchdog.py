"""Ends a process that no longer gets anywhere. The supervisor starts it again and the book keeps
what was decided, so ending is always safe; staying stuck is not."""

import asyncio
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from shared.runtime import logs
from shared.runtime.vitals import Vitals

EXIT_BUG = 70
EXIT_STUCK = 71
EXIT_BLOCKED = 72
EXIT_SLOW_STOP = 73
_log = logs.get("watchdog")


def end(code: int, event: str, error: BaseException | None = None) -> None:
    """Log the last word and end at once, without cleaning up; unheard where even a word is too much."""
    try:
        if error is None:
            _log.critical(event, code=code)
        else:
            _log.critical(event, code=code, **logs.describe(error))
    finally:
        os._exit(code)


def start_vital(name: str, work: Callable[[], object]) -> None:
    """Start a thread that the process does not outlive: without its watchdog or its health server it
    would only seem to live. Nothing on the way to this end needs memory, for want of which threads die."""

    def live() -> None:
        try:
            with fatal("thread_died"):
                work()
        finally:
            os._exit(EXIT_BUG)

    threading.Thread(target=live, name=name, daemon=True).start()


@contextmanager
def fatal(event: str, *passing: type[Exception]) -> Iterator[None]:
    """Any failure inside ends the process, but those in `passing`."""
    try:
        yield
    except passing:
        raise
    except Exception as error:
        end(EXIT_BUG, event, error)


def watch_loop(vitals: Vitals, stuck_after: float) -> None:
    """End the process when it has not ticked for `stuck_after` seconds from now on: because something
    blocks the running event loop, or waits for what does not come, be it before the first tick."""
    loop, begun = asyncio.get_running_loop(), time.monotonic()

    def watch() -> None:
        while True:
            time.sleep(min(1.0, stuck_after / 4))
            if time.monotonic() - max(begun, vitals.beat) > stuck_after:
                turned = threading.Event()
                loop.call_soon_threadsafe(turned.set)
                if turned.wait(1.0):
                    end(EXIT_STUCK, "handler_stuck")
                end(EXIT_BLOCKED, "event_loop_blocked")

    start_vital("watchdog", watch)


def end_after(seconds: float) -> None:
    """Give a graceful stop this long."""
    timer = threading.Timer(seconds, end, (EXIT_SLOW_STOP, "stop_took_too_long"))
    timer.daemon = True
    timer.start()


class Progress:
    """Notices records that wait while the position stands still: a consumer can stop silently."""

    def __init__(self, stuck_after: float) -> None:
        self._stuck_after = stuck_after
        self._seen: dict[object, tuple[int, float]] = {}

    def forget(self) -> None:
        """Begin anew: what comes back later may not have moved, and nobody here was to blame."""
        self._seen.clear()

    def stuck(self, place: object, position: int, end: int, now: float) -> bool:
        """Whether `place` has had records waiting at the same position for too long."""
        known = self._seen.get(place)
        if position >= end or known is None or known[0] != position:
            self._seen[place] = (position, now)
            return False
        return now - known[1] > self._stuck_after
