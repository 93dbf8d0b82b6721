"""One conversation has one home, whatever client its channel uses and however that client writes."""

from __future__ import annotations

import json
import random
import zlib
from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from aiokafka.partitioner import DefaultPartitioner
from confluent_kafka import Producer

from shared.contracts.placement import home
from tests.kit.house import House
from tests.kit.traffic import judge
from tests.runtime import kafkajs

VECTORS = {
    "21": -973932308,
    "foobar": -790332482,
    "a-little-bit-long-string": -985981536,
    "a-little-bit-longer-string": -1486304829,
    "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    "abc": 479470107,
}
"""Apache Kafka's own test values of murmur2."""


@pytest.mark.parametrize("key", VECTORS)
def test_home_is_where_apache_kafka_puts_the_key(key: str) -> None:
    for partitions in (1, 3, 4, 7, 64):
        assert home(key, partitions) == (VECTORS[key] & 0x7FFFFFFF) % partitions


def test_home_is_where_aiokafka_puts_the_key() -> None:
    chance = random.Random(7)
    choose = DefaultPartitioner()
    alphabet = "abcXYZ019-_:. éßمرحبا你好😡\x00\u2028"
    for _ in range(5000):
        key = "".join(chance.choices(alphabet, k=chance.randint(1, 70)))
        partitions = list(range(chance.randint(1, 64)))
        assert home(key, len(partitions)) == choose(key.encode(), partitions, partitions)


def test_the_lock_file_of_the_other_client_names_no_host() -> None:
    locked = json.loads(kafkajs.LOCK.read_text())["packages"]["node_modules/kafkajs"]
    assert "integrity" in locked
    assert "://" not in kafkajs.LOCK.read_text()


def _misplaced(house: House) -> str:
    """A new conversation id that librdkafka's default partitioner does not put at its home."""
    while True:
        conversation = f"both-{uuid4().hex}"
        if zlib.crc32(conversation.encode()) % house.partitions != house.home_of(conversation):
            return conversation


def _messages(conversation: str, client: str) -> list[dict[str, Any]]:
    texts = ["How much is delivery?", "Quels sont vos délais de livraison ?"] * 6
    texts[4] = "Je veux parler à un conseiller"
    return [
        {"id": f"{client}-{n}", "conversation_id": conversation, "channel": client, "text": text}
        for n, text in enumerate(texts)
    ]


def _final_places(house: House, conversation: str) -> dict[str, tuple[int, int]]:
    """Where each message lies in the end, by its id: at home, be it as a copy."""
    places: dict[str, tuple[int, int]] = {}
    for record in house.read("inbound"):
        if record["key"] == conversation.encode():
            partition, _, offset = record["ref"].partition(":")
            if int(partition) == house.home_of(conversation):
                places.setdefault(json.loads(record["raw"])["id"], (int(partition), int(offset)))
    return places


def test_two_clients_with_different_partitioners_feed_one_conversation(house: House) -> None:
    try:
        found = kafkajs.modules()
    except kafkajs.Unavailable as reason:
        pytest.skip(str(reason))
    conversation = _misplaced(house)
    theirs = {client: _messages(conversation, client) for client in ("kafkajs", "librdkafka")}
    moved = house.accounts()["moved"]

    javascript = kafkajs.channel(house.kafka, house.topic("inbound"), found)
    producer = Producer({"bootstrap.servers": house.kafka, "enable.idempotence": True})
    assert javascript.stdin is not None
    for one, other in zip(*theirs.values(), strict=True):
        javascript.stdin.write(json.dumps(one) + "\n")
        javascript.stdin.flush()
        producer.produce(house.topic("inbound"), json.dumps(other).encode(), conversation.encode())
        producer.flush(20)
    _, complaints = javascript.communicate(timeout=60)
    assert javascript.returncode == 0, complaints

    everything = {message["id"] for messages in theirs.values() for message in messages}
    house.eventually(lambda: everything <= set(_final_places(house, conversation)), "all are at home")
    places = _final_places(house, conversation)
    for client, messages in theirs.items():
        ordered = [places[message["id"]] for message in messages]
        assert ordered == sorted(ordered), f"the order of {client} is kept"
    judge(house, {conversation: sorted(everything, key=places.__getitem__)})
    assert house.accounts()["moved"] - moved == len(theirs["librdkafka"])
    works = {work["work_id"] for work in house.work() if work["conversation_id"] == conversation}
    assert len(works) == 1, "one owner, one work"


# -- producers that use transactions -------------------------------------------------------------


@pytest.fixture
def transactional(house: House) -> Iterator[Producer]:
    producer = Producer({"bootstrap.servers": house.kafka, "transactional.id": uuid4().hex})
    producer.init_transactions(30)
    yield producer
    producer.flush(10)


def _transact(house: House, producer: Producer, conversation: str, *identifiers: str, commit: bool) -> None:
    producer.begin_transaction()
    for identifier in identifiers:
        message = {
            "id": identifier,
            "conversation_id": conversation,
            "channel": "chat",
            "text": "Je veux parler à un conseiller",
        }
        producer.produce(
            house.topic("inbound"),
            json.dumps(message).encode(),
            conversation.encode(),
            house.home_of(conversation),
        )
    producer.flush(20)
    (producer.commit_transaction if commit else producer.abort_transaction)(20)


def test_markers_of_transactions_stall_nothing(house: House, transactional: Producer) -> None:
    """What an aborted transaction leaves is still a message of a customer; written again under its id it is a
    duplicate. So nobody waits for a transaction that its channel never ends."""
    conversation, before = f"tx-{uuid4().hex}", house.settled(0)
    _transact(house, transactional, conversation, "a", "b", commit=True)
    _transact(house, transactional, conversation, "c", "d", commit=False)
    _transact(house, transactional, conversation, "c", "d", "e", commit=True)
    house.say(conversation, "Je veux parler à un conseiller", "f")
    assert house.settled(before["accepted"] + 6)["duplicates"] == before["duplicates"] + 2
    # A marker may be written when its transaction is said to be over, but before its producer goes on.
    _transact(house, transactional, conversation, "g", commit=True)
    assert house.settled(before["accepted"] + 7)["unsettled"] == 0
    house.eventually(lambda: house.accounts()["gaps"] == before["gaps"] + 3, "three markers are passed over")
    judge(house, {conversation: ["a", "b", "c", "d", "e", "f", "g"]})
    for name in ("router", "fallback", "intent_classifier"):
        house.eventually(partial(_is_past_everything, house, name), f"{name} is past the last marker")


def _is_past_everything(house: House, service: str) -> bool:
    return bool(house.status(service)["lag"] == 0)
