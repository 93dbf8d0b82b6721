"""JSON lines of messages: each is read by itself, and what cannot be read is named by its number."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.contracts.errors import UserMistake

STDIN = "-"
NOT_A_MESSAGE = "not a JSON object with `text` in it"


@dataclass(frozen=True, slots=True)
class Line:
    """Line `number` of a file: an object that has a text, or why it is none."""

    number: int
    row: dict[str, Any]
    wrong: str | None = None

    @property
    def text(self) -> str:
        """What was written."""
        return str(self.row["text"])


def lines(file: str) -> Iterator[Line]:
    """The lines of a file (`-`: of the input) that are not blank, in order."""
    for number, line in enumerate(_raw(file), 1):
        if line.strip():
            yield _parsed(number, line)


def _raw(file: str) -> list[bytes]:
    if file == STDIN:
        return sys.stdin.buffer.read().split(b"\n")
    try:
        return Path(file).read_bytes().split(b"\n")
    except OSError as error:
        raise UserMistake(f"{file} cannot be read ({error.strerror})") from error


def _parsed(number: int, line: bytes) -> Line:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return Line(number, {}, NOT_A_MESSAGE)
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        return Line(number, {}, NOT_A_MESSAGE)
    return Line(number, row)


def stated_language(row: dict[str, Any]) -> str | None:
    """What a line says of its language, if anything."""
    told = row.get("lang") or row.get("language")
    return told if isinstance(told, str) else None
