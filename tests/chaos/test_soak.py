"""A leak is seen, a warm-up and a steady up and down are not."""

from __future__ import annotations

import os

import pytest

from tests.chaos.soak import FEW, WARM, Seen, Soak, grown, look


@pytest.mark.parametrize(
    ("samples", "found"),
    [
        ([Seen(80, 20)] * 60, []),
        ([Seen(80 + n % 7, 20 + n % 3) for n in range(60)], []),
        ([Seen(80 + n, 20) for n in range(60)], ["memory grew from 90 to 130"]),
        ([Seen(80, 20 + n) for n in range(60)], ["files grew from 30 to 70"]),
        ([Seen(80 + 10 * n, 20) for n in range(10)], ["seen for too short a time to say"]),
    ],
    ids=["flat", "up and down", "more memory", "more files", "too short to say"],
)
def test_growth_is_what_the_last_third_has_more_than_the_first(samples: list[Seen], found: list[str]) -> None:
    assert grown(samples) == found


def test_who_was_started_again_is_not_called_flat() -> None:
    soak = Soak(house=None)  # type: ignore[arg-type]
    for pid in (1, 2):
        soak.seen["router-1", pid] = [Seen(80, 20)] * (WARM + 3 * FEW)
    soak.seen["bot-1", 3] = [Seen(80, 20)] * (WARM + 3 * FEW)
    assert soak.growth() == ["router-1: ran 2 times"]


def test_a_process_is_looked_at_and_one_that_is_gone_is_an_error() -> None:
    now = look(os.getpid())
    assert now.memory > 10
    assert now.files >= 3
    with pytest.raises(OSError, match="No such file"):
        look(2**22 + 1)
