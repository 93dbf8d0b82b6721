"""What `relais status` makes of what it is told, and how a command finds the house that is up."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from services.cli import state
from services.cli.contact import KAFKA, NAMESPACE, REDIS, contact, without_password
from services.cli.state import Contact
from services.cli.up.display import Lines
from services.cli.up.table import View, render, summary
from services.cli.up.watch import ACCOUNTS, Rate, Row, accounts, ask, ask_all, rows
from shared.contracts.errors import UserMistake
from tests.cli.command import relais
from tests.kit.process import free_port

KEPT = {"accepted": 7, "answered": 3, "people": 2, "quarantined": 1, "unsettled": 1}
KEPT_ALL: dict[str, Any] = {**KEPT, "oldest_unsettled_seconds": 4.2, "moved": 1}


@contextmanager
def service(body: bytes) -> Iterator[int]:
    """Something that answers every request with `body`; yields its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RELAIS_HOME", str(tmp_path))
    return tmp_path


def running(**services: Mapping[str, Any]) -> state.Running:
    known = {name: dict(service) for name, service in services.items()}
    return state.Running("k:1", "redis://r:1/0", "ns", os.getpid(), 1.0, known, {"kafka": {"pid": 1}})


def known(port: int, pid: int | None = 5, restarts: int = 0) -> dict[str, Any]:
    return {"pid": pid, "port": port, "restarts": restarts}


def test_a_service_that_does_not_answer_says_nothing() -> None:
    assert ask(free_port()) == {}
    with service(b"not json") as port:
        assert ask(port) == {}
    with service(b'{"service": "bot"}') as port:
        assert ask_all({"bot": port, "router": free_port()}) == {"bot": {"service": "bot"}, "router": {}}


@pytest.mark.parametrize(
    ("process", "said", "state", "lag"),
    [
        (known(1), {"service": "bot", "ready": True, "lag": 3}, "ready", 3),
        (known(1), {"service": "bot", "ready": False, "lag": 0}, "starting", 0),
        (known(1), {}, "starting", None),
        (known(1, pid=None), {}, "down", None),
        (known(1, pid=None), {"service": "bot", "ready": True, "lag": 0}, "down", None),
        (known(1), {"service": "courier", "ready": True, "lag": 0}, "starting", None),
    ],
    ids=["ready", "not ready", "silent", "no process", "an old report", "somebody else at its port"],
)
def test_the_state_of_a_service(
    process: dict[str, Any], said: dict[str, Any], state: str, lag: int | None
) -> None:
    (row,) = rows({"bot": process}, {"bot": said})
    assert (row.state, row.lag) == (state, lag)


def test_the_accounts_are_those_of_the_fallback_and_unknown_without_it() -> None:
    assert accounts({"fallback": {"accounts": KEPT_ALL}}) == KEPT_ALL
    assert accounts({"router": {}}) == dict.fromkeys(ACCOUNTS)


def test_outcomes_per_second_are_counted_over_the_last_seconds() -> None:
    rate = Rate(window=5)

    def at(now: float, answered: int) -> float | None:
        return rate.update(now, {"accepted": 99, "answered": answered, "people": 0, "quarantined": 0})

    assert at(0, 10) is None
    assert at(2, 30) == 10
    assert at(6, 50) == 5  # since the 30 of second 2
    assert rate.update(7, dict.fromkeys(ACCOUNTS)) is None
    assert at(8, 0) is None
    assert at(9, 4) == 4


