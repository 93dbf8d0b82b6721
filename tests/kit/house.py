"""A whole house under test: its topics, and its services as processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from services.cli.up.watch import ask
from shared.contracts.topics import all_topics
from shared.runtime.admin import Admin
from tests.kit.outside import POOLS, Outside
from tests.kit.process import free_port, scratch, wait_until

SERVICES = (
    "intent_classifier",
    "sentiment_scorer",
    "router",
    "bot",
    "fallback",
    "dispatcher",
    "courier",
)


class House(Outside):
    """`with House(kafka.address, redis.url) as house: house.start(); house.publish(...)`.

    Every house has a namespace of its own, so that many can share a broker.
    """

    def __init__(self, kafka: str, redis: str, partitions: int = 4, **environment: str) -> None:
        super().__init__(kafka, f"t{uuid4().hex[:8]}", partitions)
        self.redis = redis
        self.home = scratch()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.ports: dict[str, int] = {}
        self._environment = environment
        self._make_topics()

    def _make_topics(self) -> None:
        Admin(self.kafka, self.namespace, all_topics(POOLS)).create(self.partitions)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self.processes.values():
            process.send_signal(signal.SIGCONT)
            process.kill()
        for process in self.processes.values():
            process.wait()

    def start(self, *services: str, **environment: str) -> None:
        """Start these services (all seven if none is named) and wait until they are ready."""
        for name in services or SERVICES:
            self.launch(name, **environment)
        self.wait_ready(*(services or SERVICES))

    def launch(self, name: str, as_: str | None = None, **environment: str) -> None:
        """Start one service, under another name in `processes` if there are to be two of a kind."""
        label = as_ or name
        self.ports[label] = free_port()
        with self.log_of(label).open("ab") as log:
            self.processes[label] = subprocess.Popen(
                self._command(name),
                env=self._env(label) | self._environment | environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )

    def _command(self, name: str) -> list[str]:
        return [sys.executable, "-m", f"services.{name}"]

    def _env(self, label: str) -> dict[str, str]:
        return {
            **os.environ,
            "RELAIS_KAFKA": self.kafka,
            "RELAIS_REDIS": self.redis,
            "RELAIS_NAMESPACE": self.namespace,
            "RELAIS_INSTANCE": f"{label}-1",
            "RELAIS_HTTP_PORT": str(self.ports[label]),
            # Tests count what lies on topics. Those that are about the canary, and attacks, turn it on.
            "RELAIS_CANARY_EVERY": "0",
        }

    def kill(self, *labels: str) -> None:
        for label in labels:
            self.processes[label].kill()
            self.processes[label].wait()

    def restart(self, *names: str) -> None:
        """Start services again that were killed; does not wait."""
        for name in names:
            self.launch(name)

    def status(self, label: str) -> dict[str, Any]:
        """The service's own status; empty when it does not answer."""
        return ask(self.ports[label])

    def wait_ready(self, *labels: str, within: float = 60) -> None:
        for label in labels:
            wait_until(lambda label=label: self.status(label).get("ready"), within, f"{label} is ready")  # type: ignore[misc]

    def eventually(self, check: Callable[[], object], what: str, within: float = 30) -> Any:
        """As `Outside.eventually`; whoever is not alive or not ready then is named, with the last word."""
        try:
            return super().eventually(check, what, within)
        except TimeoutError as error:
            for label, process in self.processes.items():
                if process.poll() is not None or not self.status(label).get("ready"):
                    last = self.log(label).splitlines()[-1:]
                    error.add_note(f"{label}: exit code {process.poll()}, said at last: {last}")
            raise

    def accounts(self) -> dict[str, Any]:
        found: dict[str, Any] = self.status("fallback").get("accounts", {})
        return found

    def log_of(self, label: str) -> Path:
        """Where a service writes its log."""
        return self.home / f"{label}.log"

    def log(self, label: str) -> str:
        return self.log_of(label).read_text(errors="replace")

    def logs(self) -> str:
        return "".join(path.read_text(errors="replace") for path in sorted(self.home.glob("*.log")))

    def settled(self, count: int, within: float = 60) -> dict[str, Any]:
        """The accounts once `count` messages were accepted and every one of them is settled."""

        def done() -> bool:
            kept = self.accounts()
            return kept.get("accepted", 0) >= count and kept["unsettled"] == 0

        wait_until(done, within, f"{count} messages settled, {self.accounts()}", every=0.2)
        return self.accounts()
