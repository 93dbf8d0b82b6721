"""Processes that are measured: started, paused while others are at work, asked what they have used."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from shared.contracts.errors import UserMistake
from shared.runtime.processes import bound

CPU_CLOCK = 2
"""Linux numbers the CPU clock of a process `(~pid << 3) | 2` (clock_getcpuclockid(3))."""


def until(check: Callable[[], object], within: float, what: str, every: float = 0.02) -> None:
    """Return as soon as `check()` is true; raises `UserMistake` that names `what` after `within` seconds."""
    deadline = time.monotonic() + within
    while not check():
        if time.monotonic() > deadline:
            raise UserMistake(f"{what}: not within {within:g} s; is the machine busy, or is Kafka full?")
        time.sleep(every)


class Subject:
    """One program under measurement. It ends with this process, however that ends."""

    def __init__(self, name: str, command: Sequence[str], log: Path, **environment: str) -> None:
        self.name = name
        self.log = log
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                bound(command),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env={**os.environ, **environment},
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    def cpu(self) -> float:
        """Seconds of CPU used so far, by all its threads, in the kernel too."""
        self.check()
        return time.clock_gettime((~self.pid << 3) | CPU_CLOCK)

    def memory(self, peak: bool = False) -> float:
        """Resident memory in MB now, or the most there ever was."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(rf"^{'VmHWM' if peak else 'VmRSS'}:\s+(\d+)", status, re.MULTILINE)
        return int(found[1]) / 1000 if found else 0.0

    def check(self) -> bool:
        """True while it lives; raises `UserMistake` with its last words when it has ended."""
        if self._process.poll() is not None:
            said = self.log.read_text(errors="replace").strip().splitlines()[-1:]
            raise UserMistake(f"{self.name} ended by itself: {' '.join(said)[:300]}")
        return True

    def pause(self) -> None:
        """Let it use nothing."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it at once, as SIGKILL does."""
        self._process.kill()
        self._process.wait()


def python(module: str, *arguments: str) -> list[str]:
    """The command that runs a module of this project."""
    return [sys.executable, "-m", module, *arguments]


def measured(subjects: Sequence[Subject], work: Callable[[], None]) -> Mapping[str, float]:
    """CPU seconds that each of these (paused) subjects uses for `work`."""
    before = {subject.name: subject.cpu() for subject in subjects}
    for subject in subjects:
        subject.resume()
    try:
        work()
    finally:
        after = {subject.name: subject.cpu() for subject in subjects}
        for subject in subjects:
            subject.pause()
    return {name: after[name] - before[name] for name in after}
