"""A proxy between a service and a server, which a test can make late, narrow, deaf or treacherous."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import threading
from concurrent.futures import Future
from contextlib import suppress
from typing import Literal, NamedTuple, Self

Way = Literal["up", "down"]
CHUNK = 65_536
RESET_EVERY = 0.5


class Weather(NamedTuple):
    """What happens to data. Seconds, bytes a second. `holds`: ways on which nothing passes for now;
    `loses`: ways on which data vanish; `resets`: connections are reset every half second."""

    latency: float = 0.0
    jitter: float = 0.0
    rate: float = 0.0
    holds: tuple[Way, ...] = ()
    loses: tuple[Way, ...] = ()
    resets: bool = False


FAIR = Weather()


class Proxy:
    """Listens on `port`, speaks to `to`; both on this machine."""

    def __init__(self, port: int, to: int) -> None:
        self.port, self.to = port, to
        self.weather = FAIR
        self.passed = {"up": 0, "down": 0}
        """Bytes let through, as evidence that the proxy is in the way at all."""
        self._changed = asyncio.Event()
        self._open: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self._resetting = asyncio.create_task(self._reset_often())

    def change(self, weather: Weather) -> None:
        """From now on. What was lost on a connection makes it useless: those end."""
        broken = bool(self.weather.loses)
        self.weather = weather
        self._changed.set()
        self._changed = asyncio.Event()
        if broken:
            self.reset()

    def reset(self) -> None:
        """End every connection with a RST."""
        for writer in list(self._open):
            raw = writer.get_extra_info("socket")
            with suppress(OSError):
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    def end(self) -> None:
        """Serve nobody any more."""
        self._resetting.cancel()
        self.reset()

    async def _reset_often(self) -> None:
        while True:
            await asyncio.sleep(RESET_EVERY)
            if self.weather.resets:
                self.reset()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.to)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, far_writer}
        ways = [self._pump("up", reader, far_writer), self._pump("down", far_reader, writer)]
        try:
            await asyncio.gather(*ways)
        finally:
            self._open -= {writer, far_writer}

    async def _pump(self, way: Way, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                await self._weathered(way, len(data))
                if way not in self.weather.loses:
                    writer.write(data)
                    await writer.drain()
                    self.passed[way] += len(data)
        writer.close()

    async def _weathered(self, way: Way, size: int) -> None:
        late = max(0.0, self.weather.latency + random.uniform(-1, 1) * self.weather.jitter)
        if self.weather.rate:
            late += size / self.weather.rate
        if late:
            await asyncio.sleep(late)
        while way in self.weather.holds:
            await self._changed.wait()


class Proxies:
    """Proxies by name, in a thread of their own. `with Proxies({"router-2": (5000, 9092)}) as proxies:`"""

    def __init__(self, places: dict[str, tuple[int, int]]) -> None:
        self._places = places
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxies", daemon=True)
        self.by_name: dict[str, Proxy] = {}

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._start()).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._end()).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def change(self, name: str, weather: Weather) -> None:
        """The weather on one link from now on."""
        self._loop.call_soon_threadsafe(self.by_name[name].change, weather)

    def _run(self, what: object) -> Future[None]:
        return asyncio.run_coroutine_threadsafe(what, self._loop)  # type: ignore[arg-type]

    async def _start(self) -> None:
        for name, (port, to) in self._places.items():
            self.by_name[name] = Proxy(port, to)
            await self.by_name[name].start()

    async def _end(self) -> None:
        for proxy in self.by_name.values():
            proxy.change(FAIR)
            proxy.end()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        if rest:
            await asyncio.wait(rest, timeout=5)
