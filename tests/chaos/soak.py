"""Whether memory and open files stay flat as long as nobody is started anew."""

from __future__ import annotations

import resource
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import NamedTuple, Self

from tests.chaos.house import PairHouse

EVERY = 2.0
WARM = 60
"""Samples at the beginning that are not looked at: what is loaded when it is first needed is no leak."""
MEMORY, FILES = 1.15, 1.25
"""How much more the last third may have than the first."""
FEW = 12


class Seen(NamedTuple):
    """A process at one time: megabytes in memory, open files."""

    memory: float
    files: int


class Soak:
    """`with Soak(house) as soak: …; soak.growth()`: samples every process of a house by a thread."""

    def __init__(self, house: PairHouse) -> None:
        self._house = house
        self.seen: dict[tuple[str, int], list[Seen]] = defaultdict(list)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="soak")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(EVERY):
            for label, process in list(self._house.processes.items()):
                with suppress(OSError):
                    self.seen[label, process.pid].append(look(process.pid))

    def growth(self) -> list[str]:
        """Who grew, in words, and of whom it cannot be said."""
        processes = Counter(label for label, _ in self.seen)
        again = [f"{label}: ran {times} times" for label, times in processes.items() if times > 1]
        return again + [
            f"{label}: {why}" for (label, _), samples in self.seen.items() for why in grown(samples[WARM:])
        ]

    def words(self) -> list[str]:
        """A line for each process."""
        lines = [""]
        for (label, pid), samples in sorted(self.seen.items()):
            first, last, most = samples[0], samples[-1], max(s.memory for s in samples)
            span = time.strftime("%H:%M:%S", time.gmtime(len(samples) * EVERY))
            memory = f"{first.memory:.0f} to {last.memory:.0f} MB (at most {most:.0f})"
            lines.append(f"{label:>20}  {pid}  {span}  {memory}, {first.files} to {last.files} open files")
        return [*lines, *(self.growth() or ["Memory and open files stay flat."])]


def look(pid: int) -> Seen:
    """The process now; `OSError` when it is gone."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    files = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return Seen(pages * resource.getpagesize() / 1e6, files)


def grown(samples: Sequence[Seen]) -> list[str]:
    """What the last third of the samples has much more of than the first, or that they are too few."""
    third = len(samples) // 3
    if third < FEW:
        return ["seen for too short a time to say"]
    begin, end = samples[:third], samples[-third:]
    found = []
    for what, limit in (("memory", MEMORY), ("files", FILES)):
        before = median(getattr(sample, what) for sample in begin)
        after = median(getattr(sample, what) for sample in end)
        if after > before * limit:
            found.append(f"{what} grew from {before:.0f} to {after:.0f}")
    return found
