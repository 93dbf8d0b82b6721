"""The broker of the compose file, from the same Kafka's jars, set up by the program that sets up the image.

Its variables are those of the compose file; only host names, ports and the place of its data are others.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from confluent_kafka.admin import AdminClient

from shared.contracts.errors import UserMistake
from shared.contracts.topics import all_topics
from shared.policy.load import load_policy
from shared.runtime.kafka_jars import jars, java_problem, kafka_version
from tests.deploy.parts import COMPOSE, DEPLOY
from tests.kit.kafka_probe import serves
from tests.kit.process import ProcessServer, free_port, scratch
from tests.kit.report import RanAgainst

KAFKA = COMPOSE["services"]["kafka"]


class Broker(NamedTuple):
    """The addresses of its two listeners."""

    inside: str
    host: str


@pytest.fixture(scope="module")
def broker(ran_against: RanAgainst) -> Iterator[Broker]:
    if java_problem():
        pytest.skip(f"the broker of the compose file: {java_problem()}")
    try:
        classpath = f"{jars()}/*"
    except UserMistake as reason:
        pytest.skip(f"the broker of the compose file: {reason}")
    home = scratch()
    inside, host, controller = free_port(), free_port(), free_port()
    java = ["java", "-XX:+UseSerialGC", "-cp", classpath]
    _set_up(java, home, {"19092": inside, "9092": host, "9093": controller})
    heap = KAFKA["environment"]["KAFKA_HEAP_OPTS"].split()
    server = ProcessServer(
        ["java", *heap, *java[1:], "kafka.Kafka", str(home / "server.properties")],
        kind="jars",
        address=f"127.0.0.1:{host}",
        version=kafka_version(),
        home=home,
        answers=serves,
        patience=60,
    )
    try:
        server.start()
        ran_against("Kafka", f"real: Kafka {server.version}, as the compose file sets it up")
        yield Broker(f"127.0.0.1:{inside}", server.address)
    finally:
        server.close()


def _set_up(java: list[str], home: Path, ports: dict[str, int]) -> None:
    """Write the settings and format the storage."""
    said = {name: _here(value, home, ports) for name, value in KAFKA["environment"].items()}
    folders = {"default": home / "default", "mounted": home / "mounted", "final": home}
    for folder in folders.values():
        folder.mkdir(exist_ok=True)
    where = [f"--{role}-configs-dir={folder}" for role, folder in folders.items()]
    command = [*java, "kafka.docker.KafkaDockerWrapper", "setup", *where]
    environment = {"PATH": os.environ["PATH"]} | said
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode:
        shutil.rmtree(home)
        pytest.fail(f"the image's set-up refuses the settings: {done.stderr[-500:]}")


def _here(value: str, home: Path, ports: dict[str, int]) -> str:
    for inside, port in ports.items():
        value = value.replace(f":{inside}", f":{port}")
    return value.replace("kafka:", "127.0.0.1:").replace("/var/lib/kafka/data", str(home / "data"))


def test_each_listener_sends_its_clients_back_to_itself(broker: Broker) -> None:
    for address in broker:
        told = AdminClient({"bootstrap.servers": address}).list_topics(timeout=10)
        assert [f"{known.host}:{known.port}" for known in told.brokers.values()] == [address]


def test_the_image_of_the_compose_file_is_the_kafka_that_is_tested() -> None:
    assert KAFKA["image"] == f"apache/kafka:{kafka_version()}"


def test_the_topics_job_makes_every_topic_and_finds_them_the_second_time(broker: Broker) -> None:
    job = COMPOSE["services"]["topics"]
    program = str(Path(sys.executable).with_name(job["command"][0]))
    environment = os.environ | job["environment"] | {"RELAIS_KAFKA": broker.inside}
    for _ in range(2):
        subprocess.run([program, *job["command"][1:]], env=environment, check=True, timeout=60)
    names = {topic.name() for topic in all_topics(tuple(load_policy(DEPLOY / "policy.yaml").pools))}
    told = AdminClient({"bootstrap.servers": broker.host}).list_topics(timeout=10)
    assert {name for name in told.topics if not name.startswith("__")} == names
