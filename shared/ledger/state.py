"""What the book says of one conversation, and what one entry changed. Values only."""

from typing import Literal, Protocol

import msgspec

from shared.contracts.ledger import Priority
from shared.contracts.vocabulary import ReasonCode
from shared.ledger.frontier import Frontier

Owner = Literal["bot", "people"]
Outcome = Literal["answered", "people", "quarantined", "duplicate", "moved"]

Spoken = tuple[int, int]
"""A message: its inbound offset, and the ledger offset of the entry that holds it."""

REMEMBERED_IDS = 64
REMEMBERED_TURNS = 12
REMEMBERED_MESSAGES = 200
REMEMBERED_COMMANDS = 64


class Work(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A conversation that needs a person, as long as it does. `id` is the inbound offset of the
    oldest message it was opened for; `token` is the ledger offset of the valid `Assigned`."""

    id: int
    pool: str
    priority: Priority
    opened_at: int
    messages: tuple[Spoken, ...] = ()
    """The last messages whose outcome this work is."""
    reason: ReasonCode = "with_people"
    """Why it was opened."""
    attempt: int = 0
    agent: str | None = None
    token: int | None = None
    commands: tuple[str, ...] = ()
    """Ids of the commands already carried out, newest last."""


class Conversation(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Times are milliseconds of the ledger records' own timestamps, offsets are of this partition."""

    owner: Owner = "bot"
    epoch: int = 0
    open: tuple[Spoken, ...] = ()
    """Messages routed to the bot and unsettled, oldest first."""
    work: Work | None = None
    pool: str = "general"
    channel: str = "unknown"
    language: str = "und"
    closed_at: int | None = None
    seen: tuple[tuple[str, int], ...] = ()
    """The last external ids with the inbound offsets they were first seen at."""
    said: tuple[int, ...] = ()
    """Ledger offsets of the last entries in which something was said, oldest first."""
    streak: int = 0
    """Automatic answers since the conversation was last with people."""
    touched: int = 0

    def original(self, external_id: str, offset: int) -> int | None:
        """The offset of an earlier message with the same external id, if it is remembered."""
        for known, first in self.seen:
            if known == external_id and first != offset:
                return first
        return None

    def external_id(self, offset: int) -> str | None:
        """The channel's own id of the message at this inbound offset, if it is remembered."""
        for known, first in self.seen:
            if first == offset:
                return known
        return None

    def is_open(self, offset: int) -> bool:
        """Whether the message at this inbound offset waits for the bot."""
        return any(ref == offset for ref, _ in self.open)


class Settled(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One message's outcome. `of` is the original's offset when the outcome is `duplicate`."""

    offset: int
    outcome: Outcome
    of: int | None = None


class Verdict(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What the book makes of an entry. When `inert` is set nothing else changed."""

    inert: str | None = None
    conversation: Conversation | None = None
    settled: tuple[Settled, ...] = ()
    passed: bool = False
    """The conversation has just passed from the bot to people."""
    opened: bool = False
    """A new work has just been opened."""
    joined: tuple[Spoken, ...] = ()
    """Messages that have just become part of the conversation's work."""
    work: Work | None = None
    """The work concerned, as it was last (a closed work is no longer in `conversation`)."""


class BookView(Protocol):
    """What the fold may ask of the book; see `Book`."""

    open: dict[int, str]
    moving: dict[int, int]
    frontier: Frontier

    def conversation(self, conversation_id: str) -> Conversation: ...
    def here(self, ref: str) -> int: ...
    def taken(self, ref: str) -> str | None: ...
    def unsettled(self, offset: int) -> bool: ...
