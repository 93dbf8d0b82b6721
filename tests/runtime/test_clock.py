"""The clock that a test may put wrong."""

import time

import pytest

from shared.contracts.errors import UserMistake
from shared.runtime import clock


@pytest.fixture(autouse=True)
def _right_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_offset_ms", 0)


def _away() -> float:
    return clock.wall_ms() / 1000 - time.time()


def test_it_goes_right_unless_it_is_told_otherwise() -> None:
    clock.install({})
    assert abs(_away()) < 1


@pytest.mark.parametrize("seconds", [3600, -3600, 0.5])
def test_it_is_wrong_by_as_much_as_is_asked(seconds: float) -> None:
    clock.install({"RELAIS_CLOCK_OFFSET": str(seconds)})
    assert abs(_away() - seconds) < 0.4


@pytest.mark.parametrize("told", ["an hour", "nan", "inf"])
def test_what_is_no_number_is_refused(told: str) -> None:
    with pytest.raises(UserMistake, match="RELAIS_CLOCK_OFFSET"):
        clock.install({"RELAIS_CLOCK_OFFSET": told})
