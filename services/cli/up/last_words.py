"""How a program died: by which signal, or with which last words."""

import json
import signal
from pathlib import Path

TAIL = 4096
LONGEST = 200
CHOSEN = ("event", "message", "error")


def cause(exit_code: int, log: Path) -> str:
    """In short. A program that was killed had no time for a last word."""
    if exit_code < 0:
        return f"killed by {signal.Signals(-exit_code).name}"
    said = last_words(log)
    return f"exit code {exit_code}: {said}" if said else f"exit code {exit_code}"


def last_words(log: Path) -> str:
    """The last line of a log, in short. Our services log no text of customers, so it may be shown."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - TAIL))
            lines = file.read().decode("utf-8", "replace").split("\n")
    except OSError:
        return ""
    said = [line.strip() for line in lines if line.strip()]
    return _short(said[-1])[:LONGEST] if said else ""


def _short(line: str) -> str:
    try:
        event = json.loads(line)
    except ValueError:
        return line
    if not isinstance(event, dict):
        return line
    return ", ".join(str(event[name]) for name in CHOSEN if name in event)
