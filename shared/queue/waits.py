"""How long customers of a pool wait until a person takes their work, told as an interval. Pure; samples are
`(opened_at, taken_at)` in milliseconds, and a wait is the opening time between them.

The interval is the narrowest of `LADDER` that is right often enough. How often it is right is measured, not
assumed: for every sample it is worked out from those taken before that one was opened, and compared with what
came. Between the k-th and the m-th of n ordered waits the next one falls with probability (m - k) / (n + 1)
whatever their distribution (order statistics), so the ranks are `tail * (n + 1)` and its mirror image.
"""

from bisect import insort
from collections.abc import Sequence
from math import ceil, floor
from typing import NamedTuple

from shared.policy.queue import Hours, Told
from shared.queue.hours import open_between

Samples = tuple[tuple[int, int], ...]
LADDER = (0.20, 0.15, 0.10, 0.05)
"""The lower quantiles tried in turn; the upper ones mirror them."""


class Measured(NamedTuple):
    """Between how many seconds of opening time a person is expected to take a work that is opened now, and
    what share of the samples that was checked against would have been told right. `None`: not known."""

    interval: tuple[int, int] | None = None
    coverage: float | None = None


class Waits:
    """What is measured of all pools, worked out again only when a pool's samples are others."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._known: dict[str, tuple[Samples, Measured]] = {}

    def measured(self, pool: str, samples: Samples, hours: Hours | None) -> Measured:
        """As `measured`. The same tuple again costs a comparison of identity."""
        known = self._known.get(pool)
        if known is None or known[0] is not samples:
            known = self._known[pool] = samples, measured(samples, hours, self._told)
        return known[1]


def interval(samples: Samples, hours: Hours | None, told: Told) -> tuple[int, int] | None:
    """What customers are told: see `Measured`. `None` when there are fewer than `told.samples`, or when no
    interval of the ladder has a coverage of `told.coverage`."""
    return measured(samples, hours, told).interval


def coverage(samples: Samples, hours: Hours | None, told: Told) -> float | None:
    """The coverage of `interval`; of the widest one tried when none is told; `None` when less than half of
    `told.samples` could be checked, each against as many before it."""
    return measured(samples, hours, told).coverage


def measured(samples: Samples, hours: Hours | None, told: Told) -> Measured:
    """Interval and coverage in one."""
    if len(samples) < told.samples:
        return Measured()
    waits = {sample: open_between(hours, *sample) for sample in samples}
    ordered, least, share = sorted(waits[s] for s in samples), max(1, told.samples // 2), None
    for tail in LADDER:
        checks = _replayed(samples, waits, tail, least)
        if len(checks) < least:
            break
        share = sum(checks) / len(checks)
        if share >= told.coverage:
            low, high = between(ordered, tail)
            return Measured((low // 1000, ceil(high / 1000)), share)
    return Measured(None, share)


def between(waits: Sequence[int], tail: float) -> tuple[int, int]:
    """The values between which the next one lies with a probability of `1 - 2 * tail`, if there are so many
    that the ranks exist, else the first and the last. `waits` are in order and not empty."""
    count = len(waits)
    low = max(1, floor(tail * (count + 1)))
    high = min(count, ceil((1 - tail) * (count + 1)))
    return waits[low - 1], waits[high - 1]


def _replayed(samples: Samples, waits: dict[tuple[int, int], int], tail: float, least: int) -> list[bool]:
    """For each sample before which at least so many were taken, whether it would have been told right."""
    known: list[int] = []
    checks: list[bool] = []
    by_taken = iter(sorted(samples, key=lambda sample: sample[1]))
    following = next(by_taken, None)
    for sample in sorted(samples):
        while following is not None and following[1] < sample[0]:
            insort(known, waits[following])
            following = next(by_taken, None)
        if len(known) >= least:
            low, high = between(known, tail)
            checks.append(low <= waits[sample] <= high)
    return checks
