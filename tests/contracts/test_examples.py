"""The golden messages are the contract: what is good is read and written alike, what is bad is refused
or repaired exactly as the table beside it says."""

import json
from typing import get_args

import msgspec
import pytest
from pydantic import ValidationError

from shared.contracts.agents import AgentCommand
from shared.contracts.errors import InvalidMessage
from shared.contracts.inbound import Message, read_inbound
from shared.contracts.ledger import Entry
from shared.contracts.outward import Reply, WorkRecord, WorkType
from shared.contracts.topics import FIXED, work
from shared.contracts.vocabulary import EXCLUSIONS, REASONS, REFUSALS, Sentence
from tests.contracts.roles import EXAMPLES, REF, ROLES, Example, bad, good, name_of, table

REFUSED = (msgspec.DecodeError, ValidationError, UnicodeDecodeError)
"""What the readers of the other topics take for a value that is none."""


@pytest.mark.parametrize("example", good(), ids=name_of)
def test_a_good_message_is_read_and_written_alike(example: Example) -> None:
    role = ROLES[example.role]
    read = role.read(example.value)
    assert not getattr(read, "damage", ())
    assert json.loads(role.write(read)) == json.loads(example.value)


@pytest.mark.parametrize("example", [e for e in bad() if e.role != "inbound"], ids=name_of)
def test_a_bad_message_is_refused(example: Example) -> None:
    assert example.expected == {"refused": True}
    with pytest.raises(REFUSED):
        ROLES[example.role].read(example.value)


@pytest.mark.parametrize("example", [e for e in bad() if e.role == "inbound"], ids=name_of)
def test_what_a_channel_published_is_quarantined_or_repaired(example: Example) -> None:
    key = example.expected.get("key")
    stated = None if key is None else key.encode("utf-8", "surrogateescape")
    try:
        message = read_inbound(example.value, stated, (), REF)
    except InvalidMessage as error:
        assert example.expected == {"quarantined": error.reason}
    else:
        repaired = json.loads(msgspec.json.encode(message))
        assert "quarantined" not in example.expected
        assert repaired["damage"] == example.expected["damage"]
        assert {name: repaired[name] for name in example.expected["read"]} == example.expected["read"]


@pytest.mark.parametrize("role", ROLES)
def test_every_example_is_in_its_table(role: str) -> None:
    assert {path.name for path in (EXAMPLES / role / "bad").iterdir()} == set(table(role))


def test_every_topic_has_examples() -> None:
    topics = {topic.role for topic in FIXED} | {work("any").role.partition(".")[0]}
    assert {path.name for path in EXAMPLES.iterdir()} == topics == set(ROLES)


def test_every_kind_of_entry_command_and_work_record_has_a_good_example() -> None:
    kinds = {json.loads(e.value).get("kind") for e in good() if e.role == "ledger"}
    assert kinds == {entry.__struct_config__.tag for entry in get_args(Entry)}
    types = {json.loads(e.value)["type"] for e in good() if e.role == "agents"}
    assert types == {c.__dataclass_fields__["type"].default for c in get_args(get_args(AgentCommand)[0])}
    assert {json.loads(e.value)["type"] for e in good() if e.role == "work"} == set(get_args(WorkType))


def test_the_optional_fields_of_the_outside_contract_all_occur() -> None:
    full = json.loads((EXAMPLES / "inbound/good/full.json").read_bytes())
    assert set(full) == set(Message.__dataclass_fields__) - {"damage", "headers"}


def test_the_examples_of_work_give_their_reasons_in_the_words_of_the_vocabulary() -> None:
    for example in good():
        if example.role == "work":
            record: WorkRecord = ROLES["work"].read(example.value)
            assert (record.reason is None) == (record.type in ("wrapped_up", "why"))
            if record.reason is not None:
                said = _words(record.type)[record.reason.code]
                assert (record.reason.fr, record.reason.en) == (said.fr, said.en)
            for agent in record.excluded:
                said = EXCLUSIONS[agent.rule]
                assert (agent.fr, agent.en) == (said.fr, said.en)
            assert len(record.refs) == len(record.message_ids) == len(record.messages)


def _words(kind: WorkType) -> dict[str, Sentence]:
    """Where a record of this type has its reason from."""
    of_refusals = kind in ("refused", "rescinded", "released", "transferred", "away", "alarm")
    return {str(code): words for code, words in (REFUSALS if of_refusals else REASONS).items()}


def test_the_bots_example_says_within_its_text_that_it_is_a_machine() -> None:
    for example in good():
        if example.role == "replies":
            reply: Reply = ROLES["replies"].read(example.value)
            assert (reply.disclosure is not None) == (reply.author.kind == "bot")
            assert reply.text.endswith(reply.disclosure or "")
