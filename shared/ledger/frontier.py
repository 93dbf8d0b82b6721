"""Which messages of one inbound partition are settled."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from operator import itemgetter

_FIRST, _LAST = itemgetter(0), itemgetter(1)


class Frontier:
    """The settled offsets: everything below `at`, sparse ones and whole ranges above it.

    Invariant: `at` itself is not settled, nothing below `at` is kept, no offset is kept twice, and
    the ranges are in order.
    """

    def __init__(self, at: int = 0, above: Iterable[int] = (), gaps: Iterable[tuple[int, int]] = ()) -> None:
        self.at = at
        self.above = set(above)
        self.gaps = sorted(gaps)

    def settled(self, offset: int) -> bool:
        """Whether this offset needs no outcome any more."""
        if offset < self.at or offset in self.above:
            return True
        place = bisect_left(self.gaps, offset, key=_LAST)
        return place < len(self.gaps) and self.gaps[place][0] <= offset

    def runs(self) -> tuple[list[int], list[tuple[int, int]]]:
        """What is settled above `at` in its shortest form: lone offsets, and ranges of several."""
        joined: list[tuple[int, int]] = []
        for first, last in sorted([*((offset, offset) for offset in self.above), *self.gaps]):
            if joined and first == joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], last)
            else:
                joined.append((first, last))
        lone = [first for first, last in joined if first == last]
        return lone, [(first, last) for first, last in joined if first < last]

    def settle(self, offset: int) -> None:
        """Mark one offset; a settled one stays so."""
        if not self.settled(offset):
            self.above.add(offset)
            self._advance()

    def missing(self, first: int, last: int) -> int:
        """How many offsets of the range are not settled."""
        first = max(first, self.at)
        if first > last:
            return 0
        inside = sum(min(end, last) - max(start, first) + 1 for start, end in self._touched(first, last))
        return last - first + 1 - inside - len(self._above_in(first, last))

    def skip(self, first: int, last: int) -> None:
        """Mark a whole range, however long."""
        first = max(first, self.at)
        if first > last:
            return
        self.above.difference_update(self._above_in(first, last))
        touched = self._touched(first, last)
        place = bisect_left(self.gaps, first, key=_LAST)
        starts, ends = [first, *map(_FIRST, touched)], [last, *map(_LAST, touched)]
        self.gaps[place : place + len(touched)] = [(min(starts), max(ends))]
        self._advance()

    def _touched(self, first: int, last: int) -> list[tuple[int, int]]:
        return self.gaps[bisect_left(self.gaps, first, key=_LAST) : bisect_right(self.gaps, last, key=_FIRST)]

    def _above_in(self, first: int, last: int) -> list[int]:
        """The single offsets in a range, at the cost of the smaller of the two."""
        if last - first < len(self.above):
            return [offset for offset in range(first, last + 1) if offset in self.above]
        return [offset for offset in self.above if first <= offset <= last]

    def _advance(self) -> None:
        while True:
            if self.at in self.above:
                self.above.discard(self.at)
                self.at += 1
            elif self.gaps and self.gaps[0][0] == self.at:
                self.at = self.gaps.pop(0)[1] + 1
            else:
                return
