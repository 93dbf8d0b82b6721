"""What the oracle's book is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

REMEMBERED = 64


class Outcome(NamedTuple):
    """`kind` is answered, people, quarantined, duplicate, moved, canary or gap; `place` the entry's ledger
    offset; `to` the work, the original, or the partition; `conversation` the one that the entry names."""

    kind: str
    place: int
    at: float
    to: str = ""
    conversation: str = ""


class Holding(NamedTuple):
    """An agent holds a work from the ledger offset `token` to the offset `until` (`None`: still)."""

    work: str
    agent: str
    token: int
    until: int | None = None


@dataclass
class Work:
    """An open work; `agent` and `token` when somebody holds it, `since`: when it began to wait."""

    id: int
    since: float
    agent: str | None = None
    token: int | None = None
    attempt: int = 0
    transfers: int = 0
    commands: list[str] = field(default_factory=list)


@dataclass
class Talk:
    """One conversation."""

    owner: str = "bot"
    epoch: int = 0
    open: list[int] = field(default_factory=list)
    work: Work | None = None
    seen: list[tuple[str, int]] = field(default_factory=list)
    moves: int = 0
    closed_at: int | None = None
    """When its last work was closed, by the record."""
    to_wrap_up: tuple[int, str, int | None] | None = None
    """A closed work of which more is to be said: its id, by whom, with which token."""

    def pass_to(self, owner: str) -> None:
        """Change hands; nothing changes for who has it already."""
        passed = self.owner != owner
        self.owner, self.epoch, self.moves = owner, self.epoch + passed, self.moves + passed

    def heard(self, identifier: str, offset: int) -> int | None:
        """Remember the message; the offset of an earlier one with the same id, if there was one."""
        first = next((at for known, at in self.seen if known == identifier), None)
        if first is None:
            self.seen = [*self.seen, (identifier, offset)][-REMEMBERED:]
        return None if first in (None, offset) else first


class Inert(Exception):
    """The entry changes nothing; the text says why."""
