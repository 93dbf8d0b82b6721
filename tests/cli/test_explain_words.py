"""Times, codes and foreign text as they are shown."""

from __future__ import annotations

import pytest

from services.cli.explain.show import weights_told
from services.cli.words import QUARANTINE, after, printable, when, why
from shared.contracts.vocabulary import QUARANTINE_REASONS, REASONS

TIMES = {0: "+0 ms", 12: "+12 ms", -3: "-3 ms", 3400: "+3.4 s", 300_000: "+5 min", 7_560_000: "+2.1 h"}


@pytest.mark.parametrize("milliseconds", TIMES)
def test_a_time_that_passed_is_short(milliseconds: int) -> None:
    assert after(milliseconds) == TIMES[milliseconds]


def test_a_moment_is_told_to_the_millisecond_and_an_absurd_one_as_it_is() -> None:
    assert when(1_000) == "1970-01-01 00:00:01.000 UTC"
    assert when(2**62) == f"{2**62} ms"


def test_every_code_has_a_sentence() -> None:
    assert set(QUARANTINE) == set(QUARANTINE_REASONS)
    assert all(why(code).endswith(".") for code in (*REASONS, *QUARANTINE))
    assert why("of tomorrow") == "of tomorrow"


def test_foreign_text_can_do_nothing_to_a_terminal() -> None:
    assert printable("a\x1b[31m\u202e\u200bé\n😀") == "a\\x1b[31m\\u202e\\u200bé\n😀"


def test_weights_are_told_when_the_record_was_made_with_others() -> None:
    assert weights_told({"model": "one"}, {"version": "one"}) is None
    told = weights_told({"model": "one"}, {"version": "two"})
    assert told is not None
    assert "one" in told
    assert "two" in told
