"""A channel that is not written in Python: kafkajs, where node and npm are there."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parents[1] / "connected" / "kafkajs"
LOCK = HERE / "package-lock.json"


class Unavailable(Exception):
    """Why there is no such channel here."""


def modules() -> Path:
    """The directory with kafkajs in it, a cache outside the repository, filled by the first caller."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise Unavailable(f"no {program} to run kafkajs with")
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "relais"
    ready = root / f"kafkajs-{sha256(LOCK.read_bytes()).hexdigest()[:12]}"
    root.mkdir(parents=True, exist_ok=True)
    with (root / f"{ready.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (ready / "done").exists():
            _install(ready)
    return ready / "node_modules"


def _install(ready: Path) -> None:
    ready.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, ready)
    command = [
        "npm",
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--omit-lockfile-registry-resolved",
    ]
    try:
        subprocess.run(command, cwd=ready, check=True, capture_output=True, text=True, timeout=180)
    except subprocess.CalledProcessError as error:
        raise Unavailable(f"npm could not install kafkajs (exit {error.returncode})") from error
    except subprocess.TimeoutExpired as error:
        raise Unavailable("npm did not install kafkajs in 3 minutes") from error
    (ready / "done").touch()


def channel(kafka: str, topic: str, found: Path) -> subprocess.Popen[str]:
    """A running channel; write one JSON message a line, close its input, and wait for exit code 0."""
    return subprocess.Popen(
        ["node", str(HERE / "channel.js"), kafka, topic],
        env=os.environ | {"NODE_PATH": str(found), "KAFKAJS_NO_PARTITIONER_WARNING": "1"},
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