def test_status_prints_what_the_services_say(home: Path) -> None:
    said = {"service": "fallback", "ready": True, "lag": 2, "handled": 9, "accounts": KEPT_ALL}
    with state.claimed(), service(json.dumps(said).encode()) as port:
        state.write(running(fallback=known(port), bot=known(free_port(), pid=None, restarts=4)))
        done = relais(home, "status", "--json")
        table = relais(home, "status").stdout
    assert done.returncode == 0
    told = json.loads(done.stdout)
    assert told["accounts"] == KEPT_ALL
    assert told["services"]["fallback"] == {"pid": 5, "port": port, "ready": True, "restarts": 0, "lag": 2}
    assert told["services"]["bot"] | {"port": 0} == {
        "pid": None,
        "port": 0,
        "ready": False,
        "restarts": 4,
        "lag": None,
    }
    assert "7 accepted, 3 answered, 2 to people, 1 quarantined, 1 unsettled, the oldest for 4 s" in table
    assert "k:1 (embedded: keeps nothing)" in table


def test_status_says_when_nothing_is_up(home: Path) -> None:
    (home / "up.json").write_text("left behind")
    for arguments in (["status"], ["status", "--json"]):
        done = relais(home, *arguments)
        assert done.returncode == 1
        assert done.stdout == ""
        assert done.stderr.splitlines() == [
            f"relais: nothing is up in {home}; start it with `relais up`",
        ]


def test_a_house_is_up_as_long_as_its_process_holds_its_home(home: Path) -> None:
    assert state.read() is None
    with state.claimed():
        assert state.read() is None  # it has not said yet what it runs
        state.write(running())
        assert state.read() == running()
        with pytest.raises(UserMistake, match=f"already up .*process {os.getpid()}"), state.claimed():
            pass
    assert state.read() is None
    with state.claimed():
        pass


def test_a_command_takes_what_is_given_then_the_running_house_then_the_defaults(home: Path) -> None:
    assert contact() == Contact(KAFKA, REDIS, NAMESPACE)
    with state.claimed():
        state.write(running())
        assert contact() == Contact("k:1", "redis://r:1/0", "ns")
        assert contact(namespace="other") == Contact("k:1", "redis://r:1/0", "other")
        assert contact(redis="redis://x") == Contact("k:1", "redis://x", "ns")
        assert contact(kafka="far:1") == Contact("far:1", REDIS, NAMESPACE)


def test_no_password_is_shown() -> None:
    assert without_password("redis://127.0.0.1:6379/0") == "redis://127.0.0.1:6379/0"
    assert without_password("rediss://me:secret@host:1/0") == "rediss://me:…@host:1/0"


def view(state: Any, kept: dict[str, Any], pid: int = 5) -> View:
    return View([Row("bot", state, pid, 8000, 1, 2, None)], kept, {"Kafka": "k:1"}, 1.25)


def test_the_table_shows_every_service_and_the_accounts() -> None:
    console = Console(width=100, record=True)
    console.print(render(view("ready", KEPT_ALL)))
    lines = [line.split() for line in console.export_text().splitlines()]
    assert ["bot", "ready", "5", "8000", "–", "2", "1"] in lines
    assert ["Kafka", "k:1"] in lines
    assert summary(view("ready", KEPT_ALL)).endswith("the oldest for 4 s, 1.2 outcomes/s")
    assert "not known" in summary(view("ready", accounts({})))


def test_lines_for_a_log_say_what_changes_and_no_more() -> None:
    console = Console(width=100, record=True)
    now = [100.0]
    lines = Lines(console, clock=lambda: now[0])

    def said(shown: View) -> list[str]:
        lines.show(shown)
        return console.export_text().splitlines()

    assert said(view("starting", accounts({}))) == []
    assert said(view("ready", accounts({}))) == ["bot is ready (process 5, http://127.0.0.1:8000/metrics)"]
    assert said(view("ready", accounts({}))) == []
    assert len(said(view("ready", KEPT_ALL, pid=6))) == 2
    now[0] += 9
    assert said(view("ready", KEPT_ALL | {"accepted": 8}, pid=6)) == []
    now[0] += 2
    assert len(said(view("ready", KEPT_ALL | {"accepted": 8}, pid=6))) == 1
    assert said(view("ready", KEPT_ALL | {"accepted": 8}, pid=6)) == []
