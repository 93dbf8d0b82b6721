"""Where a message lies, and where its conversation is at home."""

import pytest
from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.placement import Ref, home, parse_ref


@given(st.integers(0, 10**6), st.integers(0, 10**18))
def test_a_ref_reads_as_it_is_written(partition: int, offset: int) -> None:
    assert parse_ref(str(Ref(partition, offset))) == (partition, offset)


NO_REFS = (
    *("", ":", "3", "3:", ":128", "-3:128", "3:-128", "3:128 ", " 3:128", "3:\n1", "3:1_28", "3:128:1"),
    *("3;128", "a:b", "3.0:1", "3:0x10", "³:1", "٣:128", "3:" + "9" * 5_000),
)


@pytest.mark.parametrize("text", NO_REFS, ids=ascii)
def test_anything_else_is_no_ref(text: str) -> None:
    with pytest.raises(ValueError):
        parse_ref(text)


HASHES = {
    b"21": -973932308,
    b"foobar": -790332482,
    b"a-little-bit-long-string": -985981536,
    b"a-little-bit-longer-string": -1486304829,
    b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    b"abc": 479470107,
}
"""Keys and their murmur2 as 32-bit numbers, from the tests of Apache Kafka's own client (UtilsTest)."""


@pytest.mark.parametrize("key", HASHES, ids=repr)
@pytest.mark.parametrize("partitions", [1, 4, 7, 64])
def test_a_conversation_is_at_home_where_kafkas_own_client_puts_its_key(key: bytes, partitions: int) -> None:
    assert home(key.decode(), partitions) == (HASHES[key] & 0x7FFFFFFF) % partitions


@given(st.text(min_size=1), st.integers(1, 64))
def test_the_python_client_agrees(conversation: str, partitions: int) -> None:
    everywhere = list(range(partitions))
    key = conversation.encode("utf-8", "replace")
    assert home(conversation, partitions) == DefaultPartitioner()(key, everywhere, everywhere)
