"""Two routers: they share the partitions, and one that comes back from the dead changes no outcome."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from confluent_kafka.admin import AdminClient

from shared.contracts.ledger import decode
from shared.contracts.placement import parse_ref
from shared.ledger.book import Book
from shared.runtime.settings import ROOT
from shared.runtime.watchdog import EXIT_STUCK
from tests.kit.house import House
from tests.kit.kafka import RealKafka
from tests.kit.process import wait_until
from tests.runtime.running import TinyHouse

ROUTERS = ("router-a", "router-b")
WAIT = 5.0
"""Seconds a router waits for what the enrichers say."""


@pytest.fixture(scope="module")
def pair(kafka: RealKafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Two routers and a fallback; the enrichers are not there yet."""
    policy = _patient_policy(tmp_path_factory.mktemp("policy") / "policy.yaml")
    quick = {"RELAIS_SESSION_TIMEOUT": "1.5", "RELAIS_POLICY": str(policy), "RELAIS_PATIENCE": "600"}
    with House(kafka.address, "", 4, **quick) as house:
        for label in ROUTERS:
            house.launch("router", as_=label)
        house.launch("fallback", RELAIS_START_GRACE="600")
        house.wait_ready(*ROUTERS, "fallback", within=90)
        house.eventually(lambda: all(len(_owned(house, label)) == 2 for label in ROUTERS), "they share")
        yield house


def _patient_policy(path: Path) -> Path:
    policy = yaml.safe_load((ROOT / "deploy" / "policy.yaml").read_text())
    policy["routing"] |= {"start_wait": WAIT, "enrichment_wait": WAIT}
    path.write_text(yaml.safe_dump(policy))
    return path


def _owned(house: House, label: str) -> list[int]:
    return list(house.status(label).get("partitions", []))


def test_each_router_has_the_same_partitions_of_all_four_topics(pair: House) -> None:
    group = f"{pair.namespace}.router"
    admin = AdminClient({"bootstrap.servers": pair.kafka})
    described = admin.describe_consumer_groups([group])[group].result(10)
    assert described.partition_assignor == "range"
    assigned = [
        {
            topic: sorted(
                place.partition for place in member.assignment.topic_partitions if place.topic == topic
            )
            for topic in map(pair.topic, ("inbound", "intents", "sentiments", "ledger"))
        }
        for member in described.members
    ]
    assert len(assigned) == 2
    for topics in assigned:
        assert len({tuple(partitions) for partitions in topics.values()}) == 1
    assert sorted(p for topics in assigned for p in topics[pair.topic("inbound")]) == [0, 1, 2, 3]


def test_a_zombies_late_entries_are_counted_and_change_no_outcome(pair: House) -> None:
    conversation = next(f"c{n}" for n in range(100) if pair.home_of(f"c{n}") in _owned(pair, "router-a"))
    partition = pair.home_of(conversation)
    before = pair.status("router-a")["handled"]
    for _ in range(5):
        pair.say(conversation, "Je veux parler à un conseiller")
    pair.eventually(lambda: pair.status("router-a")["handled"] >= before + 5, "it has read them")
    read = time.monotonic()
    zombie = pair.processes["router-a"]
    zombie.send_signal(signal.SIGSTOP)
    assert _outcomes(pair) == {}, "it was stopped before it decided"

    for name in ("intent_classifier", "sentiment_scorer"):
        pair.launch(name)
    pair.settled(5, within=90)
    settled, written = _outcomes(pair), len(pair.read("ledger"))
    assert [ref for ref in settled if parse_ref(ref).partition == partition] == list(settled)
    wait_until(lambda: time.monotonic() > read + WAIT, WAIT, "the end of the zombie's patience")

    zombie.send_signal(signal.SIGCONT)
    pair.eventually(lambda: pair.accounts()["inert"].get("routed", 0) >= 5, "its late entries are counted")
    pair.eventually(lambda: len(_owned(pair, "router-a")) == 2, "it is a member again")
    assert zombie.poll() is None
    late = pair.read("ledger")[written:]
    assert {record["headers"]["relais-by"] for record in late} == {b"router/router-a-1"}
    assert _outcomes(pair) == settled
    pair.say(conversation, "Je veux parler à un conseiller")
    assert pair.settled(6)["unsettled"] == 0


def test_of_two_static_members_with_one_name_the_zombie_gives_in(kafka: RealKafka) -> None:
    """The client alone would have them take the name from each other for ever, and read everything again
    each time."""
    static = {"RELAIS_STATIC_MEMBERSHIP": "true", "RELAIS_INSTANCE": "same", "RELAIS_SESSION_TIMEOUT": "2"}
    with TinyHouse(kafka.address, environment=static) as house:
        house.start("old")
        house.processes["old"].send_signal(signal.SIGSTOP)
        house.start("new")
        house.say_all("a", "b")
        house.eventually(lambda: house.committed() == 2, "the new one has the old one's place")
        house.processes["old"].send_signal(signal.SIGCONT)
        house.say_all("c")
        assert house.ended("old") == EXIT_STUCK
        assert house.last_word("old")["event"] == "membership_lost"
        house.say_all("d")
        house.eventually(lambda: house.committed() == 4, "the new one goes on")
        assert house.processes["new"].poll() is None
        assert house.repeated() == [b"a", b"b", b"c", b"d"]


def _outcomes(house: House) -> dict[str, str]:
    """What the book says became of each message."""
    books = [Book(partition) for partition in range(house.partitions)]
    outcomes: dict[str, str] = {}
    for record in house.read("ledger"):
        place = parse_ref(record["ref"])
        verdict = books[place.partition].apply(decode(record["raw"]), place.offset, 0)
        outcomes |= {f"{place.partition}:{s.offset}": s.outcome for s in verdict.settled}
    return outcomes
