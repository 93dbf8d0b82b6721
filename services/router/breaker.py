"""Keeps traffic away from a bot that does not answer. It needs no health checks: the book says
which conversations the bot left unanswered and which it answered."""


class Breaker:
    """Closed at first. Opens after `after` late conversations without an answer in between; while
    open it lets one message through every `probe_every` seconds; an answer closes it."""

    def __init__(self, after: int, probe_every: float) -> None:
        self._after = after
        self._probe_every = probe_every
        self._late = 0
        self._probed = 0.0

    @property
    def open(self) -> bool:
        """Whether messages are kept away."""
        return self._late >= self._after

    def late(self, now: float) -> None:
        """A conversation was handed over because the bot did not answer."""
        if not self.open:
            self._probed = now
        self._late += 1

    def answered(self) -> None:
        """The bot answered, be it that a person is needed."""
        self._late = 0

    def blocks(self, now: float) -> bool:
        """Whether the next message is kept away from the bot."""
        if not self.open:
            return False
        if now - self._probed < self._probe_every:
            return True
        self._probed = now
        return False
