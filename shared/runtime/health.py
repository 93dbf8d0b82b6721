"""`/live`, `/ready`, `/status` and `/metrics`, served by a thread of its own so that they answer
truthfully while the event loop is blocked. One thread, not one for each request: where memory is out, a
new one can die before whoever started it hears that it runs, and that one then waits for ever."""

import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer

import orjson
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.contracts.errors import UserMistake
from shared.runtime import logs, metrics
from shared.runtime.vitals import Vitals
from shared.runtime.watchdog import start_vital

ASKED_WITHIN = 2.0
"""Seconds that somebody who has connected may stay silent: others wait meanwhile."""
_log = logs.get("health")


class _Server(HTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """As an error anywhere else: by type and place."""
        _log.warning("request_failed", exc_info=sys.exc_info())


def serve(vitals: Vitals, host: str, port: int, observe: Callable[[], None] | None = None) -> int:
    """Start the server; returns the port it listens on. `observe` sets gauges before a scrape."""

    class Handler(BaseHTTPRequestHandler):
        timeout = ASKED_WITHIN

        def do_GET(self) -> None:
            match self.path.partition("?")[0]:
                case "/live":
                    self._answer(200, b'{"live":true}')
                case "/ready":
                    ready = vitals.ready()
                    self._answer(200 if ready else 503, orjson.dumps({"ready": ready}))
                case "/status":
                    self._answer(200, orjson.dumps(vitals.report()))
                case "/metrics":
                    metrics.READY.set(vitals.ready())
                    if observe is not None:
                        observe()
                    self._answer(200, generate_latest(), CONTENT_TYPE_LATEST)
                case _:
                    self._answer(404, b'{"error":"try /live /ready /status /metrics"}')

        def _answer(self, status: int, body: bytes, kind: str = "application/json") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Requests are not logged."""

    try:
        server = _Server((host, port), Handler)
    except OSError as error:
        raise UserMistake(f"port {port} is taken: set RELAIS_HTTP_PORT to a free one") from error
    start_vital("health", server.serve_forever)
    return int(server.server_address[1])
