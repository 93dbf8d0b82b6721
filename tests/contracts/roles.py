"""How each topic's values are read and written by whoever uses it, and where its examples lie."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import orjson
from pydantic import TypeAdapter

from shared.contracts import ledger
from shared.contracts.agents import COMMAND
from shared.contracts.enrichment import IntentRecord, SentimentRecord
from shared.contracts.inbound import Message, read_inbound
from shared.contracts.outward import QuarantineRecord, Reply, WorkRecord
from shared.ledger.snapshot import Chunk

EXAMPLES = Path(ledger.__file__).parent / "examples"
REF = "0:0"
"""Where every inbound example lies."""


class Role(NamedTuple):
    """`read` raises when the value is none of the topic's; `write` gives the value again."""

    read: Callable[[bytes], Any]
    write: Callable[[Any], bytes]


def _with_msgspec(model: type) -> Role:
    return Role(msgspec.json.Decoder(model).decode, msgspec.json.encode)


def _with_pydantic(adapter: TypeAdapter[Any]) -> Role:
    return Role(adapter.validate_json, orjson.dumps)


def _write_inbound(message: Message) -> bytes:
    return TypeAdapter(Message).dump_json(message, exclude_defaults=True)


ROLES: dict[str, Role] = {
    "inbound": Role(lambda value: read_inbound(value, None, (), REF), _write_inbound),
    "intents": _with_msgspec(IntentRecord),
    "sentiments": _with_msgspec(SentimentRecord),
    "ledger": Role(ledger.decode, ledger.encode),
    "conversations": _with_msgspec(Chunk),
    "replies": _with_pydantic(TypeAdapter(Reply)),
    "work": _with_pydantic(TypeAdapter(WorkRecord)),
    "agents": _with_pydantic(COMMAND),
    "quarantine": _with_pydantic(TypeAdapter(QuarantineRecord)),
}


class Example(NamedTuple):
    """A golden message. `expected` is its line in the table beside the bad ones."""

    role: str
    name: str
    value: bytes
    expected: dict[str, Any]


def good() -> list[Example]:
    """Every example that is as it should be."""
    return [
        Example(role, path.name, path.read_bytes(), {})
        for role in ROLES
        for path in sorted((EXAMPLES / role / "good").iterdir())
    ]


def bad() -> list[Example]:
    """Every example that is not, in the order of the tables."""
    return [
        Example(role, name, (EXAMPLES / role / "bad" / name).read_bytes(), expected)
        for role in ROLES
        for name, expected in table(role).items()
    ]


def table(role: str) -> dict[str, Any]:
    """What is expected of a topic's bad examples."""
    found: dict[str, Any] = json.loads((EXAMPLES / role / "bad.json").read_text())
    return found


def name_of(example: Example) -> str:
    """For the names of tests."""
    return f"{example.role}: {example.name}"
