"""Tools under attack do what agents do, and what they should not."""

from __future__ import annotations

from random import Random

import pytest

from shared.contracts.agents import COMMAND
from tests.chaos.agents import reaction

HELD = {"type": "assigned", "agent_id": "ana", "work_id": "0:1", "token": 7}
RECORDS = {
    "an offer": ({"type": "offer", "agent_id": "ana", "work_id": "0:1"}, {"accept", "decline"}),
    "a work in hand": (HELD, {"reply", "close", "hold", "transfer"}),
    "a work that an outside tool assigned": (HELD | {"token": None}, set()),
    "a closed work": (
        {"type": "closed", "agent_id": "ana", "work_id": "0:1", "wrap_until": "2026-01-01T00:00:00Z"},
        {"wrap_up"},
    ),
    "an answer of the bot": ({"author": {"kind": "bot"}, "conversation_id": "c"}, {"take_over"}),
    "a notice": ({"author": {"kind": "notice"}, "conversation_id": "c"}, set()),
}


@pytest.mark.parametrize("name", RECORDS)
def test_every_command_is_one_that_is_published(name: str) -> None:
    record, kinds = RECORDS[name]
    rng = Random(1)
    commands = [command for _ in range(300) for command in reaction(record, rng)]
    assert {command["type"] for command in commands} == kinds
    for command in commands:
        COMMAND.validate_python(command)
