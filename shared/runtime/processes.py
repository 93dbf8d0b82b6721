"""What starting a process of our own on this machine takes."""

import contextlib
import os
import random
import socket
import sys
from collections.abc import Sequence

from shared.runtime import lifeline


def bound(command: Sequence[str]) -> list[str]:
    """`command`, made to end with this process (see `lifeline.py` for how far that goes)."""
    # -I: nothing of the current directory takes part.
    return [sys.executable, "-I", lifeline.__file__, str(os.getpid()), *command]


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of this machine now."""
    with socket.socket() as probe, contextlib.suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        return True
    return False


def free_port() -> int:
    """A port nobody listens on, below the range that outgoing connections use.

    Inside that range a client that retries while its server is down can be given the server's own port.
    """
    while True:
        port = random.randrange(20_000, 32_000)
        if is_free(port):
            return port
