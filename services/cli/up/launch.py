"""What `relais up` starts: with which command, which environment, and where its log goes."""

import os
import shutil
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from redis import Redis, RedisError

from services.cli.contact import without_password
from services.cli.house import SERVICES
from services.cli.state import Contact
from services.cli.up.supervisor import Child
from shared.contracts.errors import UserMistake
from shared.contracts.topics import Topic
from shared.runtime import drills, processes
from shared.runtime.processes import free_port, is_free

PYTHON = sys.executable
FAKE_REDIS = Path(processes.__file__).with_name("embedded_redis.py")
ANSWER_WITHIN = 5.0
EMBEDDED = {
    # A group waits for a dead member until its session is over.
    "RELAIS_SESSION_TIMEOUT": "3",
}
"""Settings of the services on the embedded Kafka, unless the user has set others."""
REAL = {
    # A service that is started again at once keeps its partitions, without waiting for the session of the
    # one before it to end.
    "RELAIS_STATIC_MEMBERSHIP": "true",
}
"""The same on a real Kafka."""


def fresh_log(home: Path, name: str) -> Path:
    """The path of a new log; the one of the last house is kept beside it."""
    path = home / "logs" / f"{name}.log"
    path.parent.mkdir(exist_ok=True)
    if path.exists():
        path.replace(path.with_suffix(".previous.log"))
    return path


def kafka(home: Path, partitions: int, namespace: str, topics: Sequence[Topic]) -> Child:
    """The embedded Kafka with these topics; it writes its address to `portfile(home)`."""
    portfile(home).unlink(missing_ok=True)
    names = [topic.name(namespace) for topic in topics]
    command = [PYTHON, "-m", "shared.runtime.embedded_kafka", str(portfile(home)), str(partitions), *names]
    return Child("kafka", command, fresh_log(home, "kafka"), lambda: os.environ)


def portfile(home: Path) -> Path:
    """Where the embedded Kafka leaves its address once it serves."""
    return home / "kafka.address"


def redis(home: Path, port: int) -> Child:
    """A Redis on this port: the installed one, else the fake. It keeps nothing."""
    program = shutil.which("redis-server")
    in_memory = ["--bind", "127.0.0.1", "--dir", str(home), "--save", "", "--appendonly", "no"]
    command = [program, "--port", str(port), *in_memory] if program else [PYTHON, str(FAKE_REDIS), str(port)]
    return Child("redis", command, fresh_log(home, "redis"), lambda: os.environ)


def check_redis(url: str) -> None:
    """Raises `UserMistake` when no Redis answers there."""
    try:
        with Redis.from_url(
            url, socket_timeout=ANSWER_WITHIN, socket_connect_timeout=ANSWER_WITHIN
        ) as server:
            server.ping()
    except ValueError as error:
        raise UserMistake("a Redis URL looks like redis://127.0.0.1:6379/0") from error
    except RedisError as error:
        why = f"no Redis answers at {without_password(url)} ({type(error).__name__})"
        raise UserMistake(f"{why}: is it running there?") from error


def services(home: Path, where: Contact, embedded: bool, ports: dict[str, int]) -> list[Child]:
    """The seven services of a house. `ports` gets the port of each one's health server, and another one
    when that is taken before the service starts."""

    def child(name: str) -> Child:
        ports[name] = free_port()

        def environment() -> Mapping[str, str]:
            if not is_free(ports[name]):
                ports[name] = free_port()
            own = {
                "RELAIS_INSTANCE": f"{name}-{socket.gethostname()}",
                "RELAIS_HTTP_PORT": str(ports[name]),
                "RELAIS_SUPERVISED": "1",
                "RELAIS_DRILLS": str(drills.record(home)),
            }
            return {**(EMBEDDED if embedded else REAL), **os.environ, **addresses(where), **own}

        return Child(name, [PYTHON, "-m", f"services.{name}"], fresh_log(home, name), environment)

    return [child(name) for name in SERVICES]


def addresses(where: Contact) -> dict[str, str]:
    """The variables that lead a process to this house."""
    return {
        "RELAIS_KAFKA": where.kafka,
        "RELAIS_REDIS": where.redis,
        "RELAIS_NAMESPACE": where.namespace,
    }
