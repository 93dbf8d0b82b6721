"""The proxy does to a connection what it says, and nothing when it is told nothing."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.chaos.faults.proxy import FAIR, Proxies, Weather
from tests.kit.process import free_port, wait_until


class Echo:
    """A server that says again what it hears, and remembers it."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.socket.getsockname()[1])
        self.heard = b""
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.socket.accept()
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while data := connection.recv(65536):
                self.heard += data
                connection.sendall(data)


@pytest.fixture
def echo() -> Iterator[Echo]:
    server = Echo()
    yield server
    server.socket.close()


@pytest.fixture
def proxies(echo: Echo) -> Iterator[Proxies]:
    with Proxies({"link": (free_port(), echo.port)}) as proxies:
        yield proxies


@pytest.fixture
def client(proxies: Proxies) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", proxies.by_name["link"].port), timeout=10) as client:
        yield client


def _weather(proxies: Proxies, weather: Weather) -> None:
    proxies.change("link", weather)
    wait_until(lambda: proxies.by_name["link"].weather == weather, 5, "the weather has changed")


def _nothing_comes(client: socket.socket) -> bool:
    client.settimeout(0.3)
    try:
        return client.recv(10) == b""
    except TimeoutError:
        return True
    finally:
        client.settimeout(10)


def test_in_fair_weather_everything_passes_both_ways(proxies: Proxies, client: socket.socket) -> None:
    client.sendall(b"hello")
    assert client.recv(10) == b"hello"
    wait_until(lambda: proxies.by_name["link"].passed == {"up": 5, "down": 5}, 5, "it is counted")


def test_what_is_held_comes_later_and_whole(proxies: Proxies, client: socket.socket, echo: Echo) -> None:
    _weather(proxies, Weather(holds=("up",)))
    client.sendall(b"hello")
    assert _nothing_comes(client)
    assert echo.heard == b""
    _weather(proxies, FAIR)
    assert client.recv(10) == b"hello"


def test_a_lost_response_was_a_request_all_the_same(
    proxies: Proxies, client: socket.socket, echo: Echo
) -> None:
    _weather(proxies, Weather(loses=("down",)))
    client.sendall(b"hello")
    wait_until(lambda: echo.heard == b"hello", 5, "the request arrives")
    assert _nothing_comes(client)
    _weather(proxies, FAIR)
    assert _ended(client), "a connection on which something was lost is of no use"


@pytest.mark.parametrize("weather", [Weather(latency=0.05, jitter=0.02), Weather(rate=20_000)])
def test_late_and_slow_is_still_whole(proxies: Proxies, client: socket.socket, weather: Weather) -> None:
    _weather(proxies, weather)
    client.sendall(b"x" * 2000)
    got = b""
    while len(got) < 2000:
        got += client.recv(4096)
    assert got == b"x" * 2000


def test_resets_end_connections_again_and_again(proxies: Proxies, client: socket.socket) -> None:
    _weather(proxies, Weather(resets=True))
    wait_until(lambda: _ended(client), 5, "it is reset")
    with socket.create_connection(("127.0.0.1", proxies.by_name["link"].port), timeout=10) as another:
        wait_until(lambda: _ended(another), 5, "so is the next")


def _ended(client: socket.socket) -> bool:
    try:
        client.sendall(b"?")
        return client.recv(10) == b""
    except ConnectionError:
        return True
