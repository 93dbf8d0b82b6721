"""What is made of the lines of a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from services.cli.simulate import scenario
from services.cli.simulate.lines import Broken, Line, letters, read
from shared.contracts.errors import InvalidMessage, UserMistake
from shared.contracts.inbound import read_inbound

BROKEN = {
    "not JSON": b'{"text": "a"',
    "an array": b'["a"]',
    "no text": b'{"label": "a"}',
    "a text that is no string": b'{"text": 1}',
    "a conversation that is no string": b'{"text": "a", "conversation_id": 1}',
    "bytes that are not UTF-8": b'{"text": "\xff"}',
}


def lines_of(tmp_path: Path, *raw: bytes, language_from_file: bool = False) -> list[Line | Broken]:
    file = tmp_path / "messages.jsonl"
    file.write_bytes(b"\n".join(raw))
    return list(read(file, language_from_file))


@pytest.mark.parametrize("raw", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_line_is_named_with_its_number_and_the_others_count(tmp_path: Path, raw: bytes) -> None:
    found = lines_of(tmp_path, b'{"text": "a"}', b"", raw, b'{"text": ""}')
    assert [type(line) for line in found] == [Line, Broken, Line]
    assert [line.number for line in found] == [1, 3, 4]


def test_other_keys_are_ignored_and_lang_is_a_language_only_on_request(tmp_path: Path) -> None:
    raw = b'{"text": "a", "label": "x", "lang": "fr", "split": "test"}'
    assert lines_of(tmp_path, raw) == [Line(1, "a")]
    assert lines_of(tmp_path, raw, language_from_file=True) == [Line(1, "a", language="fr")]


def test_a_file_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(UserMistake, match="cannot read"):
        list(read(tmp_path / "nothing.jsonl"))


def test_messages_without_a_conversation_have_one_each_or_share_so_many_in_turn() -> None:
    lines = [Line(1, "a"), Line(2, "b", "mine"), Line(3, "c"), Line(4, "d")]
    assert [made.conversation_id for made in letters(lines, "run")] == [
        "run-c0",
        "run-mine",
        "run-c2",
        "run-c3",
    ]
    shared = [made.conversation_id for made in letters(lines, "run", conversations=2)]
    assert shared == ["run-c0", "run-mine", "run-c0", "run-c1"]


def test_what_is_published_is_a_message_by_the_contract() -> None:
    made = letters([Line(1, "a", channel="email", language="fr")], "run")[0]
    message = read_inbound(made.value, None, (), "0:0")
    assert (message.id, message.channel, message.language) == (made.id, "email", "fr")
    assert not message.damage


def test_the_scenario_has_a_message_for_every_way() -> None:
    made = scenario.letters("run")
    ids = [letter.id for letter in made]
    assert len(ids) - len(set(ids)) == 1
    assert [letter.text for letter in made if letter.elsewhere]
    assert [letter for letter in made if letter.text == ""]
    broken = [letter for letter in made if _unreadable(letter.value)]
    assert len(broken) == 1


def _unreadable(value: bytes) -> bool:
    try:
        json.loads(value)
        read_inbound(value, None, (), "0:0")
    except (ValueError, InvalidMessage):
        return True
    return False
