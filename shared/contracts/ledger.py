"""`relais.ledger`: the entries of the book. What makes each of them valid stands in
`shared/ledger/fold.py`; whoever writes one only proposes it.
"""

from typing import Literal

import msgspec

from shared.contracts.enrichment import IntentReading, SentimentReading
from shared.contracts.inbound import Message
from shared.contracts.vocabulary import QuarantineReason, ReasonCode

Priority = Literal["normal", "high", "urgent"]


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


class _Entry(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag=_snake, tag_field="kind"):
    """Base of all entries: a value, written as JSON with its `kind`."""


class Routed(_Entry, frozen=True):
    """The router's decision on one message. `pool` is set when the route is human."""

    ref: str
    conversation: str
    route: Literal["bot", "human"]
    pool: str
    priority: Priority
    reasons: tuple[ReasonCode, ...]
    message: Message
    intents: IntentReading
    sentiment: SentimentReading
    policy: str


class Answered(_Entry, frozen=True):
    """A bot's answer. `text` is complete; `disclosure` is the part of it that says it is a machine."""

    ref: str
    conversation: str
    epoch: int
    text: str
    disclosure: str
    language: str
    source: str
    headers: dict[str, str] = {}
    """The message's trace headers, carried along."""


class HandedOver(_Entry, frozen=True):
    """A conversation passes to people. `messages` holds `(ref, message)` for refs not yet routed."""

    refs: tuple[str, ...]
    conversation: str
    epoch: int
    pool: str
    reason: ReasonCode
    messages: tuple[tuple[str, Message], ...] = ()


class Quarantined(_Entry, frozen=True):
    """A record that can be shown to nobody. `sha256` and `size` are of its value."""

    ref: str
    reason: QuarantineReason
    sha256: str
    size: int
    detail: str


class Moved(_Entry, frozen=True):
    """A message that lies outside its conversation's home; it is published again at partition `to`."""

    ref: str
    conversation: str
    to: int


class MoveDone(_Entry, frozen=True):
    """The moved message is acknowledged at its home."""

    ref: str


class CanaryPassed(_Entry, frozen=True):
    """The canary (`shared/contracts/canary.py`) has come as far as a message that nobody takes in time."""

    ref: str


class Gap(_Entry, frozen=True):
    """Offsets `first..last` of the inbound partition hold no record: transaction markers, or
    records that retention deleted before they were read."""

    first: int
    last: int


class TakenOver(_Entry, frozen=True):
    """A person takes a conversation from the bot."""

    conversation: str
    agent: str
    pool: str
    command: str


class Returned(_Entry, frozen=True):
    """A conversation without open work goes back to the bot."""

    conversation: str
    epoch: int
    by: str


class Assigned(_Entry, frozen=True):
    """An agent takes a work. The entry's own ledger offset becomes the work's fencing token."""

    work: str
    conversation: str
    agent: str
    attempt: int
    command: str


class Released(_Entry, frozen=True):
    """A work goes back to the queue."""

    work: str
    conversation: str
    agent: str
    token: int
    why: Literal["tool_lost", "declined"]
    command: str = ""


class Transferred(_Entry, frozen=True):
    """The agent who holds a work passes it on: it waits in `pool` with its age, and is not offered to
    this agent again. `note` says to the next person what they need to know."""

    work: str
    conversation: str
    agent: str
    token: int | None
    pool: str
    note: str
    command: str


class Overflowed(_Entry, frozen=True):
    """A work that nobody holds goes to another pool, for its own cannot take it."""

    work: str
    conversation: str
    pool: str
    attempt: int
    why: Literal["closed", "full"]


class OnHold(_Entry, frozen=True):
    """The agent who holds a work waits for somebody else than the customer (`on`), or does so no more."""

    work: str
    conversation: str
    agent: str
    token: int | None
    on: bool
    command: str


class Replied(_Entry, frozen=True):
    """A person's answer. `token` is `None` only for tools that do their own assignment."""

    work: str
    conversation: str
    agent: str
    token: int | None
    text: str
    command: str


class Closed(_Entry, frozen=True):
    """A work ends. `token` as in `Replied`."""

    work: str
    conversation: str
    agent: str
    token: int | None
    resolution: str
    command: str
    to_bot: bool = False
    """The conversation goes back to the bot at once."""
    disposition: str = ""
    solved: bool | None = None
    """Whether the customer's matter was resolved, if the agent said so with the close."""


class WrappedUp(_Entry, frozen=True):
    """What the agent who closed a work says of it afterwards."""

    work: str
    conversation: str
    agent: str
    token: int | None
    disposition: str
    solved: bool | None
    command: str


OfMessages = Routed | Answered | HandedOver | Quarantined | Moved | MoveDone | CanaryPassed | Gap
OfWork = Assigned | Released | Transferred | Overflowed | OnHold | Replied | Closed | WrappedUp
Entry = OfMessages | TakenOver | Returned | OfWork

_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Entry)


def encode(entry: Entry) -> bytes:
    """The entry as it lies in the book."""
    return _ENCODER.encode(entry)


def decode(value: bytes) -> Entry:
    """Read an entry; raises `msgspec.DecodeError` when it is none."""
    try:
        entry: Entry = _DECODER.decode(value)
    except (UnicodeDecodeError, RecursionError) as error:
        raise msgspec.DecodeError("no UTF-8, or nested too deeply") from error
    return entry


def kind(entry: Entry) -> str:
    """The word for this kind of entry: `routed`, `handed_over`…"""
    return str(entry.__struct_config__.tag)
