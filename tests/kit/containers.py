"""A server in a container, where a container engine answers. Its port is fixed: it comes back on the same."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from tests.kit.process import free_port, wait_until
from tests.kit.server import Unavailable


def engine_host() -> str:
    """The host name under which the engine's containers are reached."""
    try:
        docker = importlib.import_module("docker")
        docker.from_env(timeout=3).ping()
        return str(importlib.import_module("testcontainers.core.docker_client").DockerClient().host())
    except ImportError as error:
        raise Unavailable(f"no container library ({error.name})") from error
    except Exception as error:  # every engine, socket and context has errors of its own
        raise Unavailable(f"no container engine answers ({type(error).__name__})") from error


class ContainerServer:
    """A server of an image, reached at `host:port`; it keeps its data while it is stopped or killed."""

    kind = "container"

    def __init__(
        self,
        image: str,
        *,
        host: str,
        inside: int,
        version: str,
        answers: Callable[[str], bool],
        environment: Callable[[str], dict[str, str]] = lambda _address: {},
        command: list[str] | None = None,
    ) -> None:
        """`environment(address)` gives the variables of a server that is told its outside address."""
        self.version = version
        self._image, self._answers = image, answers
        port = free_port()
        self.address = f"{host}:{port}"
        self._frozen = False
        self._engine_side: Any = None  # the engine's own handle, once the container exists
        core = importlib.import_module("testcontainers.core.container")
        self._container: Any = core.DockerContainer(image).with_bind_ports(inside, port)
        for name, value in environment(self.address).items():
            self._container.with_env(name, value)
        if command:
            self._container.with_command(command)

    def start(self) -> None:
        try:
            if self._engine_side is None:
                self._container.start()
                self._engine_side = self._container.get_wrapped_container()
            else:
                self._engine_side.start()
            wait_until(lambda: self._answers(self.address), within=60, what=f"an answer of {self._image}")
        except Exception as error:  # no image, no space, no rights: the engine's errors are many
            raise Unavailable(f"{self._image} did not start ({type(error).__name__}: {error})") from error

    @property
    def _running(self) -> bool:
        if self._engine_side is None:
            return False
        self._engine_side.reload()
        return self._engine_side.status in {"running", "paused"}

    def stop(self) -> None:
        self.thaw()
        if self._running:
            self._engine_side.stop(timeout=20)

    def kill(self) -> None:
        self.thaw()
        if self._running:
            self._engine_side.kill()
            self._engine_side.wait(timeout=20)

    def freeze(self) -> None:
        if self._running and not self._frozen:
            self._engine_side.pause()
            self._frozen = True

    def thaw(self) -> None:
        if self._frozen:
            self._engine_side.unpause()
            self._frozen = False

    def close(self) -> None:
        self._container.stop()
