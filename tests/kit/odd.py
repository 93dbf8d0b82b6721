"""Records that no channel should publish and some will."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

CANARY = "Zorglubine"


class Odd(NamedTuple):
    """A record as a channel may publish it; `%C` in it stands for a fresh conversation id, `%I`
    for that of a message."""

    value: bytes | None
    outcome: str
    key: bytes | None = b"%C"
    headers: tuple[tuple[str, bytes], ...] = ()

    @staticmethod
    def fresh(raw: bytes | None, conversation: str, identifier: str) -> bytes | None:
        """Value or key with a conversation and an id of its own."""
        if raw is None:
            return None
        return raw.replace(b"%C", conversation.encode()).replace(b"%I", identifier.encode())


def _message(**changes: Any) -> bytes:
    message = {"id": "%I", "conversation_id": "%C", "channel": "chat", "text": f"{CANARY} bonjour"}
    return json.dumps({**message, **changes}).encode()


def _adding(raw: bytes) -> bytes:
    return _message()[:-1] + b", " + raw + b"}"


def _without(field: str) -> bytes:
    return json.dumps({k: v for k, v in json.loads(_message()).items() if k != field}).encode()


ODD: dict[str, Odd] = {
    "broken JSON": Odd(b'{"id": "%I", "text": "' + CANARY.encode(), "not_json"),
    "not JSON at all": Odd(b"\x00\x01\x02 %C", "not_json"),
    "a JSON list": Odd(b'["%C"]', "not_an_object"),
    "a text that is a list": Odd(_message(text=[1]), "no_text"),
    "a text that is a number": Odd(_message(text=42), "people"),
    "an id that is a number": Odd(_message(id=42), "people"),
    "a missing id": Odd(_without("id"), "people"),
    "a missing conversation id": Odd(_without("conversation_id"), "people"),
    "a missing text": Odd(_without("text"), "no_text"),
    "a missing channel": Odd(_without("channel"), "people"),
    "an id of 10,000 characters": Odd(_message(id="%I" + "x" * 10_000), "people"),
    "a conversation id of 10,000 characters": Odd(_message(conversation_id="%C" + "x" * 10_000), "people"),
    "a null value": Odd(None, "no_value"),
    "a tombstone without a key": Odd(None, "no_value", key=None),
    "a null key": Odd(_message(), "any", key=None),
    "a foreign key": Odd(_message(), "any", key=b"somebody else"),
    "a key that is not UTF-8": Odd(_message(), "any", key=b"\xff\xfe"),
    "header bytes that are not UTF-8": Odd(_message(), "any", headers=(("x", b"\xff\xfe"),)),
    "10,000 headers": Odd(_message(), "any", headers=tuple((f"h{n}", b"v") for n in range(10_000))),
    "a reply_to header": Odd(_message(), "any", headers=(("reply_to", b"somewhere.else"),)),
    "CloudEvents and trace headers": Odd(
        _message(), "any", headers=(("ce_type", b"message"), ("traceparent", b"00-0af7651916cd43dd-b7ad-01"))
    ),
    "1 MB of text": Odd(_message(text="mot " * 250_000), "any"),
    "nesting of 100,000": Odd(
        _message()[:-1] + b', "metadata": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "too_deep"
    ),
    "nesting of 150 in the metadata": Odd(
        _adding(b'"metadata": {"a": ' + b"[" * 150 + b"]" * 150 + b"}"), "people"
    ),
    "lone surrogates": Odd(_adding(b'"sent_at": "\\ud800"'), "people"),
    "a lone surrogate in the text": Odd(_message().replace(b"bonjour", b"bonjour \\udc00"), "people"),
    "NUL, control and bidi characters": Odd(_message(text="a\x00b\x1b[31m\u202e\u200bc\r\n"), "any"),
    "raw control characters": Odd(_message().replace(b"bonjour", b"bon\x00jour"), "people"),
    "bytes that are not UTF-8": Odd(_message().replace(b"bonjour", b"bon\xffjour"), "people"),
    "a number of 100,000 digits": Odd(
        _message()[:-1] + b', "metadata": {"n": ' + b"9" * 100_000 + b"}}", "people"
    ),
    "a number beyond 64 bits": Odd(_message(metadata={"n": 2**70}), "people"),
    "NaN": Odd(_adding(b'"metadata": {"n": NaN}'), "any"),
    "duplicate JSON keys": Odd(_adding(b'"text": "bonsoir"'), "any"),
    "an empty text": Odd(_message(text=""), "people"),
    "a text of emoji": Odd(_message(text="😡😡🔥"), "any"),
    "an unknown language": Odd(_message(text="Kje je moj paket, prosim?", language="sl"), "people"),
    "a language that is an object": Odd(_message(language={"a": 1}), "people"),
    "a date that is none": Odd(_message(sent_at="yesterday"), "people"),
    "attachments only": Odd(
        json.dumps(
            {
                **json.loads(_without("text")),
                "attachments": [{"kind": "image", "url": "https://example.com/a"}],
            }
        ).encode(),
        "people",
    ),
    "a million keys": Odd(
        _message()[:-1] + b"," + b",".join(b'"%d":0' % n for n in range(90_000)) + b"}", "any"
    ),
    "100,000 combining marks": Odd(_message(text="e" + "\u0301" * 100_000), "any"),
}
