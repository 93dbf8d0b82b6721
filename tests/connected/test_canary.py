"""The canary on a real broker: it goes all the way, nobody sees it, and it hides nothing."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.canary import CANARY, KEY
from tests.kit.house import House
from tests.kit.kafka import RealKafka
from tests.kit.redis import RealRedis

QUICK = {"RELAIS_CANARY_EVERY": "1", "RELAIS_SILENCE": "1", "RELAIS_START_GRACE": "1"}
NAME = "relais_canary_last_success_timestamp_seconds"
DELAYS = "Quels sont vos délais de livraison ?"
NOBODY = "redis://127.0.0.1:1/0"


@pytest.fixture(scope="module")
def busy(kafka: RealKafka, redis_server: RealRedis) -> Iterator[House]:
    """All services. The silence is longer than the router ever takes."""
    with House(kafka.address, redis_server.url, **QUICK | {"RELAIS_SILENCE": "4"}) as house:
        house.start()
        yield house


def passed(house: House) -> dict[str, float]:
    """When a canary last passed, by partition, as Prometheus is told."""
    with urllib.request.urlopen(f"http://127.0.0.1:{house.ports['fallback']}/metrics", timeout=5) as answer:
        lines = [line for line in answer.read().decode().splitlines() if line.startswith(NAME)]
    return {line.split('"')[1]: float(line.split()[-1]) for line in lines}


def all_passed_after(house: House, moment: float) -> bool:
    found = passed(house)
    return len(found) == house.partitions and min(found.values()) > moment


def entries(house: House) -> list[dict[str, Any]]:
    return [record["value"] for record in house.read("ledger")]


def settled_as_canaries(house: House) -> list[str]:
    return [entry["ref"] for entry in entries(house) if entry["kind"] == "canary_passed"]


def test_it_passes_in_every_partition_without_any_other_service(kafka: RealKafka) -> None:
    with House(kafka.address, NOBODY, **QUICK) as house:
        house.start("fallback")
        for _ in range(2):
            now = time.time()
            house.eventually(lambda now=now: all_passed_after(house, now), "a canary in each partition")  # type: ignore[misc]
        assert {entry["kind"] for entry in entries(house)} == {"canary_passed"}
        kept = house.accounts()
        assert (kept["accepted"], kept["unsettled"], kept["inert"]) == (0, 0, {})


def test_nobody_sees_it_and_each_is_settled_once(busy: House) -> None:
    spoken = f"c-{uuid4().hex}"
    busy.say(spoken, DELAYS)
    now = time.time()
    busy.eventually(lambda: all_passed_after(busy, now), "a canary in each partition")
    busy.eventually(lambda: busy.accounts()["answered"] == 1, "the customer is answered")
    assert busy.accounts()["accepted"] == 1
    written = entries(busy)
    canaries = {record["ref"] for record in busy.read("inbound") if record["raw"] == CANARY}
    refs = [entry["ref"] for entry in written if entry["kind"] == "canary_passed"]
    assert len(refs) == len(set(refs)) and set(refs) <= canaries
    others = [entry for entry in written if entry["kind"] != "canary_passed"]
    assert {entry.get("conversation") for entry in others} == {spoken}
    assert {reply["conversation_id"] for reply in busy.replies()} == {spoken}
    assert busy.work() == []


def test_a_channel_that_publishes_the_same_bytes_has_published_a_canary(busy: House) -> None:
    partition, offset = busy.publish(CANARY, f"c-{uuid4().hex}", partition=2)
    ref = f"{partition}:{offset}"
    busy.eventually(lambda: ref in settled_as_canaries(busy), "it is settled as what it is")


@pytest.mark.parametrize("wanting", [DELAYS, "Je veux parler à un conseiller"])
def test_its_marks_on_a_customers_text_hide_nothing(busy: House, wanting: str) -> None:
    forged = json.loads(CANARY) | {"id": uuid4().hex, "text": wanting}
    busy.publish(forged, KEY, headers=[("relais-canary", b"1")])
    busy.eventually(
        lambda: busy.reply_to(forged["id"], "bot") or busy.work_with(forged["id"]),
        "somebody answers the customer",
    )
    busy.eventually(lambda: busy.accounts()["unsettled"] == 0, "all customers have their outcome")
