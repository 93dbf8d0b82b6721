"""`relais topics` on a real broker: what the map says is what is made, and every difference is named."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import uuid4

import pytest
from confluent_kafka.admin import AdminClient, ConfigResource  # type: ignore[attr-defined]

from services.cli.topics.the_map import the_map
from shared.contracts.topics import INBOUND, LEDGER
from shared.runtime.admin import settings
from tests.cli.command import relais
from tests.kit.kafka import RealKafka


@pytest.fixture
def namespace() -> str:
    return f"topics{uuid4().hex[:8]}"


class Topics:
    """`relais topics` in one namespace of one broker."""

    def __init__(self, kafka: RealKafka, namespace: str, home: Path) -> None:
        self.kafka, self.namespace, self._home = kafka, namespace, home
        self.names = [topic.name(namespace) for topic in the_map()]

    def run(self, command: str, *arguments: str, code: int = 0) -> str:
        """Its standard output, or standard error when it is to fail."""
        given = ("--kafka", self.kafka.address, "--namespace", self.namespace)
        done = relais(self._home, "topics", command, *given, *arguments)
        assert done.returncode == code, (done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done.stderr if code == 2 else done.stdout

    def partitions(self) -> dict[str, int]:
        told = AdminClient({"bootstrap.servers": self.kafka.address}).list_topics(timeout=10).topics
        return {name: len(told[name].partitions) for name in self.names if name in told}


@pytest.fixture
def topics(kafka: RealKafka, namespace: str, tmp_path: Path) -> Topics:
    return Topics(kafka, namespace, tmp_path)


def test_create_makes_every_topic_of_the_map_with_its_settings(topics: Topics) -> None:
    made = json.loads(topics.run("create", "--json"))
    assert made == {"created": topics.names, "existed": []}
    assert topics.partitions() == dict.fromkeys(topics.names, 4)
    admin = AdminClient({"bootstrap.servers": topics.kafka.address})
    asked = [ConfigResource(ConfigResource.Type.TOPIC, name) for name in topics.names]
    told = {resource.name: future.result() for resource, future in admin.describe_configs(asked).items()}
    for topic in the_map():
        found = told[topic.name(topics.namespace)]
        assert {name: found[name].value for name in settings(topic)} == settings(topic)
    for topic in (LEDGER, INBOUND):
        assert told[topic.name(topics.namespace)]["message.timestamp.type"].value == "LogAppendTime"


def test_create_can_be_repeated_and_says_what_existed(topics: Topics) -> None:
    topics.run("create", "--partitions", "3")
    assert json.loads(topics.run("create", "--json")) == {"created": [], "existed": topics.names}
    assert topics.run("create", "--partitions", "3").count("existed") == len(topics.names)


def test_create_gives_what_is_missing_as_many_partitions_as_the_rest_has(topics: Topics) -> None:
    topics.kafka.create_topics(topics.names[0], partitions=6)
    topics.run("create")
    assert topics.partitions() == dict.fromkeys(topics.names, 6)


def test_create_refuses_another_number_of_partitions_than_there_is(topics: Topics) -> None:
    topics.kafka.create_topics(topics.names[0], partitions=6)
    assert "have 6 partitions already, not 8" in topics.run("create", "--partitions", "8", code=2)
    assert topics.partitions() == {topics.names[0]: 6}


def test_create_refuses_to_go_on_from_unequal_partitions(topics: Topics) -> None:
    topics.kafka.create_topics(topics.names[0], partitions=4)
    topics.kafka.create_topics(topics.names[1], partitions=5)
    assert f"{topics.names[0]}: 4, {topics.names[1]}: 5" in topics.run("create", code=2)
    assert len(topics.partitions()) == 2


def test_check_is_content_with_what_create_made(topics: Topics) -> None:
    topics.run("create")
    assert "as the map says" in topics.run("check")
    assert json.loads(topics.run("check", "--json")) == {"differences": [], "settings_checked": True}


def test_check_names_each_difference(topics: Topics) -> None:
    inbound, intents = topics.names[:2]
    topics.kafka.create_topics(inbound, partitions=4, retention_ms="1000")
    topics.kafka.create_topics(intents, partitions=5)
    found = json.loads(topics.run("check", "--json", code=1))["differences"]
    assert [line for line in found if "is missing" in line] == [f"{n} is missing" for n in topics.names[2:]]
    assert f"these topics must have the same number of partitions: {inbound}: 4, {intents}: 5" in found
    assert f"{inbound}: retention.ms is 1000, not 604800000" in found
    assert topics.run("check", code=1).splitlines() == found


def test_a_replication_the_broker_cannot_give_is_one_clear_line(topics: Topics) -> None:
    said = topics.run("create", "--replication", "3", code=2)
    assert "Kafka refuses to create" in said
    assert len(said.splitlines()) == 1
