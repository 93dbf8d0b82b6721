"""Children are started, started again, and stopped, whatever state they are in."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.cli.up.last_words import cause
from services.cli.up.supervisor import Backoff, Child, Supervisor
from tests.cli.command import alive, none_left
from tests.kit.process import wait_until

SLEEPS = "import time; print('here', flush=True); time.sleep(600)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPS}"
ENDS = "print('my last word', flush=True); raise SystemExit(3)"


@pytest.fixture
def children(tmp_path: Path) -> Iterator[dict[str, Child]]:
    """Children by the program they run; none of them outlives the test."""
    programs = {"sleeps": SLEEPS, "deaf": DEAF, "ends": ENDS}
    made = {
        name: Child(name, [sys.executable, "-c", code], tmp_path / f"{name}.log", lambda: os.environ)
        for name, code in programs.items()
    }
    yield made
    for child in made.values():
        child.signal(signal.SIGKILL)


def wait_here(child: Child) -> None:
    """Its program runs, not just the launcher that becomes it."""
    wait_until(lambda: "here" in child.log.read_text(), 20, "the child's first word")


@pytest.mark.parametrize(
    ("lives", "delays"),
    [
        ([0, 0, 0, 0, 0, 0, 0, 0], [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10]),
        ([29.9, 29.9], [0.2, 0.4]),
        ([0, 0, 0, 30, 0], [0.2, 0.4, 0.8, 0.2, 0.4]),
    ],
    ids=["doubles up to ten seconds", "goes on after a short life", "begins again after a long life"],
)
def test_the_wait_before_a_new_start(lives: list[float], delays: list[float]) -> None:
    backoff = Backoff()
    assert [backoff.after(lived) for lived in lives] == pytest.approx(delays)


def test_a_child_that_dies_is_started_again_when_its_wait_is_over(children: dict[str, Child]) -> None:
    child = children["ends"]
    supervisor = Supervisor([child])
    supervisor.start(100.0)
    wait_until(lambda: supervisor.tick(100.1) == [child], 20, "its death")
    assert (child.pid, child.restarts, child.exit_code) == (None, 0, 3)
    assert supervisor.tick(100.29) == [] and child.pid is None
    supervisor.tick(100.31)
    assert child.pid is not None and child.restarts == 1


def test_a_killed_child_is_started_again_and_the_others_are_left_alone(children: dict[str, Child]) -> None:
    supervisor = Supervisor([children["sleeps"], children["deaf"]])
    supervisor.start(0.0)
    before = {name: child.pid for name, child in supervisor.children.items()}
    children["sleeps"].signal(signal.SIGKILL)
    wait_until(lambda: supervisor.tick(50.0), 20, "its death")
    supervisor.tick(51.0)
    assert children["sleeps"].pid not in (None, before["sleeps"])
    assert children["deaf"].pid == before["deaf"]
    assert cause(children["sleeps"].exit_code, children["sleeps"].log) == "killed by SIGKILL"
    supervisor.stop(0)


def test_a_stop_kills_only_those_that_do_not_listen(children: dict[str, Child]) -> None:
    supervisor = Supervisor([children["sleeps"], children["deaf"]])
    supervisor.start(0.0)
    for child in supervisor.children.values():
        wait_here(child)
    pids = [child.pid or 0 for child in supervisor.children.values()]
    assert supervisor.stop(1.0) == ["deaf"]
    assert not any(map(alive, pids))


def test_a_stop_reaches_a_stopped_child_too(children: dict[str, Child]) -> None:
    child = children["sleeps"]
    supervisor = Supervisor([child])
    supervisor.start(0.0)
    wait_here(child)
    child.signal(signal.SIGSTOP)
    began = time.monotonic()
    assert supervisor.stop(20) == []
    assert time.monotonic() - began < 15


def test_a_stop_of_what_has_ended_already_does_nothing(children: dict[str, Child]) -> None:
    supervisor = Supervisor([children["ends"]])
    supervisor.start(0.0)
    wait_until(lambda: not alive(children["ends"].pid or 0), 20, "its end")
    assert supervisor.stop(5) == []
    assert Supervisor([]).stop(5) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a process to its parent's life")
@pytest.mark.parametrize("stopped", [False, True], ids=["running", "stopped"])
def test_a_child_ends_with_its_supervisor_however_that_dies(tmp_path: Path, stopped: bool) -> None:
    program = f"""
import os, sys, time
from pathlib import Path
from services.cli.up.supervisor import Child
child = Child("deaf", [sys.executable, "-c", {DEAF!r}], Path({str(tmp_path / "log")!r}), lambda: os.environ)
child.start(0.0)
print(child.pid, flush=True)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout
        pid = int(owner.stdout.readline())
        wait_until(lambda: "here" in (tmp_path / "log").read_text(), 20, "the child's first word")
        if stopped:
            os.kill(pid, signal.SIGSTOP)
        owner.kill()
    none_left([pid])


def test_the_cause_of_a_death_is_a_signal_or_the_last_line_of_the_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert cause(1, log) == "exit code 1"
    log.write_text('first\n{"event": "cannot_run", "message": "topics are missing", "pid": 4}\n\n')
    assert cause(64, log) == "exit code 64: cannot_run, topics are missing"
    log.write_text("Traceback:\nModuleNotFoundError: No module named 'x'\n")
    assert cause(1, log) == "exit code 1: ModuleNotFoundError: No module named 'x'"
    assert cause(-9, log) == "killed by SIGKILL"
