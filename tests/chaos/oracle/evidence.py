"""What was seen from outside, as values. Times are monotonic seconds of the process that looked on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

Json = dict[str, Any]


class Door(NamedTuple):
    """A message that a channel published and Kafka acknowledged."""

    ref: str
    conversation: str
    id: str
    sha256: str
    at: float


class Record(NamedTuple):
    """A record on a topic; `value` is its JSON, `None` when it is none or breaks the published schema."""

    role: str
    partition: int
    offset: int
    at: float
    raw: bytes
    value: Json | None
    headers: tuple[tuple[str, bytes], ...] = ()
    stamp: int = 0
    """Its timestamp on the topic, in milliseconds."""
    key: bytes = b""

    @property
    def place(self) -> str:
        """`partition:offset`, as refs are written."""
        return f"{self.partition}:{self.offset}"


class Sample(NamedTuple):
    """A group's committed offset, and the ends of topics that were asked for after it."""

    at: float
    service: str
    role: str
    partition: int
    committed: int
    ends: dict[str, int]


class Active(NamedTuple):
    """A fault that was at work; `healed` is when everything was ready again."""

    name: str
    target: str
    start: float
    end: float
    healed: float
    detail: str = ""

    @property
    def words(self) -> str:
        """What, whom, how."""
        return " ".join(word for word in (self.name, self.target, self.detail) if word)


@dataclass
class Evidence:
    """All that the judgements may look at."""

    doors: list[Door] = field(default_factory=list)
    records: dict[str, list[Record]] = field(default_factory=dict)
    """By role; of one partition in the order of offsets."""
    samples: list[Sample] = field(default_factory=list)
    faults: list[Active] = field(default_factory=list)
    said: list[tuple[str, str]] = field(default_factory=list)
    """Where something was said that anybody of operations may read, and what."""
    canaries: tuple[str, ...] = ()
    """What must not be found there."""
    deadline: float = 60.0
    """Seconds within which a message must be settled while nothing keeps the contingency plan from it."""
    until: float = 0.0
    """When the last look was taken."""

    def of(self, *roles: str) -> list[Record]:
        """The records of these topics; `work` stands for every topic of work."""
        return [
            record
            for role, records in self.records.items()
            if role in roles or role.partition(".")[0] in roles
            for record in records
        ]


class Violation(NamedTuple):
    """Something that must never happen, and the messages it happened to."""

    judgement: str
    what: str
    refs: tuple[str, ...] = ()
