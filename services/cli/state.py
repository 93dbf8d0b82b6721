"""What a running house leaves for others to find: `up.json` in `$RELAIS_HOME`, and a lock that tells
whether it is still true."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from shared.contracts.errors import UserMistake

PATIENCE = 1.0


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a house is reached."""

    kafka: str
    redis: str
    namespace: str


@dataclass(frozen=True, slots=True)
class Running(Contact):
    """A house that is up. `services` and `servers` (those that run embedded) map names to what is known
    of their processes: `pid` (`None` while there is none), `restarts`, `held` (down for a drill), and of
    services `port`.
    `started_at` is in Unix seconds."""

    pid: int
    started_at: float
    services: dict[str, dict[str, Any]] = field(default_factory=dict)
    servers: dict[str, dict[str, Any]] = field(default_factory=dict)


def home() -> Path:
    """Where this user's house keeps its state and its logs."""
    return Path(os.environ.get("RELAIS_HOME") or "~/.local/state/relais").expanduser().absolute()


def write(running: Running) -> None:
    """Replace the state file in one step."""
    draft = home() / "up.json.new"
    draft.write_text(json.dumps(asdict(running), indent=1))
    draft.replace(home() / "up.json")


def read() -> Running | None:
    """The house that is up in this home, if any."""
    try:
        if _held(home() / "up.lock"):
            return Running(**json.loads((home() / "up.json").read_text()))
    except (OSError, ValueError, TypeError):
        pass
    return None


def _held(lock: Path) -> bool:
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


@contextmanager
def claimed() -> Iterator[Path]:
    """Hold this home while a house is up in it; raises `UserMistake` when another one holds it.

    The lock ends with the process that took it, however that ends."""
    path = home()
    with _opened(path) as file:
        _lock(file.fileno())
        (path / "up.json").unlink(missing_ok=True)  # of a house that was killed
        try:
            yield path
        finally:
            (path / "up.json").unlink(missing_ok=True)


def _opened(path: Path) -> IO[str]:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return (path / "up.lock").open("w")
    except OSError as error:
        raise UserMistake(
            f"nothing can be kept in {path} ({error.strerror}): set RELAIS_HOME to a folder of yours"
        ) from error


def _lock(file: int) -> None:
    """A reader holds the lock for an instant, so one refusal means nothing yet."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)
    other = read()
    who = f" (process {other.pid})" if other else ""
    raise UserMistake(
        f"Relais is already up in {home()}{who}: look with `relais status`, or set RELAIS_HOME to "
        "another directory for a second one"
    )
