"""Nothing that is published to the inbound topic may stop, delay or lose another message."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.vocabulary import QUARANTINE_REASONS
from tests.kit.house import House
from tests.kit.odd import CANARY, ODD


@pytest.fixture(scope="module")
def published(house: House) -> dict[str, dict[str, Any]]:
    """Every odd record once, each followed by an ordinary message on the same partition."""
    placed: dict[str, dict[str, Any]] = {}
    before = house.accounts()["accepted"]
    for name, odd in ODD.items():
        conversation, identifier = f"odd-{uuid4().hex}", uuid4().hex
        value = odd.fresh(odd.value, conversation, identifier)
        partition = house.home_of(conversation)
        place = house.publish(
            value, odd.fresh(odd.key, conversation, identifier), partition=partition, headers=odd.headers
        )
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
