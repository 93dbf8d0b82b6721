"""Messages from a file: one JSON object a line."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from services.cli.simulate.account import Letter
from shared.contracts.errors import UserMistake

CHANNEL = "simulation"
_OPTIONAL = ("conversation_id", "channel", "language")


class Line(NamedTuple):
    """What a line says, and its number counted from 1."""

    number: int
    text: str
    conversation: str | None = None
    channel: str = CHANNEL
    language: str | None = None


class Broken(NamedTuple):
    """A line that holds no message, and why."""

    number: int
    why: str


def run_id(kind: str = "sim") -> str:
    """Keeps the ids of two runs apart."""
    return f"{kind}-{secrets.token_hex(4)}"


def read(path: Path, language_from_file: bool = False) -> Iterator[Line | Broken]:
    """The lines of a file, empty ones left out. Raises `UserMistake` when it cannot be read."""
    try:
        with path.open("rb") as lines:
            for number, raw in enumerate(lines, 1):
                if raw.strip():
                    yield _line(number, raw, language_from_file)
    except OSError as error:
        raise UserMistake(f"{path}: cannot read it ({error.strerror})") from error


def _line(number: int, raw: bytes, language_from_file: bool) -> Line | Broken:
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return Broken(number, "not JSON")
    if not isinstance(found, dict):
        return Broken(number, "not an object")
    if not isinstance(found.get("text"), str):
        return Broken(number, "no `text`, or it is no string")
    wrong = [name for name in _OPTIONAL if not isinstance(found.get(name), str | None)]
    if wrong:
        return Broken(number, f"`{wrong[0]}` is no string")
    language = found.get("language") or (found.get("lang") if language_from_file else None)
    return Line(
        number,
        found["text"],
        found.get("conversation_id") or None,
        found.get("channel") or CHANNEL,
        language if isinstance(language, str) else None,
    )


def spread(conversations: int | None) -> Callable[[int], str]:
    """The conversation of the n-th message that names none: its own, or one of so many in turn."""
    return lambda number: f"c{number if conversations is None else number % conversations}"


def letters(lines: list[Line], run: str, conversations: int | None = None) -> list[Letter]:
    """The messages to send; their ids and conversations belong to this run alone."""
    otherwise = spread(conversations)
    return [
        letter(number, line, run, f"{run}-{line.conversation or otherwise(number)}")
        for number, line in enumerate(lines)
    ]


def letter(number: int, line: Line, run: str, conversation: str) -> Letter:
    """One message as a channel would publish it."""
    message_id = f"{run}-{number}"
    value: dict[str, Any] = {
        "id": message_id,
        "conversation_id": conversation,
        "channel": line.channel,
        "text": line.text,
    }
    if line.language:
        value["language"] = line.language
    return Letter(number, message_id, conversation, orjson.dumps(value), line.text, line.number)
