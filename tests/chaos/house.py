"""A house with two instances of every service, so that rebalances and zombies are real."""

from __future__ import annotations

import sys
from http.client import HTTPException
from pathlib import Path
from typing import Any

import yaml

from shared.runtime.settings import ROOT
from tests.chaos.faults.bot import HttpBot
from tests.chaos.faults.catalogue import SESSION
from tests.chaos.servers import Servers
from tests.kit.house import SERVICES, House

LABELS = tuple(f"{service}-{number}" for number in (1, 2) for service in SERVICES)
SILENCE, PATIENCE, BOT, GRACE = 2.0, 6.0, 4.0, 4.0
DEADLINE = max(PATIENCE, BOT, SILENCE + GRACE)
"""Seconds within which the contingency plan acts, once it can."""
SLACK = 5.0
WITH_HTTP_BOT = "bot-2"
"""This one asks an HTTP bot, the other the FAQ."""
QUICK = {
    "RELAIS_SESSION_TIMEOUT": SESSION,
    "RELAIS_SILENCE": SILENCE,
    "RELAIS_PATIENCE": PATIENCE,
    "RELAIS_BOT_DEADLINE": BOT,
    "RELAIS_START_GRACE": GRACE,
    "RELAIS_MOVE_DEADLINE": 3,
    "RELAIS_SEND_TIMEOUT": 5,
    "RELAIS_STUCK_AFTER": 10,
    "RELAIS_SNAPSHOT_ENTRIES": 300,
    "RELAIS_CANARY_EVERY": 5,
}


ROOM = {
    "offers": {"life": {"chat": 8}, "cooldown": 1, "doublings": 0},
    "capacity": {"costs": {"chat": 1}, "per_hour": 10_000, "severe_in_a_row": 100, "ramp": {"start": 100}},
    "presence": {"stale_after": 4, "grace": 2},
    "sticky": {"hold_live": 1},
    "wrap_up": {"default_time": 5},
}
"""What the policy under attack has otherwise: agents have room for everything, so that work which nobody is
offered is forgotten work."""


def policy(path: Path) -> Path:
    """The shipped policy with `ROOM` in it, written to `path`."""
    shipped = yaml.safe_load((ROOT / "deploy" / "policy.yaml").read_text())
    for part, changes in ROOM.items():
        shipped[part] |= changes
    path.write_text(yaml.safe_dump(shipped))
    return path


def allowed() -> float:
    """Seconds from the door to an outcome: the deadline, the session time-out, and 5 s."""
    return DEADLINE + SESSION + SLACK


def service_of(label: str) -> str:
    """`router-2` → `router`."""
    return label.rpartition("-")[0]


def instances(target: str) -> tuple[str, ...]:
    """The labels a fault's target stands for: an instance, or both of a service."""
    label = target.partition("/")[0]
    return (label,) if label in LABELS else (f"{label}-1", f"{label}-2")


class PairHouse(House):
    """`broken` names the deliberately broken build that all services are to be."""

    def __init__(self, servers: Servers, bot: HttpBot, broken: str = "", partitions: int = 4) -> None:
        quick = {name: str(value) for name, value in QUICK.items()}
        super().__init__(servers.kafka.address, servers.redis_url, partitions, **quick)
        self.servers, self.bot = servers, bot
        self._policy = policy(self.home / "policy.yaml")
        self.mute: set[str] = set()
        """Instances whose log lies on a full disk."""
        self.broken = broken

    def _command(self, name: str) -> list[str]:
        if self.broken:
            return [sys.executable, "-m", "tests.chaos.broken.service", name]
        return super()._command(name)

    def log_of(self, label: str) -> Path:
        """As `House.log_of`."""
        return Path("/dev/full") if label in self.mute else super().log_of(label)

    def _env(self, label: str) -> dict[str, str]:
        there = {
            "RELAIS_KAFKA": self.servers.kafka_for(label),
            "RELAIS_REDIS": self.servers.redis_for(label),
            "RELAIS_INSTANCE": label,
            "RELAIS_POLICY": str(self._policy),
            "RELAIS_TEST_BROKEN": self.broken,
        }
        if label == WITH_HTTP_BOT:
            there |= {"RELAIS_BOT_URL": self.bot.url, "RELAIS_BOT_TIMEOUT": str(0.75 * BOT)}
        return super()._env(label) | there

    def open(self, **armed: str) -> None:
        """Start both of each; `armed` gives instances (`router_1`) a failpoint to begin with."""
        for label in LABELS:
            self.again(label, RELAIS_FAILPOINT=armed.get(label.replace("-", "_"), ""))

    def again(self, label: str, **environment: str) -> None:
        """Start an instance under its name; does not wait."""
        self.launch(service_of(label), as_=label, **environment)

    def restart(self, *names: str) -> None:
        """As `House.restart`, by label."""
        for label in names:
            self.again(label)

    def ready(self, *labels: str) -> bool:
        """Whether all of these are ready (the whole house if none is named)."""
        return all(self.status(label).get("ready") for label in labels or LABELS)

    def everything_said(self) -> list[tuple[str, str]]:
        """What operations can read: logs, metrics, status."""
        said: list[tuple[str, str]] = [
            (f"the log of {path.stem}", path.read_text(errors="replace")) for path in self.home.glob("*.log")
        ]
        for label in self.processes:
            said += [(f"{what} of {label}", self.page(label, what)) for what in ("metrics", "status")]
        return said

    def page(self, label: str, what: str) -> str:
        """A page of an instance's own server; empty when it does not answer."""
        import urllib.request

        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[label]}/{what}", timeout=2) as answer:
                found: Any = answer.read()
                return str(found.decode())
        except (OSError, HTTPException):
            return ""
