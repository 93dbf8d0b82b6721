"""The contracts as documents for others: JSON Schemas, and an AsyncAPI 3 document around them.

Everything here is derived from the map of topics and the types in `shared/contracts`.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec
import yaml
from pydantic import TypeAdapter

from services.cli.house import SERVICES
from shared.contracts.agents import COMMAND
from shared.contracts.enrichment import IntentRecord, SentimentRecord
from shared.contracts.inbound import InboundMessage
from shared.contracts.ledger import Entry
from shared.contracts.outward import QuarantineRecord, Reply, WorkRecord
from shared.contracts.topics import FIXED, Topic, work
from shared.ledger.snapshot import Chunk

VERSION = "1.0.0"
"""Of the contracts. Fields may be added in a minor version."""
DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCHEMA_FORMAT = "application/schema+json;version=draft-2020-12"
Json = dict[str, Any]


def _commands() -> Json:
    """The tag of a command has a default in Python; on the wire it must be there."""
    schema = COMMAND.json_schema()
    for command in schema["$defs"].values():
        del command["properties"]["type"]["default"]
        command["required"].append("type")
    return schema


SCHEMAS: dict[str, Callable[[], Json]] = {
    "InboundMessage": lambda: TypeAdapter(InboundMessage).json_schema(),
    "IntentRecord": lambda: msgspec.json.schema(IntentRecord),
    "SentimentRecord": lambda: msgspec.json.schema(SentimentRecord),
    "Entry": lambda: msgspec.json.schema(Entry),
    "SnapshotChunk": lambda: msgspec.json.schema(Chunk),
    "Reply": lambda: TypeAdapter(Reply).json_schema(mode="serialization"),
    "AgentCommand": _commands,
    "QuarantineRecord": lambda: TypeAdapter(QuarantineRecord).json_schema(mode="serialization"),
    "WorkRecord": lambda: TypeAdapter(WorkRecord).json_schema(mode="serialization"),
}
"""The schema of every payload the map names."""

_CARRIED = {
    "traceparent": "W3C trace context, carried along.",
    "tracestate": "W3C trace context, carried along.",
    "ce_id": "CloudEvents in binary mode: every `ce_…` header is carried along.",
}
HEADERS = {
    "inbound": _CARRIED,
    "replies": {"idempotency-key": "The same for every repetition of one reply.", **_CARRIED},
}
"""What the headers mean that outsiders may set or read, by role of topic."""

POOL = "{pool}"
TOPICS = (*FIXED, work(POOL))


def role(topic: Topic) -> str:
    """The topic's role, the same for the topics of all pools."""
    return topic.role.partition(".")[0]


def schemas() -> dict[str, Json]:
    """The JSON Schema of every topic's values, by role."""
    return {role(topic): {"$schema": DIALECT} | _plain(SCHEMAS[topic.payload]()) for topic in TOPICS}


def asyncapi() -> Json:
    """The AsyncAPI 3 document. Topics have their default names."""
    made = schemas()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Relais",
            "version": VERSION,
            "description": "Every customer message gets exactly one outcome: one automatic answer or one "
            "piece of work for a person.",
        },
        "defaultContentType": "application/json",
        "channels": {role(topic): _channel(topic) for topic in TOPICS},
        "operations": {name: made for topic in TOPICS for name, made in _operations(topic)},
        "components": {"messages": {role(topic): _message(topic, made[role(topic)]) for topic in TOPICS}},
    }


def files() -> dict[str, str]:
    """All generated documents: path below `docs/contracts` to content."""
    documents = {f"schemas/{name}.json": as_json(schema) for name, schema in schemas().items()}
    return {"asyncapi.yaml": as_yaml(asyncapi()), **documents}


def write(folder: Path) -> Iterable[Path]:
    """Write all documents below `folder`; yields their paths."""
    for name, content in files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        yield path


def as_yaml(document: Json) -> str:
    """In the document's own order, without anchors."""

    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

    return yaml.dump(document, Dumper=Plain, sort_keys=False, allow_unicode=True, width=110)


def as_json(document: Json) -> str:
    """Indented, with every character as itself."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def _channel(topic: Topic) -> Json:
    settings: Json = {"cleanup.policy": [topic.cleanup], "max.message.bytes": topic.max_bytes}
    if topic.retention is not None:
        settings["retention.ms"] = topic.retention * 1000
    channel = {
        "address": topic.name(),
        "description": f"Key: {topic.key}. Written by {', '.join(topic.writers)}; "
        f"read by {', '.join(topic.readers)}.",
        "messages": {topic.payload: {"$ref": f"#/components/messages/{role(topic)}"}},
        "bindings": {"kafka": {"topicConfiguration": settings, "bindingVersion": "0.5.0"}},
    }
    if POOL in topic.role:
        channel["parameters"] = {"pool": {"description": "A pool of the policy."}}
    return channel


def _operations(topic: Topic) -> Iterable[tuple[str, Json]]:
    """What Relais itself does with a topic."""
    for action, who in (("receive", topic.readers), ("send", topic.writers)):
        ours = [name for name in who if name in SERVICES]
        if ours:
            yield (
                f"{action}_{role(topic)}",
                {
                    "action": action,
                    "channel": {"$ref": f"#/channels/{role(topic)}"},
                    "summary": f"By {', '.join(ours)}.",
                },
            )


def _message(topic: Topic, schema: Json) -> Json:
    place = f"#/components/messages/{role(topic)}/payload/schema/$defs/"
    message: Json = {
        "name": topic.payload,
        "contentType": "application/json",
        "payload": {"schemaFormat": SCHEMA_FORMAT, "schema": _moved(schema, place)},
        "bindings": {
            "kafka": {"key": {"type": "string", "description": topic.key}, "bindingVersion": "0.5.0"}
        },
    }
    if headers := HEADERS.get(role(topic)):
        described = {name: {"type": "string", "description": said} for name, said in headers.items()}
        message["headers"] = {"type": "object", "properties": described}
    return message


def _moved(schema: Any, place: str) -> Any:
    """The schema with references to its own definitions pointing to where they lie in the document."""
    if isinstance(schema, list):
        return [_moved(part, place) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: value.replace("#/$defs/", place) if key == "$ref" else _moved(value, place)
        for key, value in schema.items()
    }


def _plain(schema: Any) -> Any:
    """The schema without `discriminator`, which is no word of JSON Schema, and with descriptions on one
    line: the two libraries break them differently."""
    if isinstance(schema, list):
        return [_plain(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: " ".join(value.split()) if _is_said(key, value) else _plain(value)
        for key, value in schema.items()
        if key != "discriminator"
    }


def _is_said(key: str, value: Any) -> bool:
    return key == "description" and isinstance(value, str)
