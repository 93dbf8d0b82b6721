"""What every test server offers, and how the best one is chosen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Protocol, Self


class Unavailable(Exception):
    """No such server can be had here; the text says why. Tests that need it are skipped with that reason."""


class Server(Protocol):
    """One server. Whatever happens to it, `start` brings it back under the same address.

    `start` returns when the server answers and raises `Unavailable` when it does not. `stop` is graceful,
    `kill` is not, a frozen server keeps its connections and answers nothing. All five do nothing when there
    is nothing to do. `close` ends it for good and removes what it left.
    """

    kind: str
    address: str
    version: str

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def kill(self) -> None: ...
    def freeze(self) -> None: ...
    def thaw(self) -> None: ...
    def close(self) -> None: ...


class GivenServer:
    """A server somebody else runs, found by an address in the environment. It can be used, not stopped."""

    kind = "address"

    def __init__(self, address: str, variable: str, version_at: Callable[[str], str]) -> None:
        """`version_at` asks the server at an address for its version; `OSError` when it does not answer."""
        self.address = address
        self.version = ""
        self._variable = variable
        self._version_at = version_at

    def start(self) -> None:
        try:
            self.version = self._version_at(self.address)
        except OSError as error:
            raise Unavailable(f"{self._variable}={self.address} does not answer: {error}") from error

    def stop(self) -> None:
        raise Unavailable(f"{self.address} was given in {self._variable}: a test may not stop it")

    kill = freeze = thaw = stop

    def close(self) -> None:
        pass


class RealServer:
    """The first server that works among `ways()`, as a context manager that delegates to it.

    With `own=True` it is a server of this test alone, one that may be stopped, killed and wiped; an address
    in the environment is then not used.
    """

    name = "server"
    variable = ""

    def __init__(self, *, own: bool = False) -> None:
        self.own = own
        self.seconds_to_start = 0.0
        self.passed_over: list[str] = []
        self._server: Server | None = None

    def given(self) -> Server | None:
        """The server at the address the environment names; nothing else is tried when there is one."""
        raise NotImplementedError

    def ways(self) -> Iterator[Callable[[], Server]]:
        """Ways to get a server, best first; each raises `Unavailable` when this machine cannot do it."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        began = time.monotonic()
        given = None if self.own else self.given()
        self._server = self._started(given) if given else self._first_that_works()
        self.seconds_to_start = time.monotonic() - began
        return self

    def _first_that_works(self) -> Server:
        for way in self.ways():
            try:
                return self._started(way())
            except Unavailable as reason:
                self.passed_over.append(str(reason))
        raise Unavailable(f"no {self.name} here: {'; '.join(self.passed_over)}")

    @staticmethod
    def _started(server: Server) -> Server:
        try:
            server.start()
        except BaseException:
            server.close()
            raise
        return server

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        server, self._server = self._server, None
        if server:
            server.close()

    @property
    def server(self) -> Server:
        if self._server is None:
            raise RuntimeError(f"{type(self).__name__} is used outside of its `with`")
        return self._server

    @property
    def kind(self) -> str:
        return self.server.kind

    @property
    def address(self) -> str:
        """`host:port`, the same for the server's whole life."""
        return self.server.address

    @property
    def version(self) -> str:
        return self.server.version

    def start(self) -> None:
        self.server.start()

    def stop(self) -> None:
        self.server.stop()

    def kill(self) -> None:
        self.server.kill()

    def freeze(self) -> None:
        self.server.freeze()

    def thaw(self) -> None:
        self.server.thaw()
