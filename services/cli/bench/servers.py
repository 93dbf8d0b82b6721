"""The real servers: those that are given, else ones started here for as long as the bench runs."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from services.cli.bench.process import Subject, until
from services.cli.up.launch import check_redis
from shared.contracts.errors import UserMistake
from shared.runtime import kafka_jars
from shared.runtime.processes import free_port

KAFKA_WITHIN, REDIS_WITHIN = 60.0, 10.0


class Servers(NamedTuple):
    """Where they are; `own`: the Kafka was started here."""

    kafka: str
    redis: str
    own: bool


@contextmanager
def servers(kafka: str | None, redis: str | None, home: Path) -> Iterator[Servers]:
    """Both servers. Raises `UserMistake` that says what is missing for those that are not given."""
    with ExitStack() as stack:
        if redis:
            check_redis(redis)
        url = redis or own_redis(home, stack).url
        yield Servers(kafka or _kafka(home, stack), url, own=not kafka)


@contextmanager
def workplace() -> Iterator[Path]:
    """A directory for logs and data that goes away with the bench."""
    home = Path(tempfile.mkdtemp(prefix="relais-bench-"))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def answers(kafka: str) -> bool:
    """Whether this Kafka serves."""
    try:
        client = AdminClient({"bootstrap.servers": kafka, "socket.timeout.ms": 1000, "log_level": 0})
        return bool(client.list_topics(timeout=1).brokers)
    except KafkaException:
        return False


def _kafka(home: Path, stack: ExitStack) -> str:
    try:
        command, address = kafka_jars.prepared(home)
    except UserMistake as why:
        raise UserMistake(
            f"the bench needs a real Kafka and cannot start one ({why}): install Java "
            f"{kafka_jars.OLDEST_JAVA} or newer and Maven, or name one with --kafka HOST:PORT"
        ) from why
    server = Subject("Kafka", command, home / "kafka.log")
    stack.callback(server.kill)
    until(lambda: server.check() and answers(address), KAFKA_WITHIN, "Kafka answers", every=0.1)
    return address


class OwnRedis(NamedTuple):
    """One that was started here."""

    url: str
    server: Subject


def own_redis(home: Path, stack: ExitStack) -> OwnRedis:
    """A Redis that ends with the stack. Raises `UserMistake` when there is none to start."""
    program = shutil.which("redis-server")
    if program is None:
        raise UserMistake(
            "the bench needs a real Redis and cannot start one: install redis-server, or name one with "
            "--redis URL (what it holds stays as it is)"
        )
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = Subject("Redis", [*command, "--dir", str(home)], home / "redis.log")
    stack.callback(server.kill)
    url = f"redis://127.0.0.1:{port}/0"
    until(lambda: server.check() and _pings(url), REDIS_WITHIN, "Redis answers")
    return OwnRedis(url, server)


def _pings(url: str) -> bool:
    try:
        check_redis(url)
    except UserMistake:
        return False
    return True
