"""Records of work as the tools of agents get them."""

from __future__ import annotations

from typing import Any

from shared.contracts.inbound import Message
from shared.contracts.outward import WorkReason, WorkRecord

ADA, BEN = "ada", "ben"


def record(kind: Any, agent: str | None = ADA, work: str = "0:1", **fields: Any) -> WorkRecord:
    return WorkRecord(kind, work, fields.pop("pool", "general"), f"c-{work}", agent_id=agent, **fields)


def offer(agent: str = ADA, ends: str = "2026-03-14T09:30:00.000+00:00", **fields: Any) -> WorkRecord:
    first = (message("m-1"),)
    return record("offer", agent, expires_at=ends, messages=fields.pop("messages", first), **fields)


def assigned(token: int = 5, agent: str = ADA, **fields: Any) -> WorkRecord:
    return record("assigned", agent, token=token, messages=(message("m-1"),), **fields)


def refusal(code: Any, command: str | None = None, **fields: Any) -> WorkRecord:
    reason = WorkReason(code, f"non: {code}", f"no: {code}")
    return record("refused", reason=reason, command_id=command, **fields)


def because(kind: Any, code: str, **fields: Any) -> WorkRecord:
    return record(kind, reason=WorkReason(code, f"fr {code}", f"en {code}"), **fields)


def message(name: str, text: str = "Bonjour", **fields: Any) -> Message:
    return Message(name, "c", "chat", text, **fields)
