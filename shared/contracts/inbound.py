"""`relais.inbound`: what a channel publishes, and what is made of anything else it may publish."""

import json
import math
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Annotated, Any

from pydantic import Field, SkipValidation, TypeAdapter, ValidationError

from shared.contracts.errors import InvalidMessage

MAX_BYTES = 1_048_576
"""Of value and key, unpacked: a record that was let in compressed can be larger than its topic allows."""
MAX_ID = 512
MAX_HEADERS = 16
MAX_HEADER_BYTES = 512
MAX_DEPTH = 32
MAX_LANGUAGE = 35

Id = Annotated[str, Field(min_length=1, max_length=MAX_ID)]
Language = Annotated[str, Field(max_length=MAX_LANGUAGE)]
Timestamp = Annotated[
    str, Field(pattern=r"^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$", max_length=64)
]


@dataclass(frozen=True, slots=True)
class Customer:
    """Who wrote, as far as the channel knows."""

    id: str | None = None
    name: str | None = None
    tier: str | None = None
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something sent with the text; Relais passes it on and never opens it."""

    kind: str
    url: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """One message of a customer. `id` is the channel's own, unique within its conversation."""

    id: Id
    conversation_id: Id
    channel: Annotated[str, Field(min_length=1, max_length=64)]
    text: str
    sent_at: Timestamp | None = None
    language: Language | None = None
    customer: Customer | None = None
    attachments: tuple[Attachment, ...] = ()
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Message(InboundMessage):
    """A message as it travels inside: `damage` names what had to be repaired to read it (such a
    message goes to a person), `headers` holds the CloudEvents and trace headers it came with. What a
    channel may have put under these names is not read."""

    damage: SkipValidation[tuple[str, ...]] = ()
    headers: SkipValidation[dict[str, str]] = field(default_factory=dict)


_ADAPTER = TypeAdapter(Message)
_ATTACHMENTS = TypeAdapter(tuple[Attachment, ...])
_METADATA = TypeAdapter(dict[str, Any])
_SENT_AT: TypeAdapter[str] = TypeAdapter(Timestamp)
_LANGUAGE: TypeAdapter[str] = TypeAdapter(Language)
_CUSTOMER = TypeAdapter(Customer)
_PASSED_ON = re.compile(r"ce_[a-z0-9]{1,40}|traceparent|tracestate")


def read_inbound(
    value: bytes | None, key: bytes | None, headers: Iterable[tuple[str, bytes]], ref: str
) -> Message:
    """The message in a record, repaired where a person could still read it.

    Raises `InvalidMessage` when nothing in the record can be shown to a person.
    """
    if value is None:
        raise InvalidMessage("no_value", "the record has no value")
    if len(value) + len(key or b"") > MAX_BYTES:
        raise InvalidMessage("too_large", f"value and key have {len(value) + len(key or b'')} bytes")
    message = _whole(value) or _repair(_parse_anyhow(value), key, ref)
    carried = passed_on(headers)
    return replace(message, headers=carried) if carried else message


def _whole(value: bytes) -> Message | None:
    """The message when all but its metadata is as it should be. (The validation error quotes the text:
    it must not become the context of another one.)"""
    try:
        message = _ADAPTER.validate_json(value)
    except ValidationError:
        return None
    if message.damage != () or message.headers != {}:
        message = replace(message, damage=(), headers={})
    if message.metadata and not _storable(message.metadata):
        message = replace(message, metadata={}, damage=("metadata",))
    return message


def _storable(found: Any, depth: int = MAX_DEPTH) -> bool:
    """Whether every reader of the book finds the same in it: not too deep, no number JSON cannot hold."""
    if isinstance(found, dict):
        return depth > 0 and all(_storable(value, depth - 1) for value in found.values())
    if isinstance(found, list):
        return depth > 0 and all(_storable(value, depth - 1) for value in found)
    if isinstance(found, float):
        return math.isfinite(found)
    return not isinstance(found, int) or -(2**63) <= found < 2**63


