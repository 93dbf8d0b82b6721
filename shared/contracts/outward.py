"""What leaves Relais: `relais.replies`, `relais.work.<pool>` and `relais.quarantine`."""

from dataclasses import dataclass, field
from typing import Any, Literal

from shared.contracts.inbound import Message
from shared.contracts.vocabulary import QuarantineReason


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
    "queued", "offer", "assigned", "message", "replied", "rescinded", "released", "closed", "refused"
]


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
    expires_at: str | None = None
    command_id: str | None = None
    resolution: str | None = None
    policy_version: str = ""


@dataclass(frozen=True, slots=True)
class QuarantineRecord:
    """A record that could be shown to nobody. Its bytes stay where `ref` points."""

    ref: str
    reason: QuarantineReason
    sha256: str
    size: int
    detail: str
