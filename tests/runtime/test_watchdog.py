"""When a process has got stuck, and that it then ends at once."""

from __future__ import annotations

import os

import pytest

from shared.runtime.watchdog import EXIT_BUG, Progress, fatal

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


def test_a_fatal_failure_ends_the_process_and_a_cancellation_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def end(code: int) -> None:
        raise Ended(code)

    monkeypatch.setattr(os, "_exit", end)
    with pytest.raises(Ended) as ended, fatal("it_failed"):
        raise ValueError
    assert ended.value.args == (EXIT_BUG,)
    with pytest.raises(KeyboardInterrupt), fatal("it_failed"):
        raise KeyboardInterrupt