def passed_on(headers: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    """The headers that travel with a message: CloudEvents and trace context, within limits."""
    carried: dict[str, str] = {}
    for name, value in headers:
        if len(carried) == MAX_HEADERS:
            break
        if value is not None and len(value) <= MAX_HEADER_BYTES and _PASSED_ON.fullmatch(name):
            carried[name] = value.decode("utf-8", "replace")
    return carried


def _parse_anyhow(value: bytes) -> dict[str, Any]:
    """JSON as forgivingly as it can be read without guessing: bad UTF-8, NaN, huge numbers."""
    try:
        coding = json.detect_encoding(value)
        # What is no UTF-8 is kept apart, so that ids that differ in it stay different.
        text = value.decode(coding, "surrogateescape" if coding.startswith("utf-8") else "replace")
        parsed = json.loads(text, strict=False, parse_int=_number, parse_constant=lambda _: None)
    except RecursionError:
        raise InvalidMessage("too_deep", "the JSON is nested too deeply") from None
    except ValueError:
        raise InvalidMessage("not_json", "the value is not JSON") from None
    if not isinstance(parsed, dict):
        raise InvalidMessage("not_an_object", f"the JSON is a {type(parsed).__name__}, not an object")
    return parsed


def _number(digits: str) -> int | str:
    return int(digits) if len(digits) < 19 else digits


def _repair(raw: dict[str, Any], key: bytes | None, ref: str) -> Message:
    damage: list[str] = ["json"]

    def scalar(name: str, otherwise: str) -> str:
        found = raw.get(name)
        if isinstance(found, str | int | float) and not isinstance(found, bool) and found != "":
            return str(found)
        damage.append(name)
        return otherwise

    stated = key.decode("utf-8", "surrogateescape") if key else f"ref:{ref}"
    attachments = _valid(raw.get("attachments"), _ATTACHMENTS, (), "attachments", damage)
    metadata = _valid(raw.get("metadata"), _METADATA, {}, "metadata", damage)
    return Message(
        id=_short(scalar("id", f"ref:{ref}")),
        conversation_id=_short(scalar("conversation_id", stated)),
        channel=_printable(scalar("channel", "unknown"))[:64],
        text=_text(raw, bool(attachments)),
        sent_at=_valid(raw.get("sent_at"), _SENT_AT, None, "sent_at", damage),
        language=_valid(raw.get("language"), _LANGUAGE, None, "language", damage),
        customer=_valid(raw.get("customer"), _CUSTOMER, None, "customer", damage),
        attachments=attachments,
        metadata=metadata,
        damage=tuple(damage),
    )


def _text(raw: dict[str, Any], has_attachments: bool) -> str:
    text = raw.get("text")
    if isinstance(text, str | int | float) and not isinstance(text, bool):
        return _printable(str(text))
    if has_attachments:
        return ""
    raise InvalidMessage("no_text", f"text is a {type(text).__name__} and there is no attachment")


def _valid(found: Any, kind: TypeAdapter[Any], otherwise: Any, name: str, damage: list[str]) -> Any:
    if found is None:
        return otherwise
    if _storable(found):
        with suppress(ValueError):
            clean = json.loads(_printable(json.dumps(found, ensure_ascii=False)))
            return kind.validate_python(clean)
    damage.append(name)
    return otherwise


def _printable(text: str) -> str:
    """Pairs of surrogates joined, lone ones replaced: anything that came in can go out as UTF-8."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _short(identifier: str) -> str:
    """Ids are printable and stay below `MAX_ID` characters: one that is not so is told apart by its hash."""
    printable = _printable(identifier)
    if printable == identifier and len(identifier) <= MAX_ID:
        return identifier
    return f"{printable[:100]}…{sha256(identifier.encode('utf-8', 'surrogatepass')).hexdigest()}"
