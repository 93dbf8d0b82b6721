"""The product's own simulated workforce as a process, and what it says of itself."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from tests.cli.command import COMMAND, environment
from tests.kit.house import House

SPEED = 40
"""A work takes a second or two, a heartbeat comes every two."""


class Tools:
    """`relais agents simulate` from the start to `stop`. It listens before its first line is said."""

    def __init__(self, house: House, agents: int, seed: int) -> None:
        self.closed = 0
        self._report: dict[str, Any] = {}
        where = ("--kafka", house.kafka, "--namespace", house.namespace)
        habits = ("--seed", str(seed), "--speed", str(SPEED), "--declines", "0.05", "--lost-for", "100")
        self._process = subprocess.Popen(
            [*COMMAND, "agents", "simulate", str(agents), *habits, "--json", *where],
            env=environment(Path(mkdtemp())),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._note(next(iter(self._process.stdout or ())))
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self._note(line)

    def _note(self, line: str) -> None:
        told = json.loads(line)
        self._report = told.get("report", self._report)
        self.closed = told.get("now", {}).get("closed", self.closed)

    def stop(self) -> dict[str, Any]:
        """Send everybody home; their report."""
        self._process.send_signal(signal.SIGINT)
        self._thread.join(60)
        self._process.wait(60)
        return self._report
