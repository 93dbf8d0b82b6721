"""Tools under attack do what agents do, and what they should not."""

from __future__ import annotations

from random import Random

import pytest
from confluent_kafka import Producer

from shared.contracts.agents import COMMAND
from tests.chaos.agents import reaction
from tests.chaos.oracle.following import QUIET, Following
from tests.kit.kafka import RealKafka
from tests.kit.process import wait_until

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


def test_what_is_written_is_read_on_in_order_when_the_broker_was_away(own_kafka: RealKafka) -> None:
    own_kafka.create_topics("chaos.followed", partitions=1)
    following = Following(own_kafka.address, [("chaos.followed", 0)])
    read: list[bytes] = []

    def has_read(count: int) -> bool:
        read.extend(message.value() for message in following.more())
        return len(read) >= count

    def write(*numbers: int) -> None:
        producer = Producer({"bootstrap.servers": own_kafka.address, **QUIET})
        for number in numbers:
            producer.produce("chaos.followed", b"%d" % number)
        assert producer.flush(30) == 0

    write(0, 1, 2)
    wait_until(lambda: has_read(3), 30, "what was written is read")
    own_kafka.kill()
    own_kafka.start()
    write(3, 4, 5)
    wait_until(lambda: has_read(6), 30, "what was written since is read")
    following.close()
    assert read == [b"%d" % number for number in range(6)]
