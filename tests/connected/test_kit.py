"""The kit keeps its word: what is said of a test server in `tests/kit/server.py` holds for a real one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from redis import Redis, RedisError

from tests.kit.kafka import RealKafka
from tests.kit.kafka_probe import release, serves
from tests.kit.process import free_port, wait_until
from tests.kit.redis import RealRedis
from tests.kit.report import by_folder
from tests.kit.server import Unavailable

ROOT = Path(__file__).parents[2]
COUNTING = "redis.call('incrby', KEYS[1], ARGV[1]); return {redis.call('get', KEYS[1]), 'done'}"


def send(address: str, topic: str, *texts: str) -> None:
    # Idempotent, or a batch that must be tried again would be overtaken by the next.
    settings = {"bootstrap.servers": address, "enable.idempotence": True, "message.max.bytes": 8_000_000}
    producer = Producer(settings)
    for text in texts:
        producer.produce(topic, text.encode(), partition=2)
    assert producer.flush(20) == 0


def read(address: str, topic: str, count: int) -> list[str]:
    consumer = Consumer({"bootstrap.servers": address, "group.id": "kit", "enable.auto.commit": False})
    consumer.assign([TopicPartition(topic, 2, 0)])
    found: list[str] = []

    def enough() -> bool:
        message = consumer.poll(0.2)
        if message is not None and not message.error():
            found.append((message.value() or b"").decode())
        return len(found) >= count

    try:
        wait_until(enough, within=20, what=f"{count} messages")
    finally:
        consumer.close()
    return found


def from_a_thread(start: Callable[[], None]) -> None:
    """What a thread started must not end with it."""
    thread = threading.Thread(target=start)
    thread.start()
    thread.join()


def test_a_message_makes_the_round_trip(kafka: RealKafka) -> None:
    kafka.create_topics("kit.round-trip")
    send(kafka.address, "kit.round-trip", "bonjour", "x" * 5_000_000)
    assert [len(text) for text in read(kafka.address, "kit.round-trip", 2)] == [7, 5_000_000]


def test_a_topic_does_not_appear_by_itself(kafka: RealKafka) -> None:
    told = AdminClient({"bootstrap.servers": kafka.address}).list_topics("kit.nobody-made-it", timeout=10)
    assert told.topics["kit.nobody-made-it"].error is not None


def test_a_broker_tells_its_release(kafka: RealKafka) -> None:
    told = release(kafka.address)
    assert told.split(" ")[0] in kafka.version
    assert "metadata.version" in told


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_broker_comes_back_on_the_same_port_with_the_same_data(own_kafka: RealKafka, end: str) -> None:
    address = own_kafka.address
    own_kafka.create_topics("kit.kept")
    send(address, "kit.kept", "before")
    getattr(own_kafka, end)()
    assert not serves(address)
    from_a_thread(own_kafka.start)
    assert own_kafka.address == address
    send(address, "kit.kept", "after")
    assert read(address, "kit.kept", 2) == ["before", "after"]


def test_a_frozen_broker_answers_nothing_until_it_is_thawed(own_kafka: RealKafka) -> None:
    own_kafka.create_topics("kit.frozen")
    own_kafka.freeze()
    assert not serves(own_kafka.address)
    own_kafka.thaw()
    wait_until(lambda: serves(own_kafka.address), within=20, what="an answer after the thaw")
    send(own_kafka.address, "kit.frozen", "thawed")
    assert read(own_kafka.address, "kit.frozen", 1) == ["thawed"]


def test_a_given_address_is_used_and_never_stopped(kafka: RealKafka, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELAIS_TEST_KAFKA", kafka.address)
    with RealKafka() as given:
        assert (given.kind, given.address) == ("address", kafka.address)
        with pytest.raises(Unavailable, match="may not stop it"):
            given.stop()
    assert serves(kafka.address)


@pytest.mark.parametrize(
    ("variable", "real"), [("RELAIS_TEST_KAFKA", RealKafka), ("RELAIS_TEST_REDIS", RealRedis)]
)
def test_a_given_address_that_does_not_answer_is_said(
    variable: str, real: Callable[[], RealKafka | RealRedis], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, f"127.0.0.1:{free_port()}")
    with pytest.raises(Unavailable, match=f"{variable}=.* does not answer"), real():
        pass


def test_redis_runs_a_script(redis_server: RealRedis) -> None:
    with Redis.from_url(redis_server.url) as client:
        counting = client.register_script(COUNTING)
        counting(keys=["kit:count"], args=[2])
        assert counting(keys=["kit:count"], args=[3]) == [b"5", b"done"]
        client.delete("kit:count")


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_redis_comes_back_empty_on_the_same_port(own_redis: RealRedis, end: str) -> None:
    with Redis.from_url(own_redis.url, socket_timeout=5) as client:
        client.set("kit:here", "1")
        getattr(own_redis, end)()
        with pytest.raises(RedisError):
            client.ping()
        own_redis.start()
        assert client.get("kit:here") is None


def test_a_frozen_redis_answers_nothing_until_it_is_thawed(own_redis: RealRedis) -> None:
    with Redis.from_url(own_redis.url, socket_timeout=0.3, retry=None) as client:
        own_redis.freeze()
        with pytest.raises(RedisError):
            client.ping()
        own_redis.thaw()
        assert client.ping()


def test_the_fake_runs_scripts_and_restarts_like_the_real_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.kit import redis

    monkeypatch.setattr(RealRedis, "ways", lambda _: iter([redis._fake]))
    with RealRedis(own=True) as fake, Redis.from_url(fake.url) as client:
        assert fake.kind == "fake"
        assert client.register_script(COUNTING)(keys=["kit:count"], args=[4]) == [b"4", b"done"]
        with pytest.raises(RedisError, match="unknown command"):
            client.execute_command("NO-SUCH")
        fake.kill()
        fake.start()
        assert client.get("kit:count") is None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a process to its parent's life")
def test_no_server_outlives_a_run_that_is_killed(tmp_path: Path) -> None:
    program = (
        "from tests.kit.redis import _fake\ns = _fake()\ns.start()\nprint(s.address, flush=True)\ninput()"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stdout
        url = f"redis://{run.stdout.readline().strip()}/0"
        assert Redis.from_url(url).ping()
        os.kill(run.pid, signal.SIGKILL)
        run.wait()
    wait_until(lambda: not _pings(url), within=5, what="the end of the orphan")


def _pings(url: str) -> bool:
    try:
        return bool(Redis.from_url(url, retry=None).ping())
    except RedisError:
        return False


def test_servers_of_parallel_runs_do_not_clash() -> None:
    def serve(_: int) -> str:
        with RealRedis(own=True) as server, Redis.from_url(server.url) as client:
            assert client.set("kit:mine", "1", nx=True)
            return server.address

    with ThreadPoolExecutor(3) as runs:
        assert len(set(runs.map(serve, range(3)))) == 3


def test_the_closing_table_counts_by_folder() -> None:
    lines = by_folder(
        {
            "passed": ["tests/services/router/test_a.py::test_x", "tests/test_b.py::test_y"],
            "error": ["tests/services/router/test_a.py"],
            "skipped": ["tests/connected/test_c.py::test_z[1]"],
        }
    )
    assert [line.split() for line in lines] == [
        ["tests", "passed", "failed", "skipped"],
        ["connected", "0", "0", "1"],
        ["services/router", "1", "1", "0"],
        ["tests", "1", "0", "0"],
        ["all", "2", "1", "1"],
    ]
