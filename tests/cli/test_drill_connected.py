"""A drill in a house on a real Kafka: the bot is taken away, everything reaches people, nothing is lost. And
the queue is: the dispatcher says so, and with it work is queued and offered again."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from urllib.request import urlopen
from uuid import uuid4

import pytest

from services.cli.drill.parts import PARTS
from services.cli.up.hold import asked
from services.cli.up.watch import ask
from shared.runtime.drills import PartName
from tests.cli.command import COMMAND, Up, environment, relais
from tests.kit.kafka import RealKafka

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a process to its parent's life"),
    pytest.mark.timeout(300),
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, kafka: RealKafka) -> Iterator[Up]:
    """A house whose bot is late after two seconds."""
    given = ("--kafka", kafka.address, "--namespace", f"drill{uuid4().hex[:8]}")
    home = tmp_path_factory.mktemp("drill") / "home"
    with Up(home, *given, RELAIS_BOT_DEADLINE="2") as up:
        up.wait_ready()
        yield up


def last_drill(house: Up, part: str) -> float:
    """As the fallback's metrics have it."""
    port = house.state()["services"]["fallback"]["port"]
    with urlopen(f"http://127.0.0.1:{port}/metrics") as page:
        found = re.search(rf'relais_drill_last_\w+{{part="{part}"}} (\S+)', page.read().decode())
    assert found
    return float(found[1])


def test_without_the_bot_all_goes_to_people_and_with_it_all_is_as_before(house: Up) -> None:
    before = house.pid("bot")
    done = relais(house.home, "drill", "bot", "--for", "5", "--rate", "4", "--yes", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["detection_s"] is not None and told["recovery_s"] is not None
    assert (told["deadline_s"], told["unnoticed"], told["missing"]) == (2, False, [])
    assert told["messages"]["to_people"] > 0 and told["messages"]["answered"] > 0
    assert (told["messages"]["lost"], told["doubled"]) == (0, 0)
    assert house.pid("bot") not in (None, before)
    assert last_drill(house, "bot") == pytest.approx(told["at"], abs=1)
    assert last_drill(house, "router") == 0


@pytest.mark.parametrize("somebody", [False, True], ids=["nobody is here", "an agent is here"])
def test_without_the_queue_the_bot_answers_and_with_it_work_is_offered_again(
    house: Up, somebody: bool
) -> None:
    with agent(house) if somebody else nullcontext():
        done = relais(house.home, "drill", "redis", "--for", "8", "--rate", "2", "--yes", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["detection_s"] is not None and told["recovery_s"] is not None
    assert (told["unnoticed"], told["missing"], told["messages"]["lost"]) == (False, [], 0)
    assert told["messages"]["to_people"] > 0 and told["messages"]["answered"] > 0
    assert told["offers"] == somebody


@pytest.mark.parametrize(
    ("part", "expected"),
    [("bot", 2.0), ("intent", 3.0), ("sentiment", 3.0), ("router", 5.0), ("redis", 3.0)],
)
def test_the_services_say_within_which_time_each_loss_is_noticed(
    house: Up, part: PartName, expected: float
) -> None:
    service, name = PARTS[part].deadline
    assert ask(house.state()["services"][service]["port"])["deadlines"][name] == expected


@contextmanager
def agent(house: Up) -> Iterator[None]:
    """Somebody with room for everything, who is here and types nothing."""
    where = ("--kafka", house.state()["kafka"], "--namespace", house.state()["namespace"])
    command = [*COMMAND, "agent", "--id", "ada", "--capacity", "10000", *where]
    with subprocess.Popen(
        command,
        env=environment(house.home),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    ) as tool:
        try:
            yield
        finally:
            tool.communicate(b"quit\n", timeout=60)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_a_drill_that_is_stopped_gives_the_part_back_at_once(house: Up, number: signal.Signals) -> None:
    command = [*COMMAND, "drill", "sentiment", "--for", "600", "--yes"]
    with subprocess.Popen(command, env=environment(house.home), stdin=subprocess.DEVNULL) as drill:
        house.wait_for(
            lambda: asked(house.home) and not house.pid("sentiment_scorer"), "the loss of the part"
        )
        os.kill(drill.pid, number)
        assert drill.wait(60) != 0
    house.wait_for(lambda: house.pid("sentiment_scorer"), "its return")
    assert asked(house.home) is None


def test_a_drill_asks_first_and_takes_nothing_when_nobody_answers(house: Up) -> None:
    done = relais(house.home, "drill", "bot")
    assert done.returncode == 2 and "--yes" in done.stderr
    assert asked(house.home) is None
