"""The health server answers whatever the service does, and says nothing of what went wrong there."""

from __future__ import annotations

import http.client
import json
import socket
import urllib.error
import urllib.request

import pytest

from shared.contracts.errors import UserMistake
from shared.runtime import health
from shared.runtime.vitals import Vitals
from tests.kit.process import wait_until

HERE = "127.0.0.1"


def _get(port: int, path: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(f"http://{HERE}:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_every_path_has_its_answer() -> None:
    vitals = Vitals("tiny", "tiny-1")
    port = health.serve(vitals, HERE, 0)
    assert _get(port, "/live") == (200, b'{"live":true}')
    assert _get(port, "/ready") == (503, b'{"ready":false}')
    assert json.loads(_get(port, "/status?pretty")[1])["service"] == "tiny"
    assert b"relais_ready 0.0" in _get(port, "/metrics")[1]
    assert _get(port, "/etc/passwd")[0] == 404


def test_gauges_are_set_before_a_scrape() -> None:
    from shared.runtime import metrics

    port = health.serve(Vitals("tiny", "tiny-1"), HERE, 0, lambda: metrics.LAG.set(41))
    assert b"relais_lag_records 41.0" in _get(port, "/metrics")[1]


def test_a_port_that_is_taken_is_the_users_to_change() -> None:
    port = health.serve(Vitals("tiny", "tiny-1"), HERE, 0)
    with pytest.raises(UserMistake, match=f"port {port} is taken"):
        health.serve(Vitals("tiny", "tiny-1"), HERE, port)


def test_whoever_connects_and_says_nothing_keeps_others_waiting_only_for_a_while() -> None:
    port = health.serve(Vitals("tiny", "tiny-1"), HERE, 0)
    with socket.create_connection((HERE, port)):
        assert _get(port, "/live") == (200, b'{"live":true}')


def test_an_answer_that_fails_costs_no_other_and_leaks_nothing(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: list[dict[str, object]] = []

    def fail() -> None:
        raise ValueError("Zorglubine")

    monkeypatch.setattr(health._log, "warning", lambda event, **more: logged.append(more), raising=False)
    port = health.serve(Vitals("tiny", "tiny-1"), HERE, 0, fail)
    with pytest.raises(http.client.RemoteDisconnected):
        _get(port, "/metrics")
    wait_until(lambda: logged, within=5, what="a line in the log")
    assert _get(port, "/live")[0] == 200
    assert "Zorglubine" not in "".join(capfd.readouterr())
