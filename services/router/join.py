"""Meeting of a message with its readings, by position, in memory, in inbound order.

A message waits for a reading as long as its enricher is getting on towards it, and a bounded time
once the enricher is silent or has gone past it.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import Generic, TypeVar

from shared.contracts.enrichment import IntentReading, SentimentReading
from shared.contracts.inbound import Message

R = TypeVar("R")


class Side(Generic[R]):
    """The readings of one enricher, by the inbound offset they belong to."""

    def __init__(self, opened: float, start_wait: float, wait: float) -> None:
        self._wait = wait
        self._heard = opened + start_wait - wait
        self._highest = -1
        self._readings: dict[int, R] = {}
        self._places: deque[tuple[int, int]] = deque()
        self._next = 0

    def add(self, at: int, offset: int, reading: R, wanted: bool, now: float) -> None:
        """A record at position `at` of the enricher's topic, for the message at `offset`."""
        self._next = at + 1
        self._places.append((at, offset))
        self._highest = max(self._highest, offset)
        self._heard = now
        if wanted:
            self._readings.setdefault(offset, reading)

    def pop(self, offset: int) -> R | None:
        """The reading for a message, if it has come."""
        return self._readings.pop(offset, None)

    def has(self, offset: int) -> bool:
        """Whether the reading has come."""
        return offset in self._readings

    def due(self, offset: int, since: float) -> float:
        """When to stop waiting for a message that came at `since`."""
        return (since if self._highest >= offset else max(since, self._heard)) + self._wait

    def needed_from(self, frontier: int, otherwise: int) -> int:
        """The first position that belongs to a message at or above `frontier`."""
        while self._places and self._places[0][1] < frontier:
            _, offset = self._places.popleft()
            self._readings.pop(offset, None)
        if self._places:
            return self._places[0][0]
        return self._next or otherwise


@dataclass(slots=True)
class Waiting:
    """A message that waits for its readings; `at` is its record's time in milliseconds."""

    message: Message
    since: float
    at: int
    size: int


@dataclass(frozen=True, slots=True)
class Joined:
    """A message with what the enrichers said, or a failure in place of what they did not say."""

    offset: int
    message: Message
    at: int
    intents: IntentReading
    sentiment: SentimentReading


class Join:
    """The messages of one partition that are not routed yet."""

    def __init__(self, opened: float, start_wait: float, wait: float) -> None:
        self.intents: Side[IntentReading] = Side(opened, start_wait, wait)
        self.sentiments: Side[SentimentReading] = Side(opened, start_wait, wait)
        self._waiting: OrderedDict[int, Waiting] = OrderedDict()
        self.size = 0
        """Bytes of the records of all that wait."""

    def add(self, offset: int, message: Message, at: int, now: float, size: int = 0) -> None:
        """A message has arrived, in a record of `size` bytes."""
        self._waiting[offset] = Waiting(message, now, at, size)
        self.size += size

    def waits(self, offset: int) -> bool:
        """Whether the message is here."""
        return offset in self._waiting

    def drop(self, offset: int) -> None:
        """The message was settled by somebody else."""
        waiting = self._waiting.pop(offset, None)
        self.size -= waiting.size if waiting else 0

    def take(self, now: float) -> list[Joined]:
        """The messages that are complete or have waited long enough, in order; the first one that
        must still wait holds back those behind it."""
        taken = []
        while self._waiting:
            offset = next(iter(self._waiting))
            waiting = self._waiting[offset]
            if not self._finished(offset, waiting.since, now):
                break
            self.drop(offset)
            intents = self.intents.pop(offset) or IntentReading(failed="late")
            sentiment = self.sentiments.pop(offset) or SentimentReading(failed="late")
            taken.append(Joined(offset, waiting.message, waiting.at, intents, sentiment))
        return taken

    def _finished(self, offset: int, since: float, now: float) -> bool:
        return all(
            side.has(offset) or now >= side.due(offset, since) for side in (self.intents, self.sentiments)
        )
