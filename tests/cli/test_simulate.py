"""`relais simulate` against a house that keeps its promise, or breaks it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.ledger import Moved, Quarantined
from shared.contracts.placement import home
from shared.ledger.moving import MOVED_FROM
from tests.cli.command import relais
from tests.cli.stage import PARTITIONS, Arrived, Player, Stage, answered, embedded_kafka, routed
from tests.kit.kafka import RealKafka
from tests.kit.process import free_port, wait_until


@pytest.fixture(scope="module")
def kafka_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with embedded_kafka(tmp_path_factory.mktemp("kafka")) as address:
        yield address


@pytest.fixture
def stage(kafka_address: str, tmp_path: Path) -> Stage:
    return Stage(kafka_address, tmp_path)


def file_of(tmp_path: Path, *texts: str, **more: Any) -> str:
    file = tmp_path / "messages.jsonl"
    file.write_text("".join(json.dumps({"text": text, **more}) + "\n" for text in texts))
    return str(file)


def answer(stage: Stage, arrived: Arrived) -> None:
    """What router, bot and courier would write."""
    conversation = arrived.said["conversation_id"]
    stage.enter(routed(arrived.ref, arrived.value), arrived.partition)
    stage.enter(answered(arrived.ref, conversation), arrived.partition)
    reply = {"author": {"kind": "bot"}, "ref": arrived.ref, "in_reply_to": arrived.said["id"]}
    stage.write("replies", arrived.partition, {**reply, "idempotency_key": arrived.ref})


def hand_over(stage: Stage, arrived: Arrived) -> None:
    """What router, dispatcher and courier would write."""
    stage.enter(routed(arrived.ref, arrived.value, "human", "wants_person"), arrived.partition)
    queue(stage, arrived)
    acknowledge(stage, arrived)


def acknowledge(stage: Stage, arrived: Arrived, key: str = "ack") -> None:
    notice = {"author": {"kind": "notice"}, "purpose": "acknowledgement", "ref": arrived.ref}
    told = {"in_reply_to": arrived.said["id"], "idempotency_key": f"{arrived.ref}/{key}"}
    stage.write("replies", arrived.partition, notice | told)


def queue(stage: Stage, arrived: Arrived) -> None:
    work = {
        "type": "queued",
        "work_id": arrived.ref,
        "refs": [arrived.ref],
        "message_ids": [arrived.said["id"]],
    }
    stage.write("work.general", arrived.partition, work)


def test_every_message_is_followed_to_its_outcome(stage: Stage, tmp_path: Path) -> None:
    def act(arrived: Arrived) -> None:
        (hand_over if arrived.said["text"] == "person" else answer)(stage, arrived)

    with Player(stage, act):
        done = stage.relais("simulate", file_of(tmp_path, "a", "person", "b"), "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    counts = ("accepted", "answered", "to_people", "quarantined", "duplicates", "moved", "lost", "both")
    assert [told[name] for name in counts] == [3, 2, 1, 0, 0, 0, 0, 0]
    assert told["undelivered"] == {"replies": 0, "acknowledgements": 0, "works": 0}
    assert told["reasons"] == {"wants_person": 1}
    assert told["latency_ms"]["p99"] < 30_000


def test_a_message_that_nobody_settles_is_lost_and_can_be_explained(stage: Stage, tmp_path: Path) -> None:
    def act(arrived: Arrived) -> None:
        if arrived.said["text"] != "forgotten":
            answer(stage, arrived)

    with Player(stage, act):
        done = stage.relais("simulate", file_of(tmp_path, "a", "forgotten"), "--timeout", "3")
    assert done.returncode == 1
    lost = next(line.split() for line in done.stdout.splitlines() if line.startswith("lost"))
    assert lost[1] == "1"
    assert stage.json("explain", lost[-1])["lay"]["characters"] == len("forgotten")


def test_a_message_that_is_answered_and_given_to_a_person_is_both(stage: Stage, tmp_path: Path) -> None:
    def act(arrived: Arrived) -> None:
        answer(stage, arrived)
        queue(stage, arrived)

    with Player(stage, act):
        done = stage.relais("simulate", file_of(tmp_path, "a"), "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["both"] == 1


def test_a_message_that_is_acknowledged_twice_fails_the_run(stage: Stage, tmp_path: Path) -> None:
    def act(arrived: Arrived) -> None:
        hand_over(stage, arrived)
        acknowledge(stage, arrived)
        if arrived.said["text"] == "twice":
            acknowledge(stage, arrived, "another")

    with Player(stage, act):
        done = stage.relais("simulate", file_of(tmp_path, "a", "twice"), "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["acknowledged_twice"], told["both"]) == (1, 1, 0)


def test_a_message_that_overtakes_another_of_its_conversation_is_out_of_order(
    stage: Stage, tmp_path: Path
) -> None:
    waiting: list[Arrived] = []

    def act(arrived: Arrived) -> None:
        waiting.append(arrived)
        if len(waiting) == 2:
            for each in reversed(waiting):
                hand_over(stage, each)

    with Player(stage, act):
        done = stage.relais("simulate", file_of(tmp_path, "a", "b", conversation_id="one"), "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["out_of_order"] == 1


def test_an_answer_that_is_never_sent_fails_the_run(stage: Stage, tmp_path: Path) -> None:
    def act(arrived: Arrived) -> None:
        if arrived.said["text"] == "unsent":
            stage.enter(routed(arrived.ref, arrived.value), arrived.partition)
            stage.enter(answered(arrived.ref, arrived.said["conversation_id"]), arrived.partition)
        else:
            answer(stage, arrived)

    with Player(stage, act):
        done = stage.relais("simulate", file_of(tmp_path, "a", "unsent"), "--timeout", "3", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["undelivered"]["replies"] == 1


class Careful:
    """Plays a whole house, as far as the scenario needs one."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._seen: set[str] = set()

    def __call__(self, arrived: Arrived) -> None:
        conversation = arrived.said.get("conversation_id", "")
        at_home = home(conversation, PARTITIONS)
        if not arrived.said:
            self._stage.enter(Quarantined(arrived.ref, "not_json", "", 0, ""), arrived.partition)
        elif at_home != arrived.partition:
            self._stage.enter(Moved(arrived.ref, conversation, at_home), arrived.partition)
            origin = (MOVED_FROM, arrived.ref.encode())
            self._stage.write("inbound", at_home, arrived.value, conversation.encode(), [origin])
        elif arrived.said["id"] in self._seen:
            self._stage.enter(routed(arrived.ref, arrived.value), arrived.partition)
        else:
            self._seen.add(arrived.said["id"])
            answer(self._stage, arrived)


