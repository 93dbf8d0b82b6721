"""`relais explain` tells what the book says of a message, and nothing of its text unless asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.cli.explain.read import before
from shared.contracts.inbound import Message
from shared.contracts.ledger import Assigned, Closed, HandedOver, Moved, MoveDone, Quarantined, Replied
from shared.contracts.placement import Ref, home
from shared.ledger import snapshot
from shared.ledger.book import Book
from shared.ledger.moving import MOVED_FROM
from tests.cli.stage import PARTITIONS, Stage, answered, embedded_kafka, routed
from tests.ledger.entries import Lying
from tests.ledger.test_restore import Shelf

CANARY = "Zorglubine"
ANA = "ana"
HOME = home(ANA, PARTITIONS)
ELSEWHERE = (HOME + 1) % PARTITIONS


@pytest.fixture(scope="module")
def kafka_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with embedded_kafka(tmp_path_factory.mktemp("kafka")) as address:
        yield address


@pytest.fixture
def stage(kafka_address: str, tmp_path: Path) -> Stage:
    return Stage(kafka_address, tmp_path)


def value_of(identifier: str, conversation: str = ANA) -> bytes:
    message = {"id": identifier, "conversation_id": conversation, "channel": "chat"}
    return json.dumps({**message, "text": f"{CANARY}, vous livrez quand ?"}).encode()


def say(stage: Stage, identifier: str, partition: int = HOME, conversation: str = ANA) -> str:
    return stage.write("inbound", partition, value_of(identifier, conversation), conversation.encode())


def events(told: dict[str, Any]) -> list[tuple[str, bool]]:
    """Kind and validity of every entry in the story."""
    return [(event["kind"], event["inert"] is None) for event in told["events"]]


def test_an_answered_message_is_told_with_what_came_too_late(stage: Stage) -> None:
    ref = say(stage, "m1")
    stage.enter(routed(ref, value_of("m1")), HOME)
    stage.enter(answered(ref, ANA), HOME, by="bot/one")
    stage.enter(answered(ref, ANA, "Trois jours."), HOME, by="bot/zombie")
    told = stage.json("explain", "m1")
    assert events(told) == [("routed", True), ("answered", True), ("answered", False)]
    assert told["events"][2]["by"] == "bot/zombie"
    assert told["outcome"]["outcome"] == "answered"
    assert told["understood"]["intents"]["intents"][0] == ["delivery_time", 0.91]
    assert told["decided"]["policy"] == "policy-1"
    assert told["outcome"]["after"] == told["outcome"]["at"] - told["lay"]["at"]
    said = stage.relais("explain", ref).stdout
    assert "not valid: the message had its outcome already" in said
    assert "Simple request, automatic answer." in said


def test_what_was_written_is_shown_only_on_request(stage: Stage) -> None:
    ref = say(stage, "m1")
    stage.enter(routed(ref, value_of("m1")), HOME)
    stage.enter(answered(ref, ANA, f"Cher {CANARY}"), HOME)
    for arguments in (["explain", ref], ["explain", "m1", "--json"]):
        quiet = stage.relais(*arguments)
        assert quiet.returncode == 0
        assert CANARY.lower() not in quiet.stdout.lower() + quiet.stderr.lower()
        asked = stage.relais(*arguments, "--text").stdout
        assert f"{CANARY}, vous livrez" in asked
        assert f"Cher {CANARY}" in asked


def test_a_message_with_people_is_told_with_its_work(stage: Stage) -> None:
    ref = say(stage, "m1")
    stage.enter(routed(ref, value_of("m1")), HOME)
    stage.enter(HandedOver((ref,), ANA, 0, "general", "bot_unsure"), HOME, by="bot/one")
    assert stage.json("explain", ref)["outcome"]["state"] == "waiting"
    token = int(stage.enter(Assigned(ref, ANA, "agent-1", 0, "c1"), HOME).partition(":")[2])
    stage.enter(Replied(ref, ANA, "agent-2", token, CANARY, "c2"), HOME)
    told = stage.json("explain", ref)
    assert told["outcome"]["outcome"] == "people"
    assert told["outcome"]["reasons"][0]["code"] == "bot_unsure"
    assert (told["outcome"]["state"], told["outcome"]["agent"]) == ("held", "agent-1")
    assert events(told)[2:] == [("assigned", True), ("replied", False)]
    stage.enter(Closed(ref, ANA, "agent-1", token, "resolved", "c3"), HOME)
    assert stage.json("explain", ref)["outcome"]["state"] == "closed"


def test_a_message_nobody_routed_is_told_with_what_the_models_make_of_it_now(stage: Stage) -> None:
    ref = say(stage, "m1")
    message = Message("m1", ANA, "chat", CANARY)
    stage.enter(HandedOver((ref,), ANA, 0, "fallback", "silence", ((ref, message),)), HOME, by="fallback/one")
    told = stage.json("explain", ref)
    assert told["understood"] is None
    assert told["outcome"]["reasons"][0]["code"] == "silence"
    found = told["recomputed"]
    assert found["failed"] or found["intents"]["intents"]


def test_a_message_swept_along_with_a_later_one_says_with_which(stage: Stage) -> None:
    first, second = say(stage, "m1"), say(stage, "m2")
    stage.enter(routed(first, value_of("m1")), HOME)
    stage.enter(routed(second, value_of("m2"), "human", "wants_person"), HOME)
    told = stage.json("explain", first)
    assert told["outcome"]["outcome"] == "people"
    assert told["outcome"]["work"] == first
    assert second in told["events"][-1]["says"]


def test_a_moved_message_is_followed_home(stage: Stage) -> None:
    ref = say(stage, "m1", partition=ELSEWHERE)
    stage.enter(Moved(ref, ANA, HOME), ELSEWHERE)
    copy = stage.write("inbound", HOME, value_of("m1"), ANA.encode(), [(MOVED_FROM, ref.encode())])
    stage.enter(MoveDone(ref), ELSEWHERE)
    stage.enter(routed(copy, value_of("m1")), HOME)
    for asked in (ref, "m1"):
        told = stage.json("explain", asked)
        assert told["ref"] == ref
        assert told["outcome"] | {"to": HOME, "done": True} == told["outcome"]
        assert [found["ref"] for found in told["copies"]] == [copy]
        assert told["copies"][0]["outcome"]["state"].startswith("routed to the bot")


def test_a_duplicate_and_its_original_know_of_each_other(stage: Stage) -> None:
    original, again = say(stage, "m1"), say(stage, "m1")
    for ref in (original, again):
        stage.enter(routed(ref, value_of("m1")), HOME)
    assert stage.json("explain", again)["outcome"]["of"] == original
    by_id = stage.json("explain", "m1")
    assert by_id["ref"] == original
    assert again in by_id["notes"][0]
    assert again in by_id["events"][-1]["says"]


def test_a_quarantined_message_is_told_by_its_place(stage: Stage) -> None:
    ref = stage.write("inbound", HOME, f'{{"text": "{CANARY}'.encode())
    stage.enter(Quarantined(ref, "not_json", "", 0, ""), HOME)
    told = stage.json("explain", ref)
    assert told["lay"]["unreadable"] == "not_json"
    assert told["outcome"]["outcome"] == "quarantined"


def test_a_message_nobody_has_seen_yet_is_told_as_such(stage: Stage) -> None:
    assert "nobody has decided" in stage.relais("explain", say(stage, "m1")).stdout


def test_an_id_that_several_conversations_use_is_a_choice_to_make(stage: Stage) -> None:
    refs = {say(stage, "m1"), say(stage, "m1", home("ben", PARTITIONS), "ben")}
    done = stage.relais("explain", "m1", "--json")
    assert done.returncode == 2
    assert {choice["ref"] for choice in json.loads(done.stdout)["choices"]} == refs


MISTAKES = {
    "nowhere-to-be-found": "no message with this id",
    f"{PARTITIONS}:0": "there is no partition",
    "0:999999": "nothing lies at",
}


@pytest.mark.parametrize("asked", MISTAKES)
def test_a_message_that_is_not_there_is_one_line_and_exit_code_2(stage: Stage, asked: str) -> None:
    done = stage.relais("explain", asked)
    assert done.returncode == 2
    assert MISTAKES[asked] in done.stderr
    assert done.stderr.count("\n") == 1


async def test_the_newest_saved_book_from_before_the_decision_is_taken() -> None:
    book = Book(0)
    saved: list[Lying] = []
    for offset in range(3):
        saved += [Lying(len(saved), value, key) for key, value in snapshot.pack(book, "one")]
        entry = routed(f"0:{offset}", value_of(f"m{offset}"), "human", "wants_person")
        book.apply(in_conversation(entry, f"c{offset}"), offset, at=1000)
    shelf: Any = Shelf([], saved)
    assert [(await before(shelf, Ref(0, offset))).offset for offset in range(4)] == [0, 1, 2, 2]


def in_conversation(entry: Any, conversation: str) -> Any:
    message = replace(entry.message, conversation_id=conversation)
    return msgspec.structs.replace(entry, conversation=conversation, message=message)
