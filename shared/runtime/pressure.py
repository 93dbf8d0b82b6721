"""Holds reading back while too much of what was read waits in memory for something else."""


class Pressure:
    """Closed from `most` bytes on, open again below half of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.closed = False

    def judge(self, held: int) -> bool:
        """Whether nothing more is to be read while `held` bytes wait."""
        self.closed = held > (self._most // 2 if self.closed else self._most)
        return self.closed
