"""The documents of the contracts are those in `docs/contracts`, and they say what the code does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import orjson
import pytest
import yaml
from jsonschema_rs import Draft202012Validator, meta

from services.cli.house import SERVICES
from services.cli.topics import document
from shared.contracts.enrichment import IntentReading, IntentRecord, SentimentReading, SentimentRecord
from shared.contracts.inbound import Message
from shared.contracts.ledger import Answered, HandedOver, Routed, encode
from shared.contracts.outward import Author, QuarantineRecord, Reply, Turn, WorkReason, WorkRecord
from shared.contracts.topics import FIXED, work
from tests.cli.command import relais

KEPT = Path(__file__).parents[2] / "docs" / "contracts"
MESSAGE = Message("m1", "c1", "chat", "Bonjour", metadata={"a": 1}, damage=("json",))
ROUTED = Routed(
    "0:1", "c1", "human", "general", "high", ("unsure",), MESSAGE, IntentReading(), SentimentReading(), "p"
)
REASON = WorkReason("unsure", "…", "…")

WRITTEN = [
    ("intents", msgspec.json.encode(IntentRecord("0:1", IntentReading((("refund", 0.9),), language="fr")))),
    ("sentiments", msgspec.json.encode(SentimentRecord("0:1", SentimentReading(failed="unreadable")))),
    ("ledger", encode(ROUTED)),
    ("ledger", encode(Answered("0:1", "c1", 0, "Oui.", "Je suis…", "fr", "faq:x"))),
    ("ledger", encode(HandedOver(("0:1",), "c1", 0, "fallback", "silence", (("0:1", MESSAGE),)))),
    (
        "replies",
        orjson.dumps(Reply("r", "0:1", "m1", "c1", "chat", Author("bot", "bot"), "Oui.", "fr", "0:1")),
    ),
    ("quarantine", orjson.dumps(QuarantineRecord("0:1", "not_json", "ab", 3, "…"))),
    (
        "work",
        orjson.dumps(
            WorkRecord(
                "queued",
                "0:1",
                "general",
                "c1",
                messages=(MESSAGE,),
                history=(Turn("bot", "a", "b"),),
                reason=REASON,
            )
        ),
    ),
    ("inbound", b'{"id":"m1","conversation_id":"c1","channel":"chat","text":"Bonjour","more":1}'),
    ("agents", b'{"type":"accept","id":"1","agent_id":"ann","work_id":"0:1"}'),
]

REFUSED = [
    ("inbound", {"id": "m1", "conversation_id": "c1", "channel": "chat"}),
    ("inbound", {"id": "", "conversation_id": "c1", "channel": "chat", "text": ""}),
    ("agents", {"id": "1", "agent_id": "ann", "status": "available"}),
    ("agents", {"type": "presence", "id": "1", "agent_id": "ann", "status": "asleep"}),
    ("ledger", {"kind": "settled_by_magic", "ref": "0:1"}),
    ("replies", {"id": "r"}),
]


def validator(role: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((KEPT / "schemas" / f"{role}.json").read_text()))


def test_the_kept_documents_are_those_the_code_makes() -> None:
    kept = {str(path.relative_to(KEPT)): path.read_text() for path in KEPT.rglob("*") if path.is_file()}
    generated = {name: kept[name] for name in kept if name != "README.md"}
    assert generated == document.files(), "run `relais topics doc --out docs/contracts`"


def test_the_command_prints_the_kept_document(tmp_path: Path) -> None:
    kept = (KEPT / "asyncapi.yaml").read_text()
    assert relais(tmp_path, "topics", "doc").stdout == kept
    assert json.loads(relais(tmp_path, "topics", "doc", "--json").stdout) == yaml.safe_load(kept)


def test_the_command_writes_all_documents_where_it_is_told_to(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert relais(tmp_path, "topics", "doc", "--out", str(out)).returncode == 0
    assert {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()} == set(document.files())


def test_every_schema_is_a_schema() -> None:
    for schema in document.schemas().values():
        meta.validate(schema)


@pytest.mark.parametrize(("role", "value"), WRITTEN, ids=[role for role, _ in WRITTEN])
def test_what_the_code_writes_or_reads_fits_its_schema(role: str, value: bytes) -> None:
    validator(role).validate(json.loads(value))


@pytest.mark.parametrize(("role", "value"), REFUSED, ids=[role for role, _ in REFUSED])
def test_what_the_code_would_not_take_does_not_fit(role: str, value: dict[str, Any]) -> None:
    assert not validator(role).is_valid(value)


def test_every_topic_is_a_channel_and_our_own_part_in_it_an_operation() -> None:
    made = document.asyncapi()
    for topic in (*FIXED, work(document.POOL)):
        role = document.role(topic)
        assert made["channels"][role]["address"] == topic.name()
        for action, who in (("receive", topic.readers), ("send", topic.writers)):
            assert (f"{action}_{role}" in made["operations"]) == bool(set(who) & set(SERVICES))


def test_every_reference_in_the_document_leads_somewhere() -> None:
    made = document.asyncapi()
    found = list(references(made))
    assert found
    for reference in found:
        here: Any = made
        for step in reference.removeprefix("#/").split("/"):
            here = here[step]


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)
