"""`relais up` on the embedded servers: it opens, keeps and closes a house, and leaves nobody behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient
from redis import Redis, RedisError

from services.cli.house import SERVICES
from tests.cli.command import Up, alive, none_left, relais
from tests.kit.report import RanAgainst

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a process to its parent's life"),
    pytest.mark.timeout(300),
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, ran_against: RanAgainst) -> Iterator[Up]:
    """A house that is up, for tests that leave it in order."""
    ran_against("Kafka", "embedded: the mock cluster of librdkafka")
    ran_against("Redis", f"embedded: {shutil.which('redis-server') or 'fakeredis'}")
    with Up(tmp_path_factory.mktemp("up") / "home") as up:
        up.wait_ready()
        yield up


def test_it_says_what_is_up_and_where(house: Up) -> None:
    house.wait_for(lambda: "logs " in house.said(), "its greeting")
    state = house.state()
    assert state["pid"] == house.process.pid
    for known in (state["kafka"], state["redis"], "relais.…", str(house.home / "logs")):
        assert known in house.said()
    for name, service in state["services"].items():
        assert (
            f"{name} is ready (process {service['pid']}, http://127.0.0.1:{service['port']}/" in house.said()
        )


def test_the_services_start_in_their_order_and_are_in_the_state_file(house: Up) -> None:
    state = house.state()
    assert tuple(state["services"]) == SERVICES
    assert all(set(service) == {"pid", "port", "restarts", "held"} for service in state["services"].values())
    assert set(state["servers"]) == {"kafka", "redis"}
    assert 0 < time.time() - state["started_at"] < 600


def test_status_tells_programs_about_services_and_accounts(house: Up) -> None:
    told = relais(house.home, "status", "--json")
    assert told.returncode == 0, told.stderr
    status = json.loads(told.stdout)
    assert set(status) == {"services", "accounts"}
    assert set(status["services"]) == set(SERVICES)
    for name, service in status["services"].items():
        assert set(service) == {"pid", "port", "ready", "restarts", "lag"}
        assert service["pid"] == house.pid(name)
        assert service["ready"] is True
    kept = status["accounts"]
    outcomes = ("answered", "people", "quarantined", "unsettled")
    assert kept["accepted"] == sum(kept[outcome] for outcome in outcomes)
    assert kept["oldest_unsettled_seconds"] >= 0


def test_status_tells_people_the_same_in_a_table(house: Up) -> None:
    told = relais(house.home, "status").stdout
    assert [line.split()[:3] for line in told.splitlines() if line.startswith("dispatcher")] == [
        ["dispatcher", "ready", str(house.pid("dispatcher"))]
    ]
    assert "accepted" in told and "embedded" in told


def test_other_commands_find_the_house_by_themselves(house: Up) -> None:
    told = relais(house.home, "topics", "check")
    assert told.returncode == 0, told.stderr
    assert "all topics are as the map says" in told.stdout


def test_topics_can_be_made_on_the_embedded_kafka_too(house: Up) -> None:
    made = relais(house.home, "topics", "create", "--namespace", "other", "--json")
    assert made.returncode == 0, made.stderr
    assert "other.inbound" in json.loads(made.stdout)["created"]
    refused = relais(house.home, "topics", "create", "--namespace", "third", "--partitions", "8")
    assert refused.returncode == 2
    assert "makes topics with 4 partitions, not 8" in refused.stderr


def test_a_second_one_in_the_same_home_is_refused(house: Up) -> None:
    refused = relais(house.home, "up")
    assert refused.returncode == 2
    assert f"already up in {house.home} (process {house.process.pid})" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert house.state()["pid"] == house.process.pid


def test_a_killed_service_is_started_again_with_the_same_port(house: Up) -> None:
    before = house.state()["services"]["courier"]
    house.kill("courier")
    house.wait_for(lambda: house.pid("courier") not in (None, before["pid"]), "a new courier")
    after = house.state()["services"]["courier"]
    assert after == before | {"pid": after["pid"], "restarts": before["restarts"] + 1}
    house.wait_for(lambda: house.ready("courier"), "the courier is ready")
    assert "courier died (killed by SIGKILL)" in house.said()


def test_a_killed_redis_is_started_again_with_the_same_address(house: Up) -> None:
    pid = house.kill("redis")
    house.wait_for(lambda: house.pid("redis") not in (None, pid), "a new Redis")

    def answers() -> bool:
        try:
            return bool(Redis.from_url(house.state()["redis"], socket_timeout=1).ping())
        except RedisError:
            return False

    house.wait_for(answers, "an answer of the new Redis")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda n: n.name)
def test_a_signal_stops_everything_within_ten_seconds(tmp_path: Path, number: signal.Signals) -> None:
    with Up(tmp_path / "home") as up:
        up.wait_started()
        pids = up.pids()
        began = time.monotonic()
        up.process.send_signal(number)
        assert up.process.wait(20) == 0, up.said()
        assert time.monotonic() - began < 10.5
        assert not any(map(alive, pids))
        assert not up.state()


def test_a_ready_house_stops_gracefully(tmp_path: Path) -> None:
    with Up(tmp_path / "home") as up:
        up.wait_ready()
        pids = up.pids()
        up.process.send_signal(signal.SIGTERM)
        assert up.process.wait(20) == 0, up.said()
        assert not any(map(alive, pids))
        assert "killed" not in up.said()
        for name in SERVICES:
            last = json.loads((up.home / "logs" / f"{name}.log").read_text().splitlines()[-1])
            assert last["event"] == "stopped", name


def test_no_process_outlives_a_kill_not_even_a_stopped_one(tmp_path: Path) -> None:
    with Up(tmp_path / "home") as up:
        up.wait_started()
        up.wait_for(lambda: (up.home / "logs" / "bot.log").stat().st_size, "a first word of the bot")
        pids = up.pids()
        stopped = up.pid("bot")
        assert stopped
        os.kill(stopped, signal.SIGSTOP)
        up.process.kill()
        none_left(pids)
        assert relais(up.home, "status").returncode == 1


def test_after_a_kill_the_same_home_can_be_used_again(tmp_path: Path) -> None:
    with Up(tmp_path / "home") as first:
        first.wait_started()
        first.process.kill()
        first.process.wait()
    with Up(tmp_path / "home") as second:
        second.wait_for(lambda: second.state().get("pid") == second.process.pid, "a state of its own")


def test_without_its_kafka_the_house_cannot_go_on(tmp_path: Path) -> None:
    with Up(tmp_path / "home") as up:
        up.wait_started()
        pids = up.pids()
        up.kill("kafka")
        assert up.process.wait(20) == 1
        assert "the embedded Kafka died (killed by SIGKILL)" in up.said()
        assert "Traceback" not in up.said()
        assert not any(map(alive, pids))


def test_a_service_that_cannot_run_is_tried_again_and_said(tmp_path: Path) -> None:
    with Up(tmp_path / "home", RELAIS_FAQ=str(tmp_path / "missing.yaml")) as up:
        up.wait_started()
        up.wait_for(lambda: up.state()["services"]["bot"]["restarts"] >= 2, "two new starts of the bot")
        assert "bot died (exit code " in up.said()


def test_without_an_installed_redis_a_fake_takes_its_place(tmp_path: Path, ran_against: RanAgainst) -> None:
    ran_against("Redis", "embedded: fakeredis")
    with Up(tmp_path / "home", PATH=str(tmp_path)) as up:
        up.wait_started()

        def scripts() -> bool:
            try:
                with Redis.from_url(up.state()["redis"], socket_timeout=1) as client:
                    return bool(client.register_script("return redis.call('ping')")() == b"PONG")
            except RedisError:
                return False

        up.wait_for(scripts, "an answer of the fake")
        pids = up.pids()
        up.process.send_signal(signal.SIGTERM)
        assert up.process.wait(20) == 0, up.said()
        assert not any(map(alive, pids))


def test_the_scenario_is_played_and_the_house_stays_up(tmp_path: Path) -> None:
    with Up(tmp_path / "home", "--scenario", "--partitions", "6") as up:
        up.wait_for(lambda: "the scenario is over" in up.said(), "the end of the scenario")
        assert "the scenario ended with" not in up.said()
        status = json.loads(relais(up.home, "status", "--json").stdout)
        assert status["accounts"]["answered"] > 0 and status["accounts"]["people"] > 0
        told = AdminClient({"bootstrap.servers": up.state()["kafka"]}).list_topics(timeout=10).topics
        assert {len(topic.partitions) for topic in told.values()} == {6}
        assert up.process.poll() is None


def test_an_address_where_nobody_answers_is_one_clear_line(tmp_path: Path) -> None:
    refused = relais(tmp_path, "up", "--redis", "redis://:secret@127.0.0.1:1/0")
    assert refused.returncode == 2
    assert len(refused.stderr.splitlines()) == 1
    assert "no Redis answers at redis://:…@127.0.0.1:1/0" in refused.stderr
