"""The lanes in which works wait, each in the order of its ranks."""

from sortedcontainers import SortedList

LOOK = 2
"""How many works of a lane are looked at from its front: they all want the same of an agent, so the first few
tell for the rest."""


class Lanes:
    """Sorted lists of `(rank, work)`; an empty lane is none."""

    def __init__(self) -> None:
        self._lanes: dict[str, SortedList] = {}
        self._looked: dict[str, int] = {}

    def add(self, lane: str, rank: int, work: str) -> None:
        """Let a work wait."""
        self._lanes.setdefault(lane, SortedList()).add((rank, work))

    def discard(self, lane: str, rank: int, work: str) -> None:
        """A work waits no more, if it did."""
        waiting = self._lanes.get(lane)
        if waiting is None:
            return
        waiting.discard((rank, work))
        if not waiting:
            del self._lanes[lane]
            self._looked.pop(lane, None)

    def look(self, far: int, wide: bool) -> list[list[str]]:
        """The first works of every lane and, in a wide look, a stretch of those behind them, another one
        each time: however many that nobody can take are in front, every work is looked at."""
        return [
            [work for _, work in waiting[:far]] + (self._behind(lane, far) if wide else [])
            for lane, waiting in self._lanes.items()
        ]

    def _behind(self, lane: str, far: int) -> list[str]:
        waiting = self._lanes[lane]
        if len(waiting) < far:
            return []
        start = self._looked.get(lane, far)
        behind = waiting[start : start + far]
        self._looked[lane] = far if len(behind) < far else start + far
        return [work for _, work in behind]
