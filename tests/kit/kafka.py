"""A real Kafka broker for tests: at a given address, in a container, or from Apache's jars."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from shared.runtime.kafka_jars import TUNED, kafka_version
from tests.kit.containers import ContainerServer, engine_host
from tests.kit.kafka_jars import jar_broker
from tests.kit.kafka_probe import release, serves
from tests.kit.process import wait_until
from tests.kit.server import GivenServer, RealServer, Server

INSIDE, CONTROLLER = 9092, 9093


class RealKafka(RealServer):
    """`with RealKafka() as kafka: … kafka.address …`; `Unavailable` where there is none to be had.

    `kind` is "address" (RELAIS_TEST_KAFKA), "container" or "jars". One broker, no authentication, topics
    are not created by themselves, messages up to 8 MiB.
    """

    name = "Kafka"
    variable = "RELAIS_TEST_KAFKA"

    def create_topics(self, *names: str, partitions: int = 4, **settings: str) -> None:
        """Make topics, with settings like `retention_ms="1000"`; returns when each partition has a leader."""
        admin = AdminClient({"bootstrap.servers": self.address})
        config = {name.replace("_", "."): value for name, value in settings.items()}
        wanted = [NewTopic(name, partitions, 1, config=config) for name in names]
        for made in admin.create_topics(wanted).values():
            made.result(timeout=20)

        def all_led() -> bool:
            told = admin.list_topics(timeout=10).topics
            return all(
                name in told and all(part.leader >= 0 for part in told[name].partitions.values())
                for name in names
            )

        wait_until(all_led, within=20, what=f"leaders of {', '.join(names)}")

    def given(self) -> Server | None:
        address = os.environ.get(self.variable)
        return GivenServer(address, self.variable, release) if address else None

    def ways(self) -> Iterator[Callable[[], Server]]:
        yield _container
        yield jar_broker


def _container() -> Server:
    version = kafka_version()
    return ContainerServer(
        f"apache/kafka:{version}",
        host=engine_host(),
        inside=INSIDE,
        version=version,
        answers=serves,
        environment=_environment,
    )


def _environment(address: str) -> dict[str, str]:
    """The image's way to be configured: every setting as a variable; it advertises its outside address."""
    settings = TUNED | {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@localhost:{CONTROLLER}",
        "controller.listener.names": "CONTROLLER",
        "listeners": f"PLAINTEXT://:{INSIDE},CONTROLLER://:{CONTROLLER}",
        "advertised.listeners": f"PLAINTEXT://{address}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "PLAINTEXT",
    }
    return {f"KAFKA_{name.upper().replace('.', '_')}": value for name, value in settings.items()}
