"""How a service ends: whatever goes wrong, at once, with a last word, and with nothing skipped.

The doomed are started together and looked at one by one.
"""

from __future__ import annotations

import signal
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, NamedTuple

import pytest

from shared.runtime.watchdog import EXIT_BLOCKED, EXIT_BUG, EXIT_SLOW_STOP, EXIT_STUCK
from tests.kit.kafka import RealKafka
from tests.kit.process import free_port
from tests.runtime.mutter import CANARY
from tests.runtime.running import TinyHouse

MISTAKE = 64


class Doom(NamedTuple):
    """What a tiny service is told, and its last word."""

    order: dict[str, Any]
    code: int
    event: str
    environment: dict[str, str] = {}
    topic: dict[str, str] = {}
    """Settings of the topic it writes."""


DOOMS = {
    "an exception in a handler": Doom({"do": "raise"}, EXIT_BUG, "batch_failed"),
    "a validation error": Doom({"do": "validate"}, EXIT_BUG, "batch_failed"),
    "a state that cannot be restored": Doom({}, EXIT_BUG, "restore_failed", {"TINY_RESTORE": "fail"}),
    "a write that is not acknowledged by all": Doom(
        {}, EXIT_BUG, "batch_failed", {"RELAIS_SEND_TIMEOUT": "2"}, {"min.insync.replicas": "2"}
    ),
    "a blocked event loop": Doom(
        {"do": "block"}, EXIT_BLOCKED, "event_loop_blocked", {"RELAIS_STUCK_AFTER": "3"}
    ),
    "a handler that never returns": Doom(
        {"do": "hold", "until": "/nowhere"}, EXIT_STUCK, "handler_stuck", {"RELAIS_STUCK_AFTER": "3"}
    ),
    "a consumer that stopped silently": Doom(
        {"do": "stop reading"}, EXIT_STUCK, "consumer_stopped", {"RELAIS_STUCK_AFTER": "2"}
    ),
    "a failure while partitions are taken away": Doom(
        {"do": "break on positions"}, EXIT_BUG, "revoke_failed", {"RELAIS_COMMIT_INTERVAL": "3600"}
    ),
}


@pytest.fixture(scope="module")
def doomed(kafka: RealKafka) -> Iterator[dict[str, TinyHouse]]:
    """Every doom on its way."""
    with ExitStack() as stack:
        houses = {}
        for name, doom in DOOMS.items():
            house = TinyHouse(kafka.address, partitions=1, settings=doom.topic, **doom.environment)
            houses[name] = stack.enter_context(house)
            house.launch()
            house.publish(doom.order, "order", partition=0)
            house.say_all("behind")
        fails_on_revoke = houses["a failure while partitions are taken away"]
        fails_on_revoke.eventually(
            lambda: len(fails_on_revoke.repeated()) == 2, "the order is carried out", within=60
        )
        fails_on_revoke.launch(as_="newcomer")
        yield houses


@pytest.mark.parametrize("name", DOOMS)
def test_a_failure_ends_the_process_with_a_last_word(name: str, doomed: dict[str, TinyHouse]) -> None:
    house, doom = doomed[name], DOOMS[name]
    assert house.ended(within=40) == doom.code, house.log("tiny")
    word = house.last_word()
    assert (word["event"], word["level"], word["code"]) == (doom.event, "critical", doom.code)
    assert CANARY not in house.log("tiny")
    assert not house.said("not JSON")


@pytest.mark.parametrize("name", ["an exception in a handler", "a write that is not acknowledged by all"])
def test_a_failure_skips_nothing(name: str, doomed: dict[str, TinyHouse]) -> None:
    house = doomed[name]
    house.ended(within=40)
    assert house.committed() <= 0
    admin = house.admin
    from confluent_kafka.admin import AlterConfigOpType, ConfigEntry, ConfigResource

    entry = ConfigEntry("min.insync.replicas", "1", incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ConfigResource.Type.TOPIC, house.topic("replies"), incremental_configs=[entry])
    admin.incremental_alter_configs([resource])[resource].result(10)
    house.start(TINY_DEAF="1", RELAIS_SEND_TIMEOUT="20")
    house.eventually(lambda: house.repeated()[-1:] == [b"behind"], "all is repeated in order")
    assert len(house.repeated()) == 2
