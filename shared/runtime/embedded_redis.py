"""A Redis for machines that have none: fakeredis behind a TCP port. It keeps nothing.

python embedded_redis.py PORT
"""

import os
import signal
import sys
from typing import Any

from fakeredis import TcpFakeServer
from fakeredis._clients._tcp_server import TCPFakeRequestHandler
from redis import ResponseError


class _Handler(TCPFakeRequestHandler):
    """As fakeredis' own, but an error is an answer: theirs hangs up after it, so that a script not yet loaded
    (NOSCRIPT) costs the connection, where Redis only says so."""

    def setup(self) -> None:
        super().setup()
        connection: Any = self.current_client
        read = connection.read_response

        def read_response(*arguments: Any, **options: Any) -> Any:
            try:
                return read(*arguments, **options)
            except ResponseError as error:
                return error

        connection.read_response = read_response


def serve(port: int) -> None:
    """Serve on this port of this machine until SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    server = TcpFakeServer(("127.0.0.1", port))
    server.RequestHandlerClass = _Handler
    server.daemon_threads = True
    server.serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
