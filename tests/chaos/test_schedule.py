"""Schedules of faults are pure: the same seed gives the same, and a file plays it again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.chaos.faults.catalogue import FAULTS, LINKS, SHORT
from tests.chaos.faults.door import DoorFaults
from tests.chaos.faults.people import PeopleFaults
from tests.chaos.faults.processes import Processes
from tests.chaos.faults.schedule import Planned, _whom, from_file, one_after_another, schedule, to_json
from tests.chaos.faults.servers import ServerFaults
from tests.chaos.house import LABELS, instances
from tests.kit.house import SERVICES

ALL = tuple(FAULTS)
KINDS = (Processes, ServerFaults, DoorFaults, PeopleFaults)


@given(st.integers(0, 2**32), st.floats(1, 120))
def test_the_same_seed_gives_the_same_schedule(seed: int, seconds: float) -> None:
    assert schedule(seed, seconds, ALL) == schedule(seed, seconds, ALL)


def test_it_is_the_same_in_every_process() -> None:
    code = (
        "from tests.chaos.faults.schedule import *; from tests.chaos.faults.catalogue import FAULTS; "
        "print(to_json([schedule(7, 60, tuple(FAULTS))]))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.strip() == to_json([schedule(7, 60, ALL)])


def test_another_seed_gives_another() -> None:
    assert len({schedule(seed, 30, ALL).planned for seed in range(50)}) == 50


@given(st.integers(0, 10_000), st.sampled_from([ALL, SHORT, ("kill",), ("cut", "pause")]))
def test_every_fault_is_what_was_asked_for_in_time_and_possible(seed: int, names: tuple[str, ...]) -> None:
    for planned in schedule(seed, 30, names).planned:
        fault = FAULTS[planned.fault]
        assert planned.fault in names
        assert planned.target in fault.targets
        assert planned.detail in fault.details
        assert 0 <= planned.at <= 30
        assert fault.seconds[0] <= planned.seconds <= fault.seconds[1]


@given(st.integers(0, 10_000))
def test_nothing_is_struck_by_two_faults_at_once(seed: int) -> None:
    free: dict[str, float] = {}
    for planned in schedule(seed, 60, ALL).planned:
        whom = _whom(planned.target)
        assert planned.at >= free.get(whom, 0)
        free[whom] = max(free.get(whom, 0), planned.at + planned.seconds)


def test_in_an_hour_everything_happens_to_everybody() -> None:
    planned = schedule(3, 3600, ALL).planned
    assert {one.fault for one in planned} == set(FAULTS)
    assert {one.target for one in planned} >= {*LABELS, *LINKS, "kafka", "redis", "door", "agents"}
    details = {one.detail for one in planned if one.fault == "failpoint"}
    assert details == set(FAULTS["failpoint"].details)


def test_runs_can_follow_each_other_without_a_pause() -> None:
    runs = [schedule(seed, 2, SHORT) for seed in range(20)]
    joined = one_after_another(runs)
    assert joined.seconds == 40
    assert list(joined.planned) == sorted(joined.planned)
    assert len(joined.planned) > 0.7 * sum(len(run.planned) for run in runs)


def test_a_file_plays_it_again(tmp_path: Path) -> None:
    runs = (schedule(1, 30, ALL), schedule(2, 30, ALL))
    file = tmp_path / "schedule.json"
    file.write_text(to_json(runs))
    assert from_file(file) == runs


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "holds no schedules"),
        ('{"runs": [{"seed": 1}]}', "holds no schedules"),
        (to_json([schedule(1, 30, ("kill",))]).replace('"kill"', '"tickle"'), "tickle"),
    ],
)
def test_a_file_that_is_none_is_refused_with_the_reason(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "schedule.json"
    file.write_text(text)
    with pytest.raises(ValueError, match=why):
        from_file(file)


def test_every_fault_can_be_carried_out() -> None:
    assert [name for name in FAULTS if not any(hasattr(kind, name) for kind in KINDS)] == []


@pytest.mark.parametrize("target", sorted({t for fault in FAULTS.values() for t in fault.targets}))
def test_every_target_is_somebody(target: str) -> None:
    if target in ("kafka", "redis", "door", "agents"):
        return
    assert set(instances(target)) <= set(LABELS)
    assert _whom(target) in SERVICES
    assert _whom(Planned(0, "kill", target, 0, "").target) == instances(target)[0].rpartition("-")[0]
