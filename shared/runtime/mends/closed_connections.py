"""Who writes on a connection that was reset is told so by an error that he expects.

uvloop raises a `RuntimeError`. The clients of Kafka and of Redis count on an `OSError` only (aiokafka's issue
1038), and of the Kafka client's tasks each dies of the other one: the one that reads, the one that sends, the
one that knows the brokers; without the one that keeps the membership of the group every look for records
raises its last error, at once and again."""

import asyncio
from collections.abc import Callable
from functools import wraps
from typing import Any

Write = Callable[[asyncio.StreamWriter, Any], None]


def _telling(write: Write) -> Write:
    @wraps(write)
    def told(writer: asyncio.StreamWriter, data: Any) -> None:
        try:
            write(writer, data)
        except RuntimeError as error:
            if not writer.is_closing():
                raise
            raise ConnectionResetError("the connection is closed") from error

    return told


def install() -> None:
    """Let the streams of this process speak of closed connections as others do."""
    for name in ("write", "writelines"):
        setattr(asyncio.StreamWriter, name, _telling(getattr(asyncio.StreamWriter, name)))
