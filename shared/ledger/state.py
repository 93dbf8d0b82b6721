"""What the book says of one conversation, and what one entry changed. Values only."""

from typing import Literal, NamedTuple, Protocol

import msgspec

from shared.contracts.ledger import Priority
from shared.contracts.vocabulary import ReasonCode
from shared.ledger.frontier import Frontier
from shared.queue.values import Turn

Owner = Literal["bot", "people"]
Outcome = Literal["answered", "people", "quarantined", "duplicate", "moved", "canary"]

Spoken = tuple[int, int]
"""A message: its inbound offset, and the ledger offset of the entry that holds it."""

REMEMBERED_IDS = 64
REMEMBERED_TURNS = 12
REMEMBERED_MESSAGES = 200
REMEMBERED_COMMANDS = 64
REMEMBERED_SIGNS = 8

MOST_TRANSFERS = 3
"""How often a work may be passed on from person to person."""
MOST_MOVES = 2
"""A conversation that has passed between bot and people so often does not go back to the bot."""
AFRESH_MS = 72 * 3_600_000
"""A conversation whose work closed longer ago than this by the records' own times is decided afresh; a work
opened within it is the same matter come back."""


class Place(NamedTuple):
    """Where an entry lies: its ledger offset, and its record's timestamp in milliseconds."""

    offset: int
    at: int


class Reading(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What was read from one or more messages that matters to the people who get them."""

    severity: float = 0.0
    """The greatest frustration, 0 to 1."""
    tier: str = ""
    """The customer's, as the channel said it last."""
    intent: str = ""
    """The first that could be relied on."""
    signs: tuple[str, ...] = ()


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
    severity: float = 0.0
    """The greatest frustration of its messages, 0 to 1."""
    tier: str = ""
    """The customer's, as the channel said it last."""
    intent: str = ""
    """Of the message it was opened for: the first that could be relied on."""
    signs: tuple[str, ...] = ()
    """Of all its messages: danger, legal and others."""
    contacts: int = 0
    """How often in a row the customer has come back after a work was closed."""
    since: int = 0
    """When its stay in this pool began: it was opened, transferred or overflowed into it."""
    transfers: int = 0
    excluded: tuple[str, ...] = ()
    """The agents who transferred it."""
    note_at: int | None = None
    """Ledger offset of the last valid `Transferred`, which holds the note."""
    turn: Turn = "ours"
    turn_at: int = 0
    """Since when it is so; for the customer's turn, when they were answered last."""
    waiting_since: int | None = None
    """When the first message came that no person has answered yet."""
    taken_at: int | None = None
    """When a person took it first."""
    answered_at: int | None = None
    """A person's first reply since it was opened or transferred."""


class Wrapping(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A closed work of which its last holder has not said yet what it was about."""

    work: int
    """As `Work.id`."""
    pool: str
    agent: str
    token: int | None = None


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
    reading: Reading | None = None
    """Of the messages routed to the bot since it last had none open."""
    customer: str = ""
    """Who writes (`readings.customer_of`)."""
    last_agent: str = ""
    """Who last replied or closed a work, and when."""
    last_spoke: int = 0
    moves: int = 0
    """Passings between bot and people since it was last decided afresh."""
    contacts: int = 0
    """As `Work.contacts`, of the last work."""
    wrapping: Wrapping | None = None

    def saying(self, place: Place) -> tuple[int, ...]:
        """`said` with the entry at `place`."""
        return (*self.said, place.offset)[-REMEMBERED_TURNS:]

    def afresh(self, at: int) -> bool:
        """Whether its work closed so long before `at` (milliseconds) that all is decided anew."""
        return self.closed_at is not None and at - self.closed_at > AFRESH_MS

    def came_back(self, at: int) -> bool:
        """Whether a work opened at `at` continues what a person spoke of before."""
        return bool(self.last_spoke) and at - self.last_spoke <= AFRESH_MS

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

    def name_of(self, offset: int | None, partition: int) -> str:
        """What a channel calls the message at this inbound offset: its own id, or the ref when that is
        forgotten; `None`: the last message."""
        if offset is None:
            return self.seen[-1][0] if self.seen else ""
        return self.external_id(offset) or f"{partition}:{offset}"

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
    kept: bool = False
    """The agent gave the conversation back to the bot, but it has changed hands too often: people keep it."""
    wrapped: Wrapping | None = None
    """The closed work that has just been wrapped up."""
    waited: tuple[int, int] | None = None
    """From when to when the work waited in its pool, when a person has just taken it for the first time."""


def inert(why: str) -> Verdict:
    """The verdict on an entry that changes nothing."""
    return Verdict(inert=why)


class BookView(Protocol):
    """What the fold may ask of the book; see `Book`."""

    open: dict[int, str]
    moving: dict[int, int]
    frontier: Frontier

    def conversation(self, conversation_id: str) -> Conversation: ...
    def here(self, ref: str) -> int: ...
    def taken(self, ref: str) -> str | None: ...
    def unsettled(self, offset: int) -> bool: ...
