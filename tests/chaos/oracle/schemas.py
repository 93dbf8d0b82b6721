"""The published schemas: what a record on a topic must look like."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from jsonschema_rs import Draft202012Validator

from tests.chaos.oracle.evidence import Json

SCHEMAS = Path(__file__).parents[3] / "docs" / "contracts" / "schemas"


def read(role: str, raw: bytes | None) -> Json | None:
    """The record's JSON when it is what the schema of its topic says, else `None`."""
    try:
        value = json.loads(raw or b"")
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    try:
        return value if _fits(_validator(role.partition(".")[0], str(value.get("kind", ""))), value) else None
    except RecursionError:
        return None


def _fits(validator: Draft202012Validator, value: Json) -> bool:
    try:
        return validator.is_valid(value)
    except UnicodeEncodeError:  # half a character: JSON can say it, and it makes no difference to a schema
        whole = json.dumps(value, ensure_ascii=False).encode(errors="replace")
        return validator.is_valid(json.loads(whole))


@cache
def _validator(topic: str, kind: str) -> Draft202012Validator:
    """For the ledger the schema of one kind of entry: to try all of them would take too long."""
    schema = json.loads((SCHEMAS / f"{topic}.json").read_text())
    for name, definition in schema.get("$defs", {}).items():
        if topic == "ledger" and kind in definition.get("properties", {}).get("kind", {}).get("enum", ()):
            schema = {"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]}
            break
    return Draft202012Validator(schema)
