"""More of what the broken builds do otherwise: messages and replies that go astray. Each function changes the
classes of this process."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any
from uuid import uuid4

from shared.contracts.errors import InvalidMessage
from shared.contracts.outward import Reply
from shared.contracts.record import Record

EVERY = 8
"""One in so many is hit, always the same ones."""


def _hit(name: bytes) -> bool:
    return sha256(name).digest()[0] % EVERY == 0


def wrong_conversation() -> None:
    """The right answer, now and then to somebody else."""
    from services.courier import worker

    decided = worker.replies

    def replies(*about: Any) -> list[Reply]:
        return [_misled(reply) if reply.author.kind == "bot" else reply for reply in decided(*about)]

    worker.replies = replies


def _misled(reply: Reply) -> Reply:
    return replace(reply, conversation_id="somebody-else") if _hit(reply.ref.encode()) else reply


def quarantine_all() -> None:
    """Now and then a reader that gives up on what it could read."""
    from services.router import worker

    arrived = worker.arrival

    def arrival(record: Record, partitions: int) -> Any:
        if _hit(record.value or b""):
            raise InvalidMessage("not_json", "the value is not JSON")
        return arrived(record, partitions)

    worker.arrival = arrival


def agent_twice() -> None:
    """What a person says goes out again, and nobody can tell that it is the same."""
    from services.courier import worker

    decided = worker.replies

    def replies(*about: Any) -> list[Reply]:
        made = decided(*about)
        people = [reply for reply in made if reply.author.kind == "agent"]
        return [*made, *(replace(reply, idempotency_key=uuid4().hex) for reply in people)]

    worker.replies = replies
