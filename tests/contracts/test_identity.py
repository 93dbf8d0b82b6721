"""Whoever cannot be named as they call themselves is still nobody else."""

import pytest

from shared.contracts.inbound import MAX_ID, read_inbound

ODD_KEYS = ((b"\0\0\0\0\0\0\0\xc8", b"\0\0\0\0\0\0\0\xc9"), (b"caf\xe9", b"caf\xe8"))
ODD_IDS = (
    (b"caf\xe9", b"caf\xe8"),
    (b"\\ud800", b"\\ud801"),
    (b"9" * 400 + b"1", b"9" * 400 + b"2"),
)


@pytest.mark.parametrize(("one", "other"), ODD_KEYS)
def test_two_keys_that_are_no_text_are_two_conversations(one: bytes, other: bytes) -> None:
    value = b'{"id":"m","channel":"chat","text":"hello"}'
    names = {read_inbound(value, key, (), "0:1").conversation_id for key in (one, other)}
    assert len(names) == 2
    assert all(name.encode() and len(name) <= MAX_ID for name in names)


@pytest.mark.parametrize(("one", "other"), ODD_IDS)
def test_two_ids_that_cannot_be_written_stay_two(one: bytes, other: bytes) -> None:
    value = b'{"id":"%s","conversation_id":"%s","channel":"chat","text":"hello"}'
    read = [read_inbound(value % (name, name), None, (), "0:1") for name in (one, other)]
    assert len({m.id for m in read}) == len({m.conversation_id for m in read}) == 2
