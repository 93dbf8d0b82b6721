"""Asking the services of a running house how they are."""

import json
import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any, Literal

from services.cli.house import SERVICES

ANSWER_WITHIN = 2.0
EVERY = 0.5
ACCOUNTS = ("accepted", "answered", "people", "quarantined", "unsettled", "oldest_unsettled_seconds")
Report = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One service as it is seen now. `lag` and `handled` count records; `None` when it does not say."""

    name: str
    state: Literal["ready", "starting", "down"]
    pid: int | None
    port: int
    restarts: int
    lag: int | None
    handled: int | None


def ask(port: int) -> Report:
    """A service's own status; empty when it does not answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=ANSWER_WITHIN)
    try:
        connection.request("GET", "/status")
        found: Report = json.loads(connection.getresponse().read())
        return found
    except (OSError, HTTPException, ValueError):
        return {}
    finally:
        connection.close()


def ask_all(ports: Mapping[str, int]) -> dict[str, Report]:
    """The status of every service, asked at once."""
    with ThreadPoolExecutor(len(ports) or 1) as pool:
        return dict(zip(ports, pool.map(ask, ports.values()), strict=True))


def rows(services: Mapping[str, Mapping[str, Any]], reports: Mapping[str, Report]) -> list[Row]:
    """What is known of the processes (`Running.services`) and what they say, together."""
    return [_row(name, services[name], reports.get(name, {})) for name in SERVICES if name in services]


def _row(name: str, known: Mapping[str, Any], said: Report) -> Row:
    # Somebody else may answer at a port of a service that is gone.
    said = said if said.get("service") == name and known["pid"] else {}
    return Row(
        name=name,
        state="ready" if said.get("ready") else "starting" if known["pid"] else "down",
        pid=known["pid"],
        port=known["port"],
        restarts=known["restarts"],
        lag=said.get("lag"),
        handled=said.get("handled"),
    )


def accounts(reports: Mapping[str, Report]) -> dict[str, Any]:
    """The accounts, which the fallback keeps; every number is `None` while it does not answer."""
    unknown: dict[str, Any] = dict.fromkeys(ACCOUNTS)
    return {**unknown, **reports.get("fallback", {}).get("accounts", {})}


class Watcher:
    """Asks again and again, on a thread of its own. `reports` is replaced as a whole each time."""

    def __init__(self, ports: Callable[[], Mapping[str, int]]) -> None:
        self._ports = ports
        self.reports: dict[str, Report] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watcher", daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._over.wait(EVERY):
            self.reports = ask_all(self._ports())

    def stop(self) -> None:
        """Ask no more."""
        self._over.set()


class Rate:
    """Outcomes per second over the last few seconds."""

    def __init__(self, window: float = 5.0) -> None:
        self._window = window
        self._seen: deque[tuple[float, int]] = deque()

    def update(self, now: float, kept: Mapping[str, Any]) -> float | None:
        """Take note of the accounts at `now`; returns the rate, `None` while it is not known."""
        if kept["accepted"] is None:
            self._seen.clear()
            return None
        self._seen.append((now, kept["answered"] + kept["people"] + kept["quarantined"]))
        while now - self._seen[0][0] > self._window:
            self._seen.popleft()
        (since, before), (_, total) = self._seen[0], self._seen[-1]
        return max(0, total - before) / (now - since) if now > since else None
