"""Every way in which an error's text could find its way into a log, one after the other."""

import asyncio
import logging
import sys
import threading
import warnings

CANARY = "Zorglubine"
"""Stands for a customer's words."""


async def mutter() -> None:
    """Returns when all of it was said."""
    loop = asyncio.get_running_loop()
    loop.call_soon(_fail, CANARY)
    abandoned = asyncio.create_task(_fails())
    await asyncio.wait([abandoned])
    del abandoned
    for name in ("aiokafka.consumer.fetcher", "faststream.access.kafka", "asyncio"):
        _through(logging.getLogger(name))
    thread = threading.Thread(target=_fail, args=(CANARY,))
    thread.start()
    thread.join()
    _Unraisable()
    warnings.warn(CANARY, stacklevel=1)
    await asyncio.sleep(0)


def _through(log: logging.Logger) -> None:
    try:
        _fail(CANARY)
    except ValueError as error:
        log.exception("a template with an error: %s", error)
        log.error("the same, as its representation: %r", error)
        log.error(f"a sentence made beforehand: {error}")
        log.error(error)
        log.error("%(text)s", {"text": CANARY})
        log.warning("two of them: %s %d", CANARY, 3, exc_info=(type(error), error, sys.exc_info()[2]))


def _fail(text: str) -> None:
    raise ValueError(text)


async def _fails() -> None:
    _fail(CANARY)


class _Unraisable:
    def __del__(self) -> None:
        _fail(CANARY)
