"""What leaves Relais: `relais.replies`, `relais.work.<pool>` and `relais.quarantine`."""

from dataclasses import dataclass, field
from typing import Any, Literal

from shared.contracts.inbound import Message
from shared.contracts.vocabulary import QuarantineReason

Purpose = Literal["answer", "acknowledgement", "information"]


@dataclass(frozen=True, slots=True)
class Author:
    """Who speaks: the bot, an agent, or Relais itself with a notice."""

    kind: Literal["bot", "agent", "notice"]
    id: str


@dataclass(frozen=True, slots=True)
class Reply:
    """Something to send to the customer. Send it once per `idempotency_key`: a repeated record has
    the same key and the same bytes. `text` is complete; for a bot, `disclosure` repeats the part of
    it that says it is a machine and how to reach a person, for channels that show it elsewhere."""

    id: str
    ref: str
    in_reply_to: str
    conversation_id: str
    channel: str
    author: Author
    text: str
    language: str
    idempotency_key: str
    disclosure: str | None = None
    purpose: Purpose = "answer"
    """A notice either acknowledges one message or informs of a change."""
    wait: tuple[int, int] | None = None
    """Of an acknowledgement: between how many seconds a person is expected to answer, if that can be told."""
    opens_at: str | None = None
    """Of an acknowledgement: when the team is there again, RFC 3339, if it is closed now."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that was said earlier in the conversation."""

    author: Literal["customer", "bot", "agent"]
    text: str
    id: str
    language: str = "und"


@dataclass(frozen=True, slots=True)
class WorkReason:
    """Why: a code of `REASONS` or `REFUSALS`, and its sentence in both languages."""

    code: str
    fr: str
    en: str


WorkType = Literal[
    "queued",
    "offer",
    "assigned",
    "message",
    "draft",
    "replied",
    "held",
    "rescinded",
    "released",
    "transferred",
    "closed",
    "wrapped_up",
    "refused",
    "away",
    "alarm",
    "why",
]


@dataclass(frozen=True, slots=True)
class Excluded:
    """An agent who is not offered a work, and the first rule that says so."""

    agent_id: str
    rule: str
    fr: str
    en: str


@dataclass(frozen=True, slots=True)
class WorkRecord:
    """One event in the life of a work item, complete enough to work from it alone.

    `refs`, `message_ids` and `messages` are the messages whose outcome this work is (for the type
    `message`: those that have just joined it); `history` is what else was said last in the conversation.
    """

    type: WorkType
    work_id: str
    pool: str
    conversation_id: str
    refs: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()
    messages: tuple[Message, ...] = ()
    history: tuple[Turn, ...] = ()
    reason: WorkReason | None = None
    priority: str = "normal"
    enrichment: dict[str, Any] = field(default_factory=dict)
    tried: tuple[str, ...] = ()
    token: int | None = None
    agent_id: str | None = None
    attempt: int = 0
    on_hold: bool = False
    """Whether its holder waits for somebody else than the customer."""
    waiting_since: str | None = None
    """Since when the customer has waited for a person's next word, RFC 3339; `None`: they do not."""
    expires_at: str | None = None
    command_id: str | None = None
    resolution: str | None = None
    disposition: str | None = None
    solved: bool | None = None
    draft: str | None = None
    """What the bot would have said, had it not been late. The customer has not seen it."""
    note: str | None = None
    """What the agent who transferred it says to the next person."""
    due_at: str | None = None
    """When the first response is due, RFC 3339."""
    opens_at: str | None = None
    """When its closed pool opens, RFC 3339."""
    wrap_until: str | None = None
    """Of `closed`: until when the agent may wrap it up, RFC 3339."""
    excluded: tuple[Excluded, ...] = ()
    """Of `why`: everybody known who may not get it now, with the first rule that says so."""
    policy_version: str = ""


@dataclass(frozen=True, slots=True)
class QuarantineRecord:
    """A record that could be shown to nobody. Its bytes stay where `ref` points."""

    ref: str
    reason: QuarantineReason
    sha256: str
    size: int
    detail: str
