"""When a process has got stuck, and that it then ends at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from shared.runtime import watchdog
from shared.runtime.watchdog import EXIT_BUG, EXIT_STUCK, Progress, end, fatal

LIMIT = 30.0
LOOKS: dict[str, tuple[list[tuple[int, int, float]], bool]] = {
    "nothing waits": ([(5, 5, 0), (5, 5, 100)], False),
    "the first look is never too late": ([(5, 9, 1000)], False),
    "records wait, but not for long": ([(5, 9, 0), (5, 9, 30)], False),
    "records wait for too long": ([(5, 9, 0), (5, 9, 31)], True),
    "more and more records wait": ([(5, 9, 0), (5, 20, 16), (5, 99, 31)], True),
    "the position moves, slowly": ([(5, 9, 0), (6, 9, 31), (7, 9, 62)], False),
    "it moved, and then stood still": ([(5, 9, 0), (6, 9, 20), (6, 9, 51)], True),
    "it stood still because there was nothing": ([(5, 5, 0), (5, 5, 100), (5, 9, 101)], False),
    "it went back after a restore": ([(5, 9, 0), (2, 9, 31)], False),
}
"""Looks at one place: position, end, time; and whether the last one finds it stuck."""


@pytest.mark.parametrize("name", LOOKS)
def test_records_that_wait_while_the_position_stands_still_are_noticed(name: str) -> None:
    looks, stuck = LOOKS[name]
    progress = Progress(LIMIT)
    assert [progress.stuck("place", *look) for look in looks][-1] == stuck


def test_every_place_is_looked_at_by_itself() -> None:
    progress = Progress(LIMIT)
    progress.stuck("one", 5, 9, 0)
    assert not progress.stuck("two", 5, 9, 31)
    assert progress.stuck("one", 5, 9, 31)


def test_a_partition_that_comes_back_has_not_been_stuck_meanwhile() -> None:
    progress = Progress(LIMIT)
    progress.stuck("place", 5, 5, 0)
    progress.forget()
    assert not progress.stuck("place", 5, 9, 100)


class Ended(BaseException):
    """Stands for the end of the process."""


@pytest.fixture(autouse=True)
def _no_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(code: int) -> None:
        raise Ended(code)

    monkeypatch.setattr(os, "_exit", ended)


def test_a_fatal_failure_ends_the_process_and_a_cancellation_does_not() -> None:
    with pytest.raises(Ended) as ended, fatal("it_failed"):
        raise ValueError
    assert ended.value.args == (EXIT_BUG,)
    with pytest.raises(KeyboardInterrupt), fatal("it_failed"):
        raise KeyboardInterrupt


def test_there_is_an_end_even_where_there_is_no_memory_for_the_last_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class NoMemory:
        def critical(self, *_: object, **__: Any) -> None:
            raise MemoryError

    monkeypatch.setattr(watchdog, "_log", NoMemory())
    with pytest.raises(Ended) as ended:
        end(EXIT_STUCK, "handler_stuck")
    assert ended.value.args == (EXIT_STUCK,)


DYING = {
    "of an error": "start_vital('health', lambda: 1 / 0)",
    "for want of memory": "start_vital('health', lambda: exec('raise MemoryError'))",
    "because it has nothing more to do": "start_vital('health', lambda: None)",
}
"""Why a thread may be over while the rest of the process would live on."""


@pytest.mark.parametrize("name", DYING)
def test_no_process_outlives_a_vital_thread(name: str) -> None:
    program = f"import time; from shared.runtime.watchdog import start_vital; {DYING[name]}; time.sleep(60)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == EXIT_BUG
