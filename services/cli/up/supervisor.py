"""Child processes: started, watched, started again when they die, stopped together.

Nothing here waits or reads a clock but `stop`: whoever owns the children calls `tick` with the time. The
owner's thread must be the one that lives as long as the process, for the children end with it (`bound`).
"""

import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from shared.runtime.processes import bound

FIRST_DELAY, LONGEST_DELAY = 0.2, 10.0
LONG_LIFE = 30.0


@dataclass
class Backoff:
    """How long to wait before a process that died is started again."""

    delay: float = 0.0

    def after(self, lived: float) -> float:
        """Seconds to wait after a life of `lived` seconds: doubling from the first delay up to the
        longest, from the start again after a long life."""
        doubled = FIRST_DELAY if lived >= LONG_LIFE else max(FIRST_DELAY, 2 * self.delay)
        self.delay = min(LONGEST_DELAY, doubled)
        return self.delay


@dataclass
class Child:
    """One program under supervision. `environment` is asked at every start; `log` gets its output."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Callable[[], Mapping[str, str]]
    process: subprocess.Popen[bytes] | None = None
    restarts: int = 0
    exit_code: int = 0
    """Of its last life; a signal's number is negative."""
    held: bool = False
    """It is not to be started, for a drill."""
    _born: float = 0.0
    _due: float = 0.0
    _backoff: Backoff = field(default_factory=Backoff)

    @property
    def pid(self) -> int | None:
        """The process there is now, if any."""
        return self.process.pid if self.process else None

    @property
    def delay(self) -> float:
        """Seconds between its last death and its next start."""
        return self._backoff.delay

    def start(self, now: float) -> None:
        """Start the program; it ends with this process, and its standard input closes then."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                bound(self.command),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=dict(self.environment()),
                start_new_session=True,  # Ctrl-C is for the owner, who stops the children in order
            )
        self._born = now

    def died(self, now: float) -> bool:
        """Whether it has ended since the last time this was asked; the next start is then planned."""
        if self.process is None or self.process.poll() is None:
            return False
        self.exit_code = self.process.returncode
        self._forget()
        self._due = now + self._backoff.after(now - self._born)
        return True

    def due(self, now: float) -> bool:
        """Whether it is time to start it again."""
        return self.process is None and not self.held and now >= self._due

    def signal(self, number: signal.Signals) -> None:
        """Send a signal if there is a process to send it to."""
        if self.process is not None:
            self.process.send_signal(number)

    def ended(self) -> bool:
        """Whether there is no process any more, for one that is being stopped."""
        if self.process is not None and self.process.poll() is not None:
            self._forget()
        return self.process is None

    def _forget(self) -> None:
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()
        self.process = None


class Supervisor:
    """Keeps children alive, in the order in which they were given."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = {child.name: child for child in children}

    def start(self, now: float) -> None:
        """Start all of them."""
        for child in self.children.values():
            child.start(now)

    def tick(self, now: float) -> list[Child]:
        """Start those again whose time has come; returns those that have died since the last tick."""
        dead = [child for child in self.children.values() if child.died(now)]
        for child in self.children.values():
            if child.due(now):
                child.restarts += 1
                child.start(now)
        return dead

    def take(self, name: str) -> None:
        """Kill the child of this name, if it is one of these, and do not start it again."""
        if name in self.children:
            self.children[name].held = True
            self.children[name].signal(signal.SIGKILL)

    def give_back(self, name: str) -> None:
        """Start it again from now on."""
        if name in self.children:
            self.children[name].held = False

    def stop(self, within: float) -> list[str]:
        """End all: ask, wait, and kill those that are still there. Returns the names of the killed."""
        living = [child for child in self.children.values() if not child.ended()]
        for child in living:
            child.signal(signal.SIGTERM)
            child.signal(signal.SIGCONT)  # a stopped process hears nothing
        deadline = time.monotonic() + within
        while time.monotonic() < deadline and any(not child.ended() for child in living):
            time.sleep(0.02)
        stubborn = [child for child in living if not child.ended()]
        for child in stubborn:
            child.signal(signal.SIGKILL)
        for child in stubborn:
            if child.process is not None:
                child.process.wait()
                child.ended()
        return [child.name for child in stubborn]
