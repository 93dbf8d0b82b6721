"""What FastStream and aiokafka do unless told otherwise, and what our runtime does instead.

Each test runs the tiny service of `tests/runtime` as a process on the real broker.
"""

from __future__ import annotations

import signal
import urllib.request
from collections.abc import Iterator

import pytest
from confluent_kafka import Producer

from shared.runtime.sender import BATCH_BYTES
from shared.runtime.service import FETCH_BYTES
from tests.kit.kafka import RealKafka
from tests.runtime.batches import batches
from tests.runtime.commits import commits
from tests.runtime.mutter import CANARY
from tests.runtime.running import TinyHouse

QUICK = {"RELAIS_SESSION_TIMEOUT": "1.5"}
"""The group notices soon that a member is gone, or new."""


@pytest.fixture(scope="module")
def tiny(kafka: RealKafka) -> Iterator[TinyHouse]:
    """One tiny service for the traps that nobody dies of; two records were there before it."""
    with TinyHouse(kafka.address, partitions=4) as house:
        house.say_all("first", "second", partition=3)
        house.start(RELAIS_COMMIT_INTERVAL="0.5")
        yield house


def _repeats(house: TinyHouse, partition: int, *values: bytes) -> None:
    """Wait until all of these, and nothing else since the last of them began, were repeated."""
    house.eventually(
        lambda: house.repeated(partition)[-len(values) :] == list(values), f"{values} in {partition}"
    )


def test_a_new_group_reads_from_the_beginning(tiny: TinyHouse) -> None:
    _repeats(tiny, 3, b"first", b"second")


def test_a_header_that_is_not_utf_8_does_not_skip_its_batch(tiny: TinyHouse) -> None:
    tiny.publish(b"before", "key", partition=0)
    tiny.publish(b"odd", "key", partition=0, headers=[("x", b"\xff\xfe"), ("content-type", b"\xff")])
    tiny.publish(b"after", "key", partition=0)
    _repeats(tiny, 0, b"before", b"odd", b"after")


def test_a_reply_to_header_redirects_nothing(tiny: TinyHouse) -> None:
    there = tiny.topic("inbound")
    tiny.publish(b"answer me", "key", role="agents", partition=2, headers=[("reply_to", there.encode())])
    _repeats(tiny, 2, b"answer me")
    assert [record for record in tiny.read("inbound") if record["ref"].startswith("2:")] == []


def test_what_is_written_is_acknowledged_by_all_and_never_doubled_by_a_retry(tiny: TinyHouse) -> None:
    """`acks=all` shows where a topic demands more replicas than there are (see `test_runtime`)."""
    tiny.publish(b"idempotent", "key", partition=0)
    _repeats(tiny, 0, b"idempotent")
    assert all(batch.producer >= 0 for batch in batches(tiny.kafka, tiny.topic("replies"), 0))


