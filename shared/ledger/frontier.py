"""Which messages of one inbound partition are settled."""

from collections.abc import Iterable


class Frontier:
    """The settled offsets: everything below `at`, and sparse ones above it.

    Invariant: `at` itself is not settled, and nothing below `at` is kept.
    """

    def __init__(self, at: int = 0, above: Iterable[int] = (), gaps: Iterable[tuple[int, int]] = ()) -> None:
        self.at = at
        self.above = set(above)
        self.gaps = sorted(gaps)

    def settled(self, offset: int) -> bool:
        """Whether this offset needs no outcome any more."""
        return (
            offset < self.at
            or offset in self.above
            or any(first <= offset <= last for first, last in self.gaps)
        )

    def settle(self, offset: int) -> None:
        """Mark one offset; a settled one stays so."""
        if offset >= self.at:
            self.above.add(offset)
            self._advance()

    def skip(self, first: int, last: int) -> None:
        """Mark a whole range, however long."""
        if last >= self.at:
            self.gaps = sorted((*self.gaps, (max(first, self.at), last)))
            self._advance()

    def _advance(self) -> None:
        while True:
            if self.at in self.above:
                self.above.discard(self.at)
                self.at += 1
            elif self.gaps and self.gaps[0][0] <= self.at:
                self.at = max(self.at, self.gaps.pop(0)[1] + 1)
                self.above = {offset for offset in self.above if offset >= self.at}
            else:
                return
