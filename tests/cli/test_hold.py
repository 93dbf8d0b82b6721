"""A part is held down for a drill, and given back whatever becomes of the drill."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.cli.up.hold import LONGEST, Hold, Holder, ask, asked, withdraw
from services.cli.up.supervisor import Child, Supervisor
from shared.contracts.errors import UserMistake
from tests.kit.process import wait_until

HOLD = Hold("part", 5.0, 1)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Supervisor]:
    program = [sys.executable, "-c", "import time; time.sleep(600)"]
    made = Supervisor([Child("part", program, tmp_path / "log", lambda: os.environ)])
    made.start(0.0)
    yield made
    made.stop(0)


def taken(holder: Holder, house: Supervisor) -> None:
    """The part is taken away at 100 and has died."""
    assert "5 s at most" in holder.tick(100.0, [house])
    wait_until(lambda: house.tick(100.1), 20, "its death")
    house.tick(104.0)
    assert house.children["part"].pid is None


@pytest.mark.parametrize(
    ("until", "withdrawn", "gone"),
    [(104.9, False, True), (105.0, False, False), (101.0, True, False)],
    ids=["before its time is over it stays down", "at its time it is back", "withdrawn it is back at once"],
)
def test_a_part_is_down_until(
    tmp_path: Path, house: Supervisor, until: float, withdrawn: bool, gone: bool
) -> None:
    holder = Holder(tmp_path)
    ask(tmp_path, HOLD)
    taken(holder, house)
    if withdrawn:
        withdraw(tmp_path, HOLD)
    holder.tick(until, [house])
    house.tick(until)
    assert (house.children["part"].pid is None) is gone
    assert asked(tmp_path) == (HOLD if gone else None)


def test_nothing_is_held_for_longer_than_the_longest(tmp_path: Path, house: Supervisor) -> None:
    holder = Holder(tmp_path)
    ask(tmp_path, Hold("part", 1e9, 1))
    holder.tick(0.0, [house])
    assert holder.tick(LONGEST - 1, [house]) == ""
    assert "starts again" in holder.tick(LONGEST, [house])


def test_two_drills_do_not_hold_at_once(tmp_path: Path) -> None:
    ask(tmp_path, HOLD)
    with pytest.raises(UserMistake, match="another drill"):
        ask(tmp_path, Hold("part", 9.0, 2))
    withdraw(tmp_path, Hold("part", 9.0, 2))
    assert asked(tmp_path) == HOLD


@pytest.mark.parametrize("child", ["kafka", "nobody"])
def test_what_is_not_to_be_had_is_not_taken(tmp_path: Path, house: Supervisor, child: str) -> None:
    holder = Holder(tmp_path)
    ask(tmp_path, Hold(child, 5.0, 1))
    assert "nothing is done" in holder.tick(1.0, [house])
    assert asked(tmp_path) is None and not house.children["part"].held


@pytest.mark.parametrize("marker", ["", "[]", '{"child": "part"}', "\x00"])
def test_a_marker_that_cannot_be_read_holds_nothing(tmp_path: Path, house: Supervisor, marker: str) -> None:
    holder = Holder(tmp_path)
    (tmp_path / "held.json").write_text(marker)
    assert holder.tick(1.0, [house]) == ""
    assert not house.children["part"].held


def test_the_marker_of_a_house_that_is_gone_is_void(tmp_path: Path, house: Supervisor) -> None:
    (tmp_path / "held.json").write_text(json.dumps({"child": "part", "seconds": 5.0, "by": 1}))
    assert Holder(tmp_path).tick(1.0, [house]) == ""
    assert asked(tmp_path) is None
