"""The two tools of agents against a real dispatcher: a person's terminal, and a workforce."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.cli.command import COMMAND, environment
from tests.kit.house import House
from tests.kit.kafka import RealKafka
from tests.kit.process import wait_until
from tests.kit.redis import RealRedis
from tests.services.dispatcher.desk import PERSON, Desk, fresh, human_queue

CONVERSATIONS = 50


@pytest.fixture(scope="module")
def house(
    kafka: RealKafka, redis_server: RealRedis, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    with human_queue(kafka.address, redis_server.url, tmp_path_factory.mktemp("tools"), 60) as house:
        yield house


class Typist:
    """`relais agent` as a process whose keyboard is a pipe."""

    def __init__(self, house: House, home: Path, name: str, *arguments: str) -> None:
        self._output = home / f"{name}-{fresh('run')}.out"
        where = ("--kafka", house.kafka, "--namespace", house.namespace)
        self._command = [*COMMAND, "agent", "--id", name, "--pool", "general", *where, *arguments]
        self._home = home

    def __enter__(self) -> Self:
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                self._command,
                env=environment(self._home),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                text=True,
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.communicate()

    def shows(self, part: str) -> None:
        def there() -> bool:
            return part in self._output.read_text(errors="replace")

        try:
            wait_until(there, 30, f"the tool shows {part!r}")
        except TimeoutError as error:
            raise TimeoutError(f"{error}\n{self._output.read_text(errors='replace')}") from error

    def types(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()


def test_an_agent_at_a_terminal_takes_answers_and_closes_and_finds_the_work_again_after_a_restart(
    house: House, tmp_path: Path
) -> None:
    ada, conversation, desk = fresh("ada"), fresh(), Desk(house)
    with Typist(house, tmp_path, ada, "--in", "fr") as tool:
        tool.shows("Bonjour")
        house.say(conversation, PERSON)
        tool.shows("PROPOSÉ @1")
        tool.shows("Le client demande une personne.")
        tool.shows(PERSON)
        tool.types("accept")
        tool.shows("À VOUS @1")
    with Typist(house, tmp_path, ada, "--in", "en") as tool:
        tool.shows("YOURS @1")
        tool.types("reply Bonjour,\\\nje regarde.")
        tool.shows("on its way")
        assert desk.replied(conversation, "agent")["text"] == "Bonjour,\nje regarde."
        tool.types("hold")
        tool.shows("@1: on hold")
        tool.types("transfer nowhere Pour vous")
        tool.shows("REFUSED, transfer @1: There is no such pool.")
        house.say(conversation, "Merci bien")
        tool.shows("customer > Merci bien")
        tool.types("close")
        tool.shows("wrap-up @1")
        tool.types("wrap-up solved y")
        tool.shows("the wrap-up is noted")
        tool.types("quit")
        assert tool.process.wait(20) == 0
    closed = desk.told("wrapped_up", conversation)
    desk.close()
    assert (closed["agent_id"], closed["disposition"], closed["solved"]) == (ada, "solved", True)


def test_a_workforce_closes_every_conversation_and_sees_nothing_that_contradicts_the_protocol(
    house: House, tmp_path: Path
) -> None:
    where = ("--kafka", house.kafka, "--namespace", house.namespace)
    habits = (
        "--seed",
        "1",
        "--speed",
        "200",
        "--lost",
        "0",
        "--lapses",
        "0",
        "--closed",
        str(CONVERSATIONS),
        "--for",
        "60",
    )
    command = [*COMMAND, "agents", "simulate", "5", "--pool", "general", *habits, "--json", *where]
    with subprocess.Popen(
        command, env=environment(tmp_path), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
    ) as crew:
        assert crew.stdout
        assert "now" in json.loads(crew.stdout.readline())
        for _ in range(CONVERSATIONS):
            house.say(fresh(), PERSON)
        *_, last = crew.stdout
        assert crew.wait(20) == 0
    report = json.loads(last)["report"]
    assert (report["closed"], report["contradictions"]) == (CONVERSATIONS, 0)
    assert report["taken"] >= CONVERSATIONS and report["declined"] > 0 and not report["unanswered"]
