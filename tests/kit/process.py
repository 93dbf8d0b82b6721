"""A server as a plain process: started, stopped, killed, frozen by signals, gone when the run is gone."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from shared.runtime.processes import bound, free_port
from tests.kit.server import Unavailable

__all__ = ["ProcessServer", "free_port", "scratch", "wait_until"]

# A bound process ends with the *thread* that started it: one thread that lives as long as the run starts
# them all, so that a test may call `start` from a thread of its own.
_starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="test-servers")


def wait_until(check: Callable[[], object], within: float, what: str, every: float = 0.05) -> None:
    """Return as soon as `check()` is true; raise `TimeoutError` naming `what` after `within` seconds."""
    deadline = time.monotonic() + within
    while not check():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {within:g} s")
        time.sleep(every)


def scratch() -> Path:
    return Path(tempfile.mkdtemp(prefix="relais-test-"))


class ProcessServer:
    """A server that is one process of this machine. `answers(address)` says whether it serves requests."""

    def __init__(
        self,
        command: list[str],
        *,
        kind: str,
        address: str,
        version: str,
        home: Path,
        answers: Callable[[str], bool],
        patience: float = 30.0,
    ) -> None:
        """`home` is a directory of the server's own: its data, its log (`server.log`); `close` removes it."""
        self.kind, self.address, self.version = kind, address, version
        self.home = home
        self._command = command
        self._answers = answers
        self._patience = patience
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        if self.running:
            return
        self._process = _starter.submit(self._spawn).result()
        try:
            wait_until(lambda: not self.running or self._answers(self.address), self._patience, "an answer")
        except TimeoutError as error:
            self.kill()
            raise Unavailable(
                f"{self.address} gave no answer in {self._patience:g} s{self._tail()}"
            ) from error
        if not self.running:
            raise Unavailable(f"{Path(self._command[0]).name} ended at once{self._tail()}")

    def _spawn(self) -> subprocess.Popen[bytes]:
        # A session of its own keeps Ctrl-C away.
        with (self.home / "server.log").open("ab") as log:
            return subprocess.Popen(
                bound(self._command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.home,
                start_new_session=True,
            )

    def _tail(self) -> str:
        lines = (self.home / "server.log").read_text(errors="replace").splitlines()[-8:]
        return "".join(f"\n    {line}" for line in lines)

    def stop(self) -> None:
        if not self.running:
            return
        self._signal(signal.SIGCONT)
        self._signal(signal.SIGTERM)
        assert self._process
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        if self._process:
            self._signal(signal.SIGKILL)
            self._process.wait()

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._process and self.running:
            self._process.send_signal(number)

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self.home, ignore_errors=True)
