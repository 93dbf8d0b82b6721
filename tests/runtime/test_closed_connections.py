"""Who writes on a connection that was reset is told by an error that clients expect."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable

import pytest
import uvloop
from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaConnectionError
from aiokafka.protocol.metadata import MetadataRequest

from shared.runtime.mends import closed_connections

WRITES: list[Callable[[asyncio.StreamWriter], None]] = [
    lambda writer: writer.write(b"too late"),
    lambda writer: writer.writelines([b"too", b"late"]),
]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("write", "writelines"):
        monkeypatch.setattr(asyncio.StreamWriter, name, getattr(asyncio.StreamWriter, name))
    closed_connections.install()


async def _reset() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection that has been reset, as its transport knows."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        far, _ = listener.accept()
        far.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        far.close()
    async with asyncio.timeout(30):
        while not writer.is_closing():
            await asyncio.sleep(0.01)
    return reader, writer


async def _fails(write: Callable[[asyncio.StreamWriter], None], error: type[Exception]) -> None:
    _, writer = await _reset()
    with pytest.raises(error):
        write(writer)


async def _asked() -> None:
    """The Kafka client asks on such a connection, before its own reading has noticed."""
    connection = AIOKafkaConnection("127.0.0.1", 9)
    connection._versions = {MetadataRequest.API_KEY: (0, 1)}
    connection._reader, connection._writer = await _reset()
    connection._read_task = connection._create_reader_task()
    assert connection.connected()
    with pytest.raises(KafkaConnectionError):
        connection.send(MetadataRequest([]))
    assert not connection.connected()


@pytest.mark.parametrize("write", WRITES)
def test_a_client_on_uvloop_is_told_what_it_expects(
    write: Callable[[asyncio.StreamWriter], None], installed: None
) -> None:
    uvloop.run(_fails(write, ConnectionResetError))


@pytest.mark.parametrize("write", WRITES)
def test_uvloop_itself_tells_of_something_else(write: Callable[[asyncio.StreamWriter], None]) -> None:
    """When this fails the mend is no longer needed."""
    uvloop.run(_fails(write, RuntimeError))


@pytest.mark.usefixtures("installed")
def test_the_kafka_client_closes_a_connection_that_was_reset() -> None:
    uvloop.run(_asked())


@pytest.mark.usefixtures("installed")
async def test_other_mistakes_stay_what_they_are() -> None:
    class Odd:
        def write(self, data: bytes) -> None:
            raise RuntimeError("odd")

        def is_closing(self) -> bool:
            return False

        def close(self) -> None:
            pass

    writer = asyncio.StreamWriter(Odd(), None, None, asyncio.get_running_loop())  # type: ignore[arg-type]
    with pytest.raises(RuntimeError, match="odd"):
        writer.write(b"early")
