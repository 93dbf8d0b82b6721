"""A Redis for tests: at a given address, in a container, installed, installed for the occasion, or a fake."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

from redis import Redis, RedisError

from shared.runtime import processes
from tests.kit.containers import ContainerServer, engine_host
from tests.kit.debian import install
from tests.kit.process import ProcessServer, free_port, scratch
from tests.kit.server import GivenServer, RealServer, Server, Unavailable

FAKE = Path(processes.__file__).with_name("embedded_redis.py")
IMAGE, IMAGE_VERSION = "redis:8-alpine", "8"
IN_MEMORY = ["--appendonly", "no", "--save", ""]


class RealRedis(RealServer):
    """`with RealRedis() as redis: … redis.url …`

    `kind` is "address" (RELAIS_TEST_REDIS: `host:port` or a `redis://` URL of a server that tests may wipe),
    "container", "installed" or "fake". It runs Lua and keeps nothing: after `stop` or `kill` and `start`
    it is empty. With RELAIS_TEST_INSTALL=no no package is installed.
    """

    name = "Redis"
    variable = "RELAIS_TEST_REDIS"

    @property
    def url(self) -> str:
        return _url(self.address)

    def given(self) -> Server | None:
        address = os.environ.get(self.variable)
        return GivenServer(address, self.variable, _version_at) if address else None

    def ways(self) -> Iterator[Callable[[], Server]]:
        yield _container
        yield _installed
        yield _installed_now
        yield _fake


def _url(address: str) -> str:
    return address if "://" in address else f"redis://{address}/0"


def _answers(address: str) -> bool:
    try:
        with Redis.from_url(_url(address), socket_timeout=1, socket_connect_timeout=1) as client:
            return bool(client.ping())
    except RedisError:
        return False


def _version_at(address: str) -> str:
    try:
        with Redis.from_url(_url(address), socket_timeout=5, socket_connect_timeout=5) as client:
            facts = client.info("server")
    except RedisError as error:
        raise OSError(str(error)) from error
    return str(facts["redis_version"]) if isinstance(facts, dict) else "unknown"


def _container() -> Server:
    command = ["redis-server", *IN_MEMORY]
    return ContainerServer(
        IMAGE, host=engine_host(), inside=6379, version=IMAGE_VERSION, answers=_answers, command=command
    )


def _installed() -> Server:
    program = shutil.which("redis-server")
    if program is None:
        raise Unavailable("no redis-server installed")
    said = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=True, timeout=30
    ).stdout
    found = re.search(r"v=(\S+)", said)
    command = [program, "--port", "{port}", "--bind", "127.0.0.1", *IN_MEMORY]
    return _process(command, kind="installed", version=found[1] if found else "unknown")


def _installed_now() -> Server:
    if os.environ.get("RELAIS_TEST_INSTALL", "yes") == "no":
        raise Unavailable("RELAIS_TEST_INSTALL=no")
    install("redis-server")
    return _installed()


def _fake() -> Server:
    return _process(
        [sys.executable, "-I", str(FAKE), "{port}"], kind="fake", version=f"fakeredis {version('fakeredis')}"
    )


def _process(command: list[str], *, kind: str, version: str) -> Server:
    port = free_port()
    return ProcessServer(
        [part.replace("{port}", str(port)) for part in command],
        kind=kind,
        address=f"127.0.0.1:{port}",
        version=version,
        home=scratch(),
        answers=_answers,
        patience=20,
    )
