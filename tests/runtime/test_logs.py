"""One JSON object a line, and never the text of an error, whoever logs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.errors import TransientFailure
from shared.runtime.logs import describe
from tests.runtime.mutter import CANARY

ROOT = Path(__file__).parents[2]
BEFORE = (
    "import asyncio, logging; from shared.runtime import logs; logs.configure('tiny', 'tiny-1', {level!r});"
)


def _logged(program: str, level: str = "info") -> list[dict[str, Any]]:
    """What a program logs, on either stream; fails when a line is no JSON."""
    done = subprocess.run(
        [sys.executable, "-c", BEFORE.format(level=level) + program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return [json.loads(line) for line in (done.stdout + done.stderr).splitlines()]


@pytest.fixture(scope="module")
def muttered() -> list[dict[str, Any]]:
    """After everything that `mutter` does, an error that nobody catches."""
    return _logged(
        "from tests.runtime.mutter import *; log = logs.get('test'); log.info('began', size=3);"
        "asyncio.run(mutter()); raise ValueError(CANARY)"
    )


def test_no_text_of_an_error_is_logged(muttered: list[dict[str, Any]]) -> None:
    assert len(muttered) > 20
    assert CANARY not in json.dumps(muttered)


def test_an_error_has_its_type_and_its_place(muttered: list[dict[str, Any]]) -> None:
    assert muttered[-1]["event"] == "uncaught"
    for line in muttered:
        if "error" in line:
            assert line["error"] == "ValueError"
            assert line["where"][-1].rpartition(":")[0].endswith(("mutter.py", "<string>"))


def test_of_a_librarys_words_only_those_of_its_code_are_kept(muttered: list[dict[str, Any]]) -> None:
    of_aiokafka = [line for line in muttered if line.get("logger") == "aiokafka.consumer.fetcher"]
    assert [line["event"] for line in of_aiokafka] == [
        "a template with an error: %s",
        "the same, as its representation: %r",
        "library_message",
        "library_message",
        "%(text)s",
        "two of them: %s %d",
    ]
    assert all("mutter.py:" in line["at"] for line in of_aiokafka)


def test_our_own_events_are_kept_as_they_are(muttered: list[dict[str, Any]]) -> None:
    first = muttered[0]
    assert first.pop("timestamp")
    assert first == {
        "event": "began",
        "size": 3,
        "level": "info",
        "service": "tiny",
        "instance": "tiny-1",
    }


def test_the_level_is_ours_and_libraries_only_warn() -> None:
    program = (
        "logs.get('x').info('quiet'); logs.get('x').error('loud');"
        "logging.getLogger('aiokafka').info('quiet'); logging.getLogger('aiokafka').warning('loud')"
    )
    assert [line["event"] for line in _logged(program, "error")] == ["loud", "loud"]


def test_a_library_may_not_repeat_itself_all_the_time_and_we_may() -> None:
    program = (
        "[logging.getLogger('aiokafka').error('away') for _ in range(100)];"
        "logging.getLogger('aiokafka').error('back');"
        "[logs.get('x').error('ours') for _ in range(3)]"
    )
    # In one line of a program every call has the same place, so a library is heard once.
    assert [line["event"] for line in _logged(program)] == ["away", "ours", "ours", "ours"]


def test_the_words_of_our_own_errors_are_clean_and_kept() -> None:
    try:
        try:
            raise KeyError(CANARY)
        except KeyError as cause:
            raise TransientFailure("it did not answer") from cause
    except TransientFailure as error:
        described = describe(error)
    assert described["error"] == "TransientFailure"
    assert described["message"] == "it did not answer"
    assert described["cause"] == "KeyError"
    assert CANARY not in str(described)
