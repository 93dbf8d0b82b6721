"""A small world as the oracle sees it, in which a test puts one thing wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

from tests.chaos.oracle.evidence import Active, Door, Evidence, Record, Sample
from tests.chaos.oracle.schemas import read
from tests.chaos.oracle.verdict import judge

READING = {"language": "fr", "intents": [["delivery", 0.9]], "failed": None}


class Scene:
    """One partition. Every call adds a record; `at` moves on by a second with each."""

    def __init__(self) -> None:
        self.evidence = Evidence(deadline=60.0)
        self.at = 0.0

    def put(self, role: str, value: Any, headers: tuple[tuple[str, bytes], ...] = ()) -> str:
        """Write a record; returns its place. A value that breaks the schema makes the test fail."""
        raw = value if isinstance(value, bytes) else json.dumps(value).encode()
        record = self._record(role, raw, headers)
        assert isinstance(value, bytes) or record.value is not None, f"not as published: {value}"
        return record.place

    def _record(self, role: str, raw: bytes, headers: tuple[tuple[str, bytes], ...]) -> Record:
        self.at += 1
        self.evidence.until = self.at
        kept = self.evidence.records.setdefault(role, [])
        kept.append(Record(role, 0, len(kept), self.at, raw, read(role, raw), headers))
        return kept[-1]

    def say(self, conversation: str = "c", identifier: str = "", **more: Any) -> str:
        """A message at the door; its ref."""
        number = len(self.evidence.doors)
        body = {"id": identifier or f"m{number}", "conversation_id": conversation, "channel": "chat"}
        ref = self.put("inbound", {**body, "text": "Bonjour", **more})
        return self._door(ref, conversation, body["id"])

    def garbage(self, raw: bytes = b"{") -> str:
        return self._door(self.put("inbound", raw), "", "")

    def _door(self, ref: str, conversation: str, identifier: str) -> str:
        record = self.evidence.records["inbound"][-1]
        digest = sha256(record.raw).hexdigest()
        self.evidence.doors.append(Door(ref, conversation, identifier, digest, self.at))
        return ref

    def entry(self, kind: str, **fields: Any) -> str:
        """An entry of the ledger."""
        return self.put("ledger", {"kind": kind, **fields})

    def message(self, ref: str, **changes: Any) -> dict[str, Any]:
        """As the book has it; what a record does not say must be given."""
        inbound = self.evidence.records["inbound"]
        offset = int(ref.partition(":")[2] or len(inbound))
        return {**((inbound[offset].value or {}) if offset < len(inbound) else {}), **changes}

    def talk_of(self, ref: str) -> str:
        """Its conversation, which is `c` unless it says otherwise."""
        return str(self.message(ref).get("conversation_id", "c"))

    def routed(self, ref: str, route: str = "bot", **changes: Any) -> str:
        message = self.message(ref, **changes)
        return self.entry(
            "routed", ref=ref, conversation=message["conversation_id"], route=route, pool="general",
            priority="normal", reasons=["automatic"], message=message, intents={}, sentiment={}, policy="p",
        )  # fmt: skip

    def answered(self, ref: str, epoch: int = 0, conversation: str = "") -> str:
        return self.entry(
            "answered", ref=ref, conversation=conversation or self.talk_of(ref), epoch=epoch, text="Oui",
            disclosure="", language="fr", source="faq:x",
        )  # fmt: skip

    def handed_over(self, *refs: str, epoch: int = 0, messages: Any = ()) -> str:
        return self.entry(
            "handed_over", refs=list(refs), conversation=self.talk_of(refs[0]), epoch=epoch, pool="fallback",
            reason="bot_late", messages=list(messages),
        )  # fmt: skip

    def reply(self, ref: str, author: str = "bot", **fields: Any) -> str:
        """What the customer is told."""
        body = {
            "id": ref, "ref": ref, "in_reply_to": ref, "conversation_id": self.talk_of(ref),
            "channel": "chat", "text": "Oui", "language": "fr",
            "author": {"kind": author, "id": "ana" if author == "agent" else "faq"},
            "idempotency_key": ref, "purpose": "answer", "disclosure": "" if author == "bot" else None,
        }  # fmt: skip
        return self.put("replies", body | fields)

    def acknowledged(self, ref: str, **fields: Any) -> str:
        """The customer is told that people have the message."""
        return self.reply(
            ref, "notice", **{"purpose": "acknowledgement", "idempotency_key": f"{ref}/ack", **fields}
        )

    def informed(self, place: str) -> str:
        """The customer is told of what the entry at `place` of the ledger changed."""
        key = place.replace(":", "/") + "/notice"
        return self.reply("", "notice", purpose="information", idempotency_key=key)

    def shown(self, work: str, *refs: str, kind: str = "queued", **fields: Any) -> str:
        """What the agents are told."""
        body: dict[str, Any] = {
            "type": kind,
            "work_id": work,
            "pool": "general",
            "conversation_id": self.talk_of(work),
        }
        body |= {"refs": list(refs)}
        return self.put("work.general", body | fields)

    def assigned(self, work: str, agent: str, attempt: int = 0) -> int:
        """An agent takes a work; the token."""
        command = f"{agent}/{self.at}"
        place = self.of_work("assigned", work, agent, attempt=attempt, command=command, token=None)
        return int(place.partition(":")[2])

    def of_work(self, kind: str, work: str, agent: str | None, **fields: Any) -> str:
        """An entry about a work of conversation `c`."""
        body = {"work": work, "conversation": "c", "agent": agent, "command": f"{kind}/{self.at}", **fields}
        return self.entry(kind, **{name: value for name, value in body.items() if value is not None})

    def people(self, ref: str, **changes: Any) -> str:
        """Routed to a person, shown to the agents, acknowledged to the customer."""
        self.routed(ref, "human", **changes)
        self.shown(ref, ref)
        self.acknowledged(ref)
        return ref

    def automatic(self, ref: str, **fields: Any) -> str:
        """Answered by the bot, visibly."""
        self.routed(ref)
        self.answered(ref, **fields)
        self.reply(ref)
        return ref

    def quarantined(self, ref: str, record: bool = True, book: bool = True, **fields: Any) -> None:
        digest = self.evidence.doors[-1].sha256
        told = {"ref": ref, "reason": "not_json", "sha256": digest, "size": 1, "detail": "", **fields}
        if book:
            self.entry("quarantined", **{**told, "sha256": digest})
        if record:
            self.put("quarantine", told)

    def sample(self, service: str, role: str, committed: int, **ends: int) -> None:
        """A look at what a service has committed; ends that are not given are those of now."""
        now = {name: len(records) for name, records in self.evidence.records.items()}
        zero = dict.fromkeys(("intents", "sentiments", "ledger", "replies"), 0)
        self.evidence.samples.append(Sample(self.at, service, role, 0, committed, zero | now | ends))

    def fault(self, target: str, start: float, healed: float) -> None:
        self.evidence.faults.append(Active("kill", target, start, start, healed))

    def verdict(self, **changes: Any) -> set[str]:
        """The judgements that find something."""
        return set(judge(replace(self.evidence, **changes)).by_judgement)
