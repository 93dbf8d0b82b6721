"""The `relais` command under test: as a process with a home of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from services.cli.house import SERVICES
from services.cli.up.watch import ask
from tests.kit.process import wait_until

COMMAND = [sys.executable, "-m", "services.cli"]
READY_WITHIN = 120
"""For a machine with much else to do; what is measured when it has nothing else stands in the README."""


def environment(home: Path) -> dict[str, str]:
    """Nothing of the developer's own house takes part."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("RELAIS_")}
    return plain | {"RELAIS_HOME": str(home), "COLUMNS": "100"}


def relais(home: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environment(home) | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )


class Up:
    """`with Up(home, *arguments) as up:` is `relais up`, killed at the end if it still runs."""

    def __init__(self, home: Path, *arguments: str, **variables: str) -> None:
        self.home = home
        self._arguments = arguments
        self._variables = variables
        self._output = home.parent / f"{home.name}.out"

    def __enter__(self) -> Self:
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                [*COMMAND, "up", *self._arguments],
                env=environment(self.home) | self._variables,
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()

    def said(self) -> str:
        return self._output.read_text(errors="replace")

    def state(self) -> dict[str, Any]:
        """What it has written about itself; empty before that."""
        try:
            found: dict[str, Any] = json.loads((self.home / "up.json").read_text())
        except FileNotFoundError:
            return {}
        return found

    def pid(self, name: str) -> int | None:
        state = self.state()
        found: int | None = {**state.get("services", {}), **state.get("servers", {})}[name]["pid"]
        return found

    def pids(self) -> list[int]:
        state = self.state()
        known = [*state.get("services", {}).values(), *state.get("servers", {}).values()]
        return [each["pid"] for each in known if each["pid"]]

    def kill(self, name: str) -> int:
        """SIGKILL for one of its processes; returns the pid it had."""
        pid = self.pid(name)
        assert pid
        os.kill(pid, signal.SIGKILL)
        return pid

    def wait_started(self) -> None:
        """Every process has been started; they need not be ready."""
        self.wait_for(lambda: len(self.pids()) >= 7, "the start of all services")

    def ready(self, name: str) -> bool:
        return bool(ask(self.state()["services"][name]["port"]).get("ready"))

    def wait_ready(self) -> None:
        self.wait_started()
        self.wait_for(lambda: all(map(self.ready, SERVICES)), "all services are ready")

    def wait_for(self, check: Callable[[], object], what: str, within: float = READY_WITHIN) -> None:
        def done() -> object:
            assert self.process.poll() is None, self.said()
            return check()

        try:
            wait_until(done, within, what)
        except TimeoutError as error:
            raise TimeoutError(f"{error}\n{self.said()}") from error


def alive(pid: int) -> bool:
    """Whether there is such a process; one that only waits to be reaped is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def none_left(pids: list[int], within: float = 10) -> None:
    assert pids
    wait_until(lambda: not any(map(alive, pids)), within, f"the end of {pids}")