def test_the_scenario_is_told_line_by_line_and_its_moved_message_is_followed_home(stage: Stage) -> None:
    with Player(stage, Careful(stage)):
        done = stage.relais("simulate", "--timeout", "20")
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert any("Brought home" in line and "→ bot" in line for line in lines)
    assert any("→ quarantined" in line and "not JSON" in line for line in lines)
    assert any("→ duplicate" in line for line in lines)


def test_broken_lines_are_named_and_skipped(stage: Stage, tmp_path: Path) -> None:
    file = tmp_path / "messages.jsonl"
    file.write_text('{"text": "a"}\nnonsense\n{"text": 7}\n')
    with Player(stage, lambda arrived: answer(stage, arrived)):
        done = stage.relais("simulate", str(file))
    assert done.returncode == 0
    assert f"{file}:2: not JSON; skipped" in done.stderr
    assert f"{file}:3:" in done.stderr


@pytest.mark.parametrize(
    "text", [None, "", "nonsense\n"], ids=["no file", "an empty file", "nothing but nonsense"]
)
def test_a_file_without_messages_is_one_line_and_exit_code_2(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "messages.jsonl"
    if text is not None:
        file.write_text(text)
    done = relais(tmp_path, "simulate", str(file))
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith(f"relais: {file}: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [["simulate"], ["explain", "0:0"], ["quarantine", "list"]], ids=" ".join)
def test_a_kafka_that_is_away_is_one_line_and_exit_code_2(tmp_path: Path, command: list[str]) -> None:
    address = f"127.0.0.1:{free_port()}"
    done = relais(tmp_path, *command, RELAIS_KAFKA=address)
    assert done.returncode == 2
    assert done.stderr == f"relais: Kafka does not answer at {address}: is it running there?\n"


@pytest.mark.timeout(300)
def test_a_broker_that_goes_away_in_the_middle_changes_nothing_but_the_time(
    own_kafka: RealKafka, tmp_path: Path
) -> None:
    stage = Stage(own_kafka.address, tmp_path)
    arrived_there: list[str] = []
    outage = threading.Thread(target=lambda: _away(own_kafka, arrived_there))

    def act(arrived: Arrived) -> None:
        arrived_there.append(arrived.ref)
        answer(stage, arrived)

    outage.start()
    with Player(stage, act):
        file = file_of(tmp_path, *(f"text {number}" for number in range(200)))
        done = stage.relais("simulate", file, "--rate", "25", "--conversations", "20", "--json")
    outage.join()
    told = json.loads(done.stdout)
    assert done.returncode == 0, done.stdout
    assert (told["accepted"], told["answered"], told["lost"]) == (200, 200, 0)


def _away(kafka: RealKafka, arrived_there: list[str]) -> None:
    """Ten seconds without a broker, once messages flow."""
    wait_until(lambda: len(arrived_there) > 30, 60, "messages flowing")
    kafka.stop()
    back = time.monotonic() + 10
    wait_until(lambda: time.monotonic() > back, 20, "ten seconds")
    kafka.start()
