"""Nothing that is published to the inbound topic may stop, delay or lose another message."""

from __future__ import annotations

import hashlib
import json
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from shared.contracts.vocabulary import QUARANTINE_REASONS
from tests.kit.house import House

CANARY = "Zorglubine"


class Odd(NamedTuple):
    """A record as a channel may publish it; `%C` in it stands for a fresh conversation id."""

    value: bytes | None
    outcome: str
    key: bytes | None = b"%C"
    headers: tuple[tuple[str, bytes], ...] = ()


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


@pytest.fixture(scope="module")
def published(house: House) -> dict[str, dict[str, Any]]:
    """Every odd record once, each followed by an ordinary message on the same partition."""
    placed: dict[str, dict[str, Any]] = {}
    before = house.accounts()["accepted"]
    for name, odd in ODD.items():
        conversation, identifier = f"odd-{uuid4().hex}", uuid4().hex

        def fresh(raw: bytes | None, c: str = conversation, i: str = identifier) -> bytes | None:
            return None if raw is None else raw.replace(b"%C", c.encode()).replace(b"%I", i.encode())

        value = fresh(odd.value)
        partition = house.home_of(conversation)
        place = house.publish(value, fresh(odd.key), partition=partition, headers=odd.headers)
        follower = f"after-{uuid4().hex}"
        while house.home_of(follower) != partition:
            follower = f"after-{uuid4().hex}"
        placed[name] = {
            "ref": f"{place[0]}:{place[1]}",
            "value": value,
            "conversation": conversation,
            "after": house.say(follower, "Quels sont vos délais de livraison ?"),
        }
    house.settled(before + 2 * len(ODD))
    return placed


@pytest.fixture(scope="module")
def seen(house: House, published: dict[str, Any]) -> dict[str, Any]:
    """What is visible outside once everything is settled and sent."""

    def complete() -> dict[str, Any] | None:
        replied = {r["in_reply_to"] for r in house.replies() if r["author"]["kind"] == "bot"}
        work = {m for w in house.work() if w["type"] in ("queued", "message") for m in w["message_ids"]}
        missing = [p for p in published.values() if p["after"] not in replied | work]
        return None if missing else {"replied": replied, "work": work}

    found: dict[str, Any] = house.eventually(complete, "every ordinary message is answered or work")
    found["quarantine"] = {r["value"]["ref"]: r["value"] for r in house.read("quarantine")}
    found["copies"] = {
        record["headers"]["relais-moved-from"].decode(): record["ref"]
        for record in house.read("inbound")
        if "relais-moved-from" in record["headers"]
    }
    found["entries"] = [r["value"] for r in house.read("ledger")]
    return found


def _story(ref: str, entries: list[dict[str, Any]]) -> list[str]:
    """What the book says of the message at `ref`, as an outsider reads it."""
    concerning = [e for e in entries if ref == e.get("ref") or ref in e.get("refs", ())]
    return [e["route"] if e["kind"] == "routed" else e["kind"] for e in concerning]


@pytest.mark.parametrize("name", ODD)
def test_an_odd_record_has_exactly_one_outcome_and_its_neighbour_too(
    name: str, published: dict[str, Any], seen: dict[str, Any]
) -> None:
    placed, expected = published[name], ODD[name].outcome
    ref = placed["ref"]
    kinds = _story(ref, seen["entries"])
    if ref in seen["copies"]:
        assert kinds == ["moved", "move_done"]
        kinds = _story(seen["copies"][ref], seen["entries"])
    assert (placed["after"] in seen["replied"]) != (placed["after"] in seen["work"])
    if expected in QUARANTINE_REASONS:
        record = seen["quarantine"][ref]
        assert record["reason"] == expected
        assert record["sha256"] == hashlib.sha256(placed["value"] or b"").hexdigest()
        assert record["size"] == len(placed["value"] or b"")
        assert kinds == ["quarantined"]
    elif expected == "people":
        assert kinds == ["human"]
    else:
        assert kinds in (["human"], ["bot", "answered"], ["bot", "handed_over"])


def test_the_same_id_twice_is_one_message(house: House) -> None:
    conversation, before = f"twice-{uuid4().hex}", house.accounts()["duplicates"]
    message_id = house.say(conversation, "How much is delivery?")
    house.say(conversation, "How much is delivery?", message_id)
    house.eventually(lambda: house.accounts()["duplicates"] == before + 1, "the copy is a duplicate")
    house.settled(1)
    replies = [
        r for r in house.replies() if r["conversation_id"] == conversation and r["author"]["kind"] == "bot"
    ]
    work = [w for w in house.work() if w["conversation_id"] == conversation and w["type"] == "queued"]
    assert len(replies) + len(work) == 1


def test_a_reply_to_header_sends_nothing_anywhere(house: House, published: dict[str, Any]) -> None:
    from confluent_kafka.admin import AdminClient

    topics = AdminClient({"bootstrap.servers": house.kafka}).list_topics(timeout=10).topics
    assert "somewhere.else" not in topics


def test_trace_and_cloudevents_headers_are_carried_along(
    house: House, published: dict[str, Any], seen: dict[str, Any]
) -> None:
    ref = published["CloudEvents and trace headers"]["ref"]
    routed = next(e for e in seen["entries"] if e["kind"] == "routed" and e["ref"] == ref)
    assert routed["message"]["headers"] == {
        "ce_type": "message",
        "traceparent": "00-0af7651916cd43dd-b7ad-01",
    }


def test_no_text_of_a_message_reaches_a_log(house: House, seen: dict[str, Any]) -> None:
    assert CANARY not in house.logs()
