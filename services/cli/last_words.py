"""What a program said before it died, from its log."""

import json
from pathlib import Path

TAIL = 4096
LONGEST = 200
CHOSEN = ("event", "message", "error")


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
