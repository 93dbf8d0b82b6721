"""How a service ends: whatever goes wrong, at once, with a last word, and with nothing skipped.

The doomed are started together and looked at one by one.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest

from shared.runtime.watchdog import EXIT_BLOCKED, EXIT_BUG, EXIT_SLOW_STOP, EXIT_STUCK
from tests.kit.kafka import RealKafka
from tests.runtime.mutter import CANARY
from tests.runtime.running import TinyHouse

MISTAKE = 64
RARELY_COMMITTED = {"RELAIS_COMMIT_INTERVAL": "3600"}


@dataclass(frozen=True)
class Doom:
    """What a tiny service is told, and its last word."""

    order: dict[str, Any]
    code: int
    event: str
    environment: dict[str, str] = field(default_factory=dict)
    topic: dict[str, str] = field(default_factory=dict)
    """Settings of the topic it writes."""


DOOMS = {
    "an exception in a handler": Doom({"do": "raise"}, EXIT_BUG, "batch_failed"),
    "a validation error": Doom({"do": "validate"}, EXIT_BUG, "batch_failed"),
    "a state that cannot be restored": Doom({}, EXIT_BUG, "restore_failed", {"TINY_RESTORE": "fail"}),
    "a write that the broker refuses": Doom({}, EXIT_BUG, "batch_failed", topic={"max.message.bytes": "50"}),
    "a blocked event loop": Doom(
        {"do": "block"}, EXIT_BLOCKED, "event_loop_blocked", {"RELAIS_STUCK_AFTER": "3"}
    ),
    "a handler that never returns": Doom(
        {"do": "hold", "until": "/nowhere"}, EXIT_STUCK, "handler_stuck", {"RELAIS_STUCK_AFTER": "3"}
    ),
    "a consumer that stopped silently": Doom(
        {"do": "stop reading"}, EXIT_STUCK, "consumer_stopped", {"RELAIS_STUCK_AFTER": "2"}
    ),
    "a handler that does not stop when told to": Doom(
        {"do": "hold", "until": "/nowhere"}, EXIT_SLOW_STOP, "stop_took_too_long"
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
            house = TinyHouse(kafka.address, 1, settings=doom.topic, environment=doom.environment)
            houses[name] = stack.enter_context(house)
            house.launch()
            house.publish(doom.order, "order", partition=0)
            house.say_all("behind")
        for name in ("a failure while partitions are taken away", "a consumer that stopped silently"):
            _wait_for_both(houses[name])
        houses["a failure while partitions are taken away"].launch(as_="newcomer")
        houses["a consumer that stopped silently"].say_all("unread")
        stubborn = houses["a handler that does not stop when told to"]
        stubborn.eventually(lambda: stubborn.said("holding"), "the order is being carried out")
        stubborn.processes["tiny"].terminate()
        yield houses


def _wait_for_both(house: TinyHouse) -> None:
    house.eventually(lambda: len(house.repeated()) == 2, "the order is carried out")


@pytest.mark.parametrize("name", DOOMS)
def test_a_failure_ends_the_process_with_a_last_word(name: str, doomed: dict[str, TinyHouse]) -> None:
    house, doom = doomed[name], DOOMS[name]
    assert house.ended() == doom.code, house.log("tiny")
    word = house.last_word()
    assert (word["event"], word["level"], word["code"]) == (doom.event, "critical", doom.code)
    assert CANARY not in house.log("tiny")
    assert not house.said("not JSON")


@pytest.mark.parametrize("name", ["an exception in a handler", "a write that the broker refuses"])
def test_a_failure_skips_nothing(name: str, doomed: dict[str, TinyHouse]) -> None:
    house = doomed[name]
    house.ended()
    assert house.committed() <= 0
    house.allow("max.message.bytes", "8388608")
    house.start(TINY_DEAF="1")
    house.eventually(lambda: house.repeated()[-1:] == [b"behind"], "all is repeated in order")
    assert len(house.repeated()) == 2


# -- a stop that was asked for -------------------------------------------------------------------


def test_a_stop_is_graceful_and_commits_what_is_done(kafka: RealKafka) -> None:
    with TinyHouse(kafka.address, 1, environment=RARELY_COMMITTED) as house:
        house.start()
        house.say_all("a", "b")
        house.publish(b"c", "key", role="agents", partition=0)
        house.eventually(lambda: len(house.repeated()) == 3, "all is repeated")
        assert house.committed() < 0
        assert _stop(house) == 0
        assert (house.committed(), house.committed("agents")) == (2, 1)


def test_a_stop_waits_for_the_handler_at_work(kafka: RealKafka) -> None:
    with TinyHouse(kafka.address, 1, environment=RARELY_COMMITTED) as house:
        go_on = house.home / "go-on"
        house.start()
        house.order("hold", until=str(go_on))
        house.eventually(lambda: house.said("holding"), "the order is being carried out")
        house.say_all("behind")
        house.processes["tiny"].terminate()
        house.eventually(lambda: not house.status("tiny").get("ready"), "it is stopping")
        go_on.touch()
        assert house.ended(within=10) == 0
        done = house.committed()
        assert len(house.repeated()) == done, "all that was done is committed, and nothing else"
        house.start()
        house.eventually(lambda: len(house.repeated()) == 2, "the rest is repeated by the next")
        assert house.repeated()[1] == b"behind"


def _stop(house: TinyHouse) -> int:
    house.processes["tiny"].terminate()
    return house.ended(within=10)


def test_health_is_answered_while_the_event_loop_is_blocked(kafka: RealKafka) -> None:
    with TinyHouse(kafka.address, partitions=1) as house:
        house.start()
        house.order("block")
        house.eventually(lambda: house.said("blocking"), "it is blocked")
        answers = {path: _get(house, path) for path in ("/live", "/status", "/metrics", "/nothing")}
        assert answers == {"/live": 200, "/status": 200, "/metrics": 200, "/nothing": 404}
        house.eventually(lambda: _get(house, "/ready") == 503, "it is seen to be stuck")


def _get(house: TinyHouse, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{house.ports['tiny']}{path}", timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


# -- a user's mistake ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Mistake:
    """How a house is set up wrongly, and what the one line says that explains it."""

    says: str
    counts: dict[str, int] = field(default_factory=dict)
    """Partitions of topics that differ; 0 for a missing one."""
    environment: dict[str, str] = field(default_factory=dict)


NOBODY = "127.0.0.1:1"
MISTAKES = {
    "Kafka is away": Mistake(
        f"Kafka does not answer at {NOBODY}: is it running there?", environment={"RELAIS_KAFKA": NOBODY}
    ),
    "a topic is missing that it reads": Mistake(
        "topics are missing: NS.agents; run `relais topics create`", {"agents": 0}
    ),
    "a topic is missing that it writes": Mistake(
        "topics are missing: NS.replies; run `relais topics create`", {"replies": 0}
    ),
    "topics have different numbers of partitions": Mistake(
        "these topics must have the same number of partitions: NS.agents: 3, NS.inbound: 1, NS.replies: 2",
        {"agents": 3, "replies": 2},
    ),
    "the port is taken": Mistake(
        "port TAKEN is taken: set RELAIS_HTTP_PORT to a free one", environment={"RELAIS_HTTP_PORT": "TAKEN"}
    ),
    "settings are not what they must be": Mistake(
        "RELAIS_LOG_LEVEL: Input should be 'debug', 'info', 'warning', 'error' or 'critical'; "
        "RELAIS_BATCH: Input should be greater than 0",
        environment={"RELAIS_LOG_LEVEL": "loud", "RELAIS_BATCH": "0"},
    ),
}


@pytest.fixture(scope="module")
def mistaken(kafka: RealKafka) -> Iterator[dict[str, TinyHouse]]:
    """Every mistake made."""
    taken = kafka.address.rpartition(":")[2]
    with ExitStack() as stack:
        houses = {}
        for name, mistake in MISTAKES.items():
            house = stack.enter_context(TinyHouse(kafka.address, partitions=1, counts=mistake.counts))
            house.launch(**{key: value.replace("TAKEN", taken) for key, value in mistake.environment.items()})
            houses[name] = house
        yield houses


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_refused_with_one_clear_line(name: str, mistaken: dict[str, TinyHouse]) -> None:
    house = mistaken[name]
    assert house.ended() == MISTAKE, house.log("tiny")
    assert not house.said("not JSON"), "no traceback for a user's mistake"
    word = house.last_word()
    assert (word["event"], word["level"]) == ("cannot_run", "critical")
    taken = house.kafka.rpartition(":")[2]
    assert word["message"] == MISTAKES[name].says.replace("NS", house.namespace).replace("TAKEN", taken)


@pytest.mark.parametrize("missing", ["agents", "replies"])
def test_a_missing_topic_does_not_appear_by_itself(missing: str, mistaken: dict[str, TinyHouse]) -> None:
    name = "a topic is missing that it " + ("reads" if missing == "agents" else "writes")
    house = mistaken[name]
    house.ended()
    admin = house.admin
    assert house.topic(missing) not in admin.list_topics(timeout=10).topics
