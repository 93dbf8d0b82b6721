"""The examples on the pages are what the code reads and writes."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, get_args

import pytest
import yaml

from services.bot.faq.book import Faq
from services.bot.http import _request, read_answer
from services.bot.question import Answer, Question
from shared.contracts.agents import AgentCommand
from shared.contracts.enrichment import IntentReading, SentimentReading
from shared.contracts.inbound import InboundMessage, Message
from shared.contracts.ledger import Routed
from shared.contracts.outward import Reply, WorkRecord, WorkType
from shared.policy.load import parse_policy
from tests.contracts.roles import ROLES
from tests.docs.pages import Block, blocks

JSON = blocks("json")
TOPICS = [block for block in JSON if block.shows in ROLES]


def _place(block: Block) -> str:
    return f"{block.page}:{block.line}"


def _names(model: Any) -> set[str]:
    return {field.name for field in fields(model)}


def test_every_example_says_what_it_shows() -> None:
    assert all(block.shows in {*ROLES, "request", "response"} for block in JSON)
    assert {block.shows for block in blocks("yaml")} == {"faq", "policy"}


@pytest.mark.parametrize("block", TOPICS, ids=_place)
def test_an_example_of_a_topic_is_read_as_it_stands(block: Block) -> None:
    read = ROLES[block.shows].read(block.text.encode())
    assert not getattr(read, "damage", ())
    written = json.loads(ROLES[block.shows].write(read))
    told = json.loads(block.text)
    assert set(told) <= set(written)
    assert all(written[name] == told[name] for name in told if name != "messages")


def test_the_complete_examples_have_every_field() -> None:
    told = {(b.shows, frozenset(json.loads(b.text))) for b in TOPICS}
    assert ("inbound", frozenset(_names(InboundMessage))) in told
    assert ("work", frozenset(_names(WorkRecord))) in told
    assert {names for shows, names in told if shows == "replies"} == {frozenset(_names(Reply))}


def test_every_type_of_record_command_and_author_has_an_example() -> None:
    told = {shows: [json.loads(b.text) for b in TOPICS if b.shows == shows] for shows in ROLES}
    assert {work["type"] for work in told["work"]} == set(get_args(WorkType))
    commands = {kind.__dataclass_fields__["type"].default for kind in get_args(get_args(AgentCommand)[0])}
    assert {command["type"] for command in told["agents"]} == commands
    assert {reply["author"]["kind"] for reply in told["replies"]} == {"bot", "agent", "notice"}


def test_the_request_to_an_http_bot_has_the_fields_it_is_sent_with() -> None:
    told = next(json.loads(block.text) for block in JSON if block.shows == "request")
    message = Message(told["message"]["id"], told["conversation_id"], "chat", told["message"]["text"])
    routed = Routed(
        "3:1187",
        "c",
        "bot",
        "general",
        "normal",
        ("automatic",),
        message,
        IntentReading(),
        SentimentReading(),
        "",
    )
    sent = json.loads(_request(Question(routed, 0, 0, "fr"))["content"])
    assert (set(told), set(told["message"])) == (set(sent), set(sent["message"]))


def test_the_responses_of_an_http_bot_are_understood() -> None:
    said = [read_answer(b.text.encode(), "fr") for b in JSON if b.shows == "response"]
    assert [type(result) for result in said] == [Answer, str]
    assert said[1] == "bot_unsure"


def test_the_faq_and_the_policy_are_taken() -> None:
    for block in blocks("yaml"):
        if block.shows == "faq":
            Faq.model_validate(yaml.safe_load(block.text))
        else:
            parse_policy(block.text.encode())
