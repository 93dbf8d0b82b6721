"""An HTTP bot that answers as it should, until a test has it behave otherwise."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any, Self

HANG = 30.0
LATE = 5.0
"""Longer than the house under attack gives a bot: its answer comes when people have the message."""
BODIES = (
    b"",
    b"<html><body>502 Bad Gateway</body></html>",
    b'{"answer": "\xff\xfe"}',
    b'{"answer": ""}',
    b'{"answer": "Guten Tag", "language": "de"}',
    b'{"answer": "' + b"x" * 5_000 + b'"}',
    b'{"answer": "' + b"x" * 200_000 + b'"}',
    b"[" * 100_000,
    b'{"handover": true}',
)
"""What bots answer that are not well, and that a person is needed."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Whoever asked is gone: that is what all this is about."""


class HttpBot:
    """`with HttpBot() as bot: … bot.url …`; `mood` is fair, hangs, late, errors, odd or another's (an answer
    that says it belongs to another conversation)."""

    def __init__(self, late: float = LATE) -> None:
        self.mood = "fair"
        self._waits = {"hangs": HANG, "late": late}
        self.asked = 0
        self._odd = count()
        self._over = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(handler: Any) -> None:  # noqa: N805
                self._answer(handler)

            def log_message(handler: Any, *_: object) -> None:  # noqa: N805
                """Nobody needs to read it."""

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        self._thread = threading.Thread(target=self._server.serve_forever, name="http bot")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._thread.join()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        asked = json.loads(request.rfile.read(int(request.headers["content-length"])))
        self.asked += 1
        self._over.wait(self._waits.get(self.mood, 0.0))
        status = 500 if self.mood == "errors" and self.asked % 2 else 200
        body = self._body(asked)
        try:
            request.send_response(status)
            request.send_header("content-length", str(len(body)))
            request.end_headers()
            request.wfile.write(body)
        except OSError:
            request.close_connection = True  # nobody waits for it any more

    def _body(self, asked: dict[str, Any]) -> bytes:
        if self.mood == "odd":
            return BODIES[next(self._odd) % len(BODIES)]
        said = {"answer": "Deux jours." if asked["language"] == "fr" else "Two days.", "source": "stand-in"}
        other = {"conversation_id": "somebody-else", "ref": "0:0"} if self.mood == "another's" else {}
        return json.dumps(said | other).encode()
