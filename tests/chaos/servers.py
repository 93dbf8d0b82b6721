"""The real servers under attack. Kafka has a listener of its own for the second instance of each service.
Its advertised port is that of a proxy: a client that has left the bootstrap address still goes through it."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Self

from tests.chaos.faults.catalogue import SECOND
from tests.chaos.faults.proxy import Proxies
from tests.kit.kafka_jars import jar_broker
from tests.kit.process import ProcessServer, free_port
from tests.kit.redis import RealRedis
from tests.kit.server import Server

HOST = "127.0.0.1"
TO_REDIS = "dispatcher-2/redis"


class Servers:
    """`with Servers() as servers:`; raises `Unavailable` where there is no Java, Maven or Redis."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self.kafka: ProcessServer
        self.proxies: Proxies
        self._redis = RealRedis(own=True)

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.kafka = jar_broker()
            stack.callback(self.kafka.close)
            places = {name: (free_port(), free_port()) for name in SECOND}
            _listen(self.kafka, places)
            self.kafka.start()
            stack.enter_context(self._redis)
            redis_port = int(self.redis.address.rpartition(":")[2])
            self.proxies = stack.enter_context(Proxies({**places, TO_REDIS: (free_port(), redis_port)}))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def redis(self) -> Server:
        """The server itself, to be stopped and frozen."""
        return self._redis.server

    @property
    def redis_url(self) -> str:
        return self._redis.url

    def kafka_for(self, label: str) -> str:
        """Where an instance finds Kafka."""
        proxy = self.proxies.by_name.get(label)
        return f"{HOST}:{proxy.port}" if proxy else self.kafka.address

    def redis_for(self, label: str) -> str:
        """Where an instance finds Redis."""
        proxy = self.proxies.by_name.get(f"{label}/redis")
        return f"redis://{HOST}:{proxy.port}/0" if proxy else self.redis_url


def _listen(kafka: ProcessServer, places: dict[str, tuple[int, int]]) -> None:
    """Add to the broker's settings, in which the last line on a setting counts."""
    file = kafka.home / "server.properties"
    settings = dict(line.split("=", 1) for line in file.read_text().splitlines() if "=" in line)
    names = {label: label.upper().replace("-", "_") for label in places}
    listeners = [settings["listeners"], *(f"{names[n]}://{HOST}:{port}" for n, (_, port) in places.items())]
    advertised = [f"PLAINTEXT://{kafka.address}"]
    advertised += [f"{names[n]}://{HOST}:{proxy}" for n, (proxy, _) in places.items()]
    protocols = [f"{name}:PLAINTEXT" for name in ("PLAINTEXT", "CONTROLLER", *names.values())]
    added = {
        "listeners": ",".join(listeners),
        "advertised.listeners": ",".join(advertised),
        "listener.security.protocol.map": ",".join(protocols),
        "inter.broker.listener.name": "PLAINTEXT",
        "num.network.threads": "1",
    }
    with file.open("a") as out:
        out.writelines(f"{name}={value}\n" for name, value in added.items())