def test_more_than_a_batch_holds_is_sent_in_order_to_the_given_partition(tiny: TinyHouse) -> None:
    sizes = [10, *[BATCH_BYTES // 5] * 12, BATCH_BYTES * 6, *[10] * 50, BATCH_BYTES * 2, 10]
    tiny.order("write", partition=1, sizes=sizes)
    expected = [bytes([n % 256]) * size for n, size in enumerate(sizes)]
    _repeats(tiny, 1, *expected)
    packed = [batch.records for batch in batches(tiny.kafka, tiny.topic("replies"), 1)]
    assert sum(packed) == len(sizes)
    assert max(packed) > 40, "small records share a batch"


def test_a_record_larger_than_a_fetch_is_read(tiny: TinyHouse) -> None:
    large = b"x" * (12 * FETCH_BYTES)
    producer = Producer({"bootstrap.servers": tiny.kafka, "message.max.bytes": 2 * len(large)})
    for value in (b"before", large, b"after"):
        producer.produce(tiny.topic("inbound"), value, partition=2)
    producer.flush(20)
    _repeats(tiny, 2, b"before", large, b"after")


def test_all_positions_are_committed_in_one_request(tiny: TinyHouse) -> None:
    for role in ("inbound", "agents"):
        for partition in range(4):
            tiny.publish(b"one more", "key", role=role, partition=partition)
    tiny.eventually(lambda: tiny.committed("agents", 3) == 1, "the commit")
    largest = max(commits(tiny.kafka, tiny.group), key=len)
    assert {topic for topic, _ in largest} == {tiny.topic("inbound"), tiny.topic("agents")}


def test_no_time_series_is_made_of_when_a_metric_began(tiny: TinyHouse) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{tiny.ports['tiny']}/metrics") as answer:
        text = answer.read().decode()
    assert "relais_records_total" in text
    assert "_created" not in text


def test_an_error_is_logged_by_type_and_place_and_never_by_its_text(tiny: TinyHouse) -> None:
    """Whoever logs it: ourselves, asyncio, a library, a thread, the interpreter."""
    tiny.order("mutter", partition=0)
    tiny.publish(b"muttered", "key", partition=0)
    _repeats(tiny, 0, b"muttered")
    events = tiny.events()
    assert CANARY not in tiny.log("tiny")
    assert not tiny.said("not JSON"), "everything is logged as JSON"
    failures = [event for event in events if event.get("error") == "ValueError"]
    assert len(failures) > 10
    assert all("mutter.py" in event["where"][-1] for event in failures)
    assert any(event["event"] == "a template with an error: %s" for event in failures)


# -- positions -----------------------------------------------------------------------------------


def test_nothing_is_committed_while_it_is_worked_at(kafka: RealKafka) -> None:
    with TinyHouse(kafka.address, 1, environment=QUICK) as house:
        go_on = house.home / "go-on"
        house.start()
        house.say_all("done")
        house.eventually(lambda: house.committed() == 1, "a commit")
        held = house.order("hold", until=str(go_on))
        house.say_all("behind")
        house.eventually(lambda: house.said("holding"), "the order is being carried out")
        house.processes["tiny"].send_signal(signal.SIGKILL)
        house.ended()
        assert house.committed() == held
        assert house.repeated() == [b"done"]
        house.start(TINY_DEAF="1")
        house.eventually(lambda: house.repeated()[-1] == b"behind", "everything is repeated")
        assert len(house.repeated()) == 3


def test_a_partition_is_not_read_until_its_state_is_restored(kafka: RealKafka) -> None:
    with TinyHouse(kafka.address) as house:
        restored = house.home / "restored"
        house.say_all("a", "b", "c")
        house.launch(TINY_RESTORE=str(restored))
        house.eventually(lambda: house.status("tiny").get("restoring") == [0, 1], "it is restoring")
        house.publish(b"d", "key", partition=0)
        assert house.status("tiny")["handled"] == 0
        assert not house.status("tiny")["ready"]
        restored.touch()
        house.wait_ready("tiny")
        house.eventually(lambda: house.repeated(0) == [b"a", b"b", b"c", b"d"], "all is read in order")


def test_a_rebalance_waits_for_the_handler_at_work(kafka: RealKafka) -> None:
    with TinyHouse(kafka.address, environment=QUICK) as house:
        go_on = house.home / "go-on"
        house.start("one")
        house.order("hold", partition=0, until=str(go_on))
        house.eventually(lambda: house.said("holding", "one"), "the order is being carried out")
        house.say_all("behind")
        house.say_all("elsewhere", partition=1)
        house.launch(as_="two")
        house.eventually(lambda: _group_state(house) == "PREPARING_REBALANCING", "the rebalance")
        assert house.status("two").get("partitions", []) == []
        assert house.repeated() == []
        go_on.touch()
        house.wait_ready("one", "two")
        house.eventually(
            lambda: (
                sorted(house.status(label).get("partitions", []) for label in ("one", "two")) == [[0], [1]]
            ),
            "each owns one partition",
        )
        house.eventually(lambda: len(house.repeated()) == 3, "everything is repeated")
        assert house.repeated(0)[1:] == [b"behind"]


def _group_state(house: TinyHouse) -> str:
    admin = house.admin
    return str(admin.describe_consumer_groups([house.group])[house.group].result(10).state.name)
