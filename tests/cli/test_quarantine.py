"""`relais quarantine`: what could be shown to nobody can be looked at and tried again."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from services.cli.quarantine.keep import dump
from tests.cli.stage import Stage, embedded_kafka
from tests.kit.kafka import RealKafka

ODD = b'{"text": "caf\xff\x1b[31m'


@pytest.fixture(scope="module")
def kafka_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with embedded_kafka(tmp_path_factory.mktemp("kafka")) as address:
        yield address


@pytest.fixture
def stage(kafka_address: str, tmp_path: Path) -> Stage:
    return Stage(kafka_address, tmp_path)


def quarantined(stage: Stage, value: bytes | None = ODD, key: bytes = b"k", digest: str | None = None) -> str:
    """A record that is in quarantine; returns its ref."""
    ref = stage.write("inbound", 1, value, key, headers=[("ce_type", b"x")])
    row = {"ref": ref, "reason": "not_json", "size": len(value or b""), "detail": "the value is not JSON"}
    row["sha256"] = digest or sha256(value or b"").hexdigest()
    stage.write("quarantine", 1, row, ref.encode())
    return ref


def test_the_list_names_each_record_once_and_without_its_bytes(stage: Stage) -> None:
    ref = quarantined(stage)
    row = {"ref": ref, "reason": "not_json", "size": 0, "detail": "again", "sha256": ""}
    stage.write("quarantine", 1, row)
    stage.write("quarantine", 1, b"not a row")
    found = stage.json("quarantine", "list")
    assert [each["ref"] for each in found] == [ref]
    assert "value" not in found[0]
    shown = stage.relais("quarantine", "list").stdout
    assert ref in shown
    assert "caf" not in shown


def test_an_empty_quarantine_says_so(stage: Stage) -> None:
    assert stage.relais("quarantine", "list").stdout == "Nothing is in quarantine.\n"
    assert stage.json("quarantine", "list") == []


def test_the_bytes_are_shown_escaped_and_compared(stage: Stage) -> None:
    ref = quarantined(stage)
    shown = stage.relais("quarantine", "show", ref).stdout
    assert r'{"text": "caf\xff\x1b[31m' in shown
    assert "the sha-256 is the same" in shown
    told = stage.json("quarantine", "show", ref)
    assert b64decode(told["value"]) == ODD
    assert told["intact"]


def test_long_bytes_are_cut_unless_all_of_them_are_wanted(stage: Stage) -> None:
    ref = quarantined(stage, b"[" * 5_000)
    assert "3000 more bytes" in stage.relais("quarantine", "show", ref).stdout
    assert "[" * 5_000 in stage.relais("quarantine", "show", ref, "--all").stdout


def test_what_is_replayed_is_a_new_message_with_the_same_bytes_key_and_headers(stage: Stage) -> None:
    ref = quarantined(stage)
    done = stage.relais("quarantine", "replay", ref, "--yes", "--json")
    assert done.returncode == 0, done.stderr
    new = json.loads(done.stdout)[0]["new_ref"]
    assert new != ref
    partition, offset = map(int, new.split(":"))
    again = stage.inbound(partition, offset)
    assert (again.value(), again.key(), again.headers()) == (ODD, b"k", [("ce_type", b"x")])


def test_a_record_without_a_value_can_be_replayed_too(stage: Stage) -> None:
    ref = quarantined(stage, None)
    assert stage.relais("quarantine", "replay", ref, "--yes").returncode == 0


def test_nothing_is_replayed_without_a_yes(stage: Stage) -> None:
    ref = quarantined(stage)
    done = stage.relais("quarantine", "replay", ref)
    assert done.returncode == 1
    assert "published again" not in done.stdout


def test_other_bytes_than_those_that_were_quarantined_are_not_replayed(stage: Stage) -> None:
    ref = quarantined(stage, digest="0" * 64)
    assert "the sha-256 differs" in stage.relais("quarantine", "show", ref).stdout
    done = stage.relais("quarantine", "replay", ref, "--yes")
    assert done.returncode == 2
    assert "the sha-256 differs" in done.stderr


@pytest.mark.parametrize(
    ("asked", "says"), [("0:0", "is not in quarantine"), ("x", "a ref looks like 3:128")]
)
def test_a_ref_that_is_not_there_is_one_line_and_exit_code_2(stage: Stage, asked: str, says: str) -> None:
    for command in ("show", "replay"):
        done = stage.relais("quarantine", command, asked)
        assert done.returncode == 2
        assert says in done.stderr
        assert done.stderr.count("\n") == 1


def test_bytes_that_retention_deleted_are_told_and_not_replayed(kafka: RealKafka, tmp_path: Path) -> None:
    stage = Stage(kafka.address, tmp_path)
    ref = quarantined(stage)
    place = TopicPartition(f"{stage.namespace}.inbound", 1, int(ref.partition(":")[2]) + 1)
    admin = AdminClient({"bootstrap.servers": kafka.address})
    for deleted in admin.delete_records([place]).values():
        deleted.result(30)
    assert "retention is over" in stage.relais("quarantine", "show", ref).stdout
    assert stage.json("quarantine", "show", ref)["deleted"]
    assert stage.relais("quarantine", "replay", ref, "--yes").returncode == 2
    told = stage.json("explain", ref)
    assert told["lay"] == {}
    assert "deleted" in told["notes"][0]


def test_every_byte_has_a_printable_form_of_its_own() -> None:
    forms = [dump(bytes([byte])) for byte in range(256)]
    assert len(set(forms)) == 256
    assert all(form.isascii() and form.isprintable() for form in forms)
