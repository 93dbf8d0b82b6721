"""Whatever is published to the inbound topic: it is read, repaired or refused, and nothing else; and what
one service makes of it every other service can read again."""

import json

import msgspec
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fallback.worker import HANDOVER_BYTES
from shared.contracts.enrichment import IntentReading, SentimentReading
from shared.contracts.errors import InvalidMessage
from shared.contracts.inbound import (
    MAX_BYTES,
    MAX_HEADER_BYTES,
    MAX_HEADERS,
    MAX_ID,
    Message,
    read_inbound,
)
from shared.contracts.inbound_text import text_of
from shared.contracts.ledger import HandedOver, Routed, decode, encode
from shared.contracts.outward import WorkRecord
from shared.contracts.topics import INBOUND, LEDGER, work
from shared.contracts.vocabulary import QUARANTINE_REASONS
from shared.ledger import snapshot
from shared.ledger.book import Book
from tests.contracts.monsters import MONSTERS, Monster, name_of, quoted, written
from tests.contracts.roles import REF, table
from tests.ledger.entries import unpack


def routed(message: Message) -> Routed:
    intents, sentiment = IntentReading(), SentimentReading()
    name = message.conversation_id
    return Routed(REF, name, "bot", "general", "normal", ("automatic",), message, intents, sentiment, "p")


def assert_that_everybody_can_read(message: Message) -> None:
    """The book, its snapshots, the agents' tools: what is written can be read, and is the same."""
    entry = routed(message)
    handed = HandedOver((REF,), message.conversation_id, 0, "general", "patience", ((REF, message),))
    for written_entry in (entry, handed):
        value = encode(written_entry)
        assert decode(value) == written_entry
        assert len(value) < LEDGER.max_bytes
    record = WorkRecord("queued", REF, "general", message.conversation_id, messages=(message,))
    value = orjson.dumps(record)
    assert msgspec.json.decode(value, type=WorkRecord) == record
    assert len(value) < work("general").max_bytes
    assert_that_the_book_can_keep(entry)


def assert_that_the_book_can_keep(entry: Routed) -> None:
    book = Book(0)
    assert book.apply(entry, 0, 0).inert is None
    chunks = [value for _, value in snapshot.pack(book, "w")]
    assert sum(map(len, chunks)) < 10_000, "nobody's message makes the book big"
    assert unpack(0, chunks).conversations == book.conversations
    assert entry.conversation.encode()


def assert_that_it_is_bounded(message: Message) -> None:
    assert 1 <= len(message.id) <= MAX_ID and 1 <= len(message.conversation_id) <= MAX_ID
    assert len(message.channel) <= 64
    assert len(message.headers) <= MAX_HEADERS
    assert all(len(value) <= MAX_HEADER_BYTES for value in message.headers.values())


@pytest.mark.parametrize("monster", MONSTERS, ids=name_of)
def test_what_is_too_big_or_too_odd_for_a_file_is_repaired_or_refused(monster: Monster) -> None:
    headers = [(name, value) for name, value in monster.headers]
    try:
        message = read_inbound(monster.value, monster.key, headers, REF)  # type: ignore[arg-type]
    except InvalidMessage as error:
        assert error.reason == monster.expected
    else:
        assert message.damage == monster.expected
        assert_that_it_is_bounded(message)
        assert_that_everybody_can_read(message)


def test_every_reason_for_quarantine_occurs() -> None:
    of_files = {line["quarantined"] for line in table("inbound").values() if "quarantined" in line}
    of_monsters = {monster.expected for monster in MONSTERS if isinstance(monster.expected, str)}
    assert of_files | of_monsters == set(QUARANTINE_REASONS)


def test_as_many_messages_as_are_handed_over_at_once_fit_into_an_entry() -> None:
    worst = written(text=quoted("\x00", MAX_BYTES - 100))
    message = read_inbound(worst, None, (), REF)
    growth = len(encode(routed(message))) / len(worst)
    assert growth > 5, "control characters are written as six"
    assert max(growth * MAX_BYTES, HANDOVER_BYTES) < LEDGER.max_bytes


# -- anything at all ------------------------------------------------------------------------------

NAMES = ("id", "conversation_id", "channel", "text", "sent_at", "language", "customer", "attachments")
names = st.sampled_from((*NAMES, "metadata", "damage", "headers", "kind", "name", "url", "é"))
numbers = st.one_of(
    st.sampled_from(
        ("0", "-0", "-0.0", "1.0", "0.1", "1e5", "1e15", "1e16", "2.5e-5", "123456789012345678.5")
    ),
    st.sampled_from(("1e-400", "1e400", "-1e308", "5e-324", "NaN", "-Infinity", "Infinity", "1762157727")),
    st.sampled_from(("9223372036854775807", "-9223372036854775808", "9223372036854775808")),
    st.tuples(st.sampled_from(("", "-")), st.sampled_from((18, 19, 20, 400, 5_000))).map(
        lambda n: n[0] + "9" * n[1]
    ),
)
strings = st.one_of(
    st.text(max_size=20).map(json.dumps),
    st.text(max_size=20).map(lambda text: json.dumps(text, ensure_ascii=False)),
    st.sampled_from(
        ('"\\ud800"', '"\\udc00\\ud800"', '"\\ud83d\\ude4f"', '"\\u0000"', '"\x00\n"', '"\ufeff"')
    ),
    st.sampled_from(("x", "\\udbff", "é")).map(lambda piece: '"' + piece * 600 + '"'),
    st.sampled_from(('"2025-11-03T09:15:27Z"', '"fr"')),
)
leaves = st.one_of(st.sampled_from(("null", "true", "false", "", "[", '"', "{}", "[]")), numbers, strings)


def _containers(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(st.one_of(names.map(json.dumps), strings), children).map(":".join)
    return st.one_of(
        st.lists(children, max_size=4).map(lambda parts: "[" + ",".join(parts) + "]"),
        st.lists(pairs, max_size=6).map(lambda parts: "{" + ",".join(parts) + "}"),
        st.tuples(st.integers(1, 60), children).map(lambda wrap: "[" * wrap[0] + wrap[1] + "]" * wrap[0]),
    )


documents = st.recursive(leaves, _containers, max_leaves=12)
records = st.dictionaries(names, documents, max_size=8).map(lambda given: written(**given))
"""Records with the four required fields, some of them replaced by anything."""
noise = st.binary(max_size=3)
encodings = st.sampled_from(("utf-8", "utf-8", "utf-8", "utf-16", "utf-32", "utf-8-sig", "latin-1"))
values = st.one_of(
    records,
    st.binary(max_size=200),
    st.tuples(documents, encodings).map(lambda made: made[0].encode(made[1], "replace")),
    st.tuples(records, st.integers(0, 300), st.binary(max_size=3)).map(
        lambda m: m[0][: m[1]] + m[2] + m[0][m[1] :]
    ),
)
keys = st.one_of(st.none(), st.binary(max_size=20), st.binary(min_size=600, max_size=700))
header_names = st.one_of(st.sampled_from(("traceparent", "ce_id", "tracestate")), st.text(max_size=10))
headers = st.lists(st.tuples(header_names, st.binary(max_size=40)), max_size=20)


@given(values, keys, headers)
def test_anything_is_read_or_refused_and_what_is_read_everybody_can_read(
    value: bytes, key: bytes | None, given_headers: list[tuple[str, bytes]]
) -> None:
    try:
        message = read_inbound(value, key, given_headers, REF)
    except InvalidMessage as error:
        assert error.reason in QUARANTINE_REASONS
        return
    assert_that_it_is_bounded(message)
    assert_that_everybody_can_read(message)


@given(values, keys)
def test_the_classifiers_read_the_very_text_that_the_router_reads(value: bytes, key: bytes | None) -> None:
    try:
        message = read_inbound(value, key, (), REF)
    except InvalidMessage:
        with pytest.raises(InvalidMessage):
            text_of(value, key, REF)
    else:
        stated = message.language or (message.customer.language if message.customer else None)
        assert text_of(value, key, REF) == (message.text, stated)


SECRET = "Rosalind-06-12-34-56-78"


@given(st.sampled_from(NAMES), documents, st.integers(0, 400))
def test_an_error_quotes_nothing_of_the_message(name: str, piece: str, cut: int) -> None:
    whole = written(**dict.fromkeys(NAMES, f'"{SECRET}"') | {name: piece})
    for value in (whole[:cut], whole, b"[" + whole + b"]", whole.replace(b'"text"', b'"words"')):
        try:
            read_inbound(value, SECRET.encode(), (), REF)
        except InvalidMessage as error:
            assert SECRET not in f"{error} {error.detail} {error!r}"
            assert error.__cause__ is None and (error.__context__ is None or error.__suppress_context__)


# -- small things ---------------------------------------------------------------------------------


def test_fields_that_nobody_knows_yet_are_passed_over() -> None:
    message = read_inbound(written(reactions='["👍"]', version="2"), None, (), REF)
    assert message == read_inbound(written(), None, (), REF)


def test_what_only_we_may_write_is_not_taken_from_a_channel() -> None:
    message = read_inbound(written(damage='["x"]', headers='{"traceparent":"forged"}'), None, (), REF)
    assert (message.damage, message.headers) == ((), {})


def test_trace_and_cloud_event_headers_are_carried_and_no_others() -> None:
    given_headers = [
        ("traceparent", b"00-a"),
        ("ce_source", b"web"),
        ("authorization", b"Bearer x"),
        ("CE_X", b""),
    ]
    message = read_inbound(written(), None, given_headers, REF)
    assert message.headers == {"traceparent": "00-a", "ce_source": "web"}


def test_two_long_ids_stay_two_ids() -> None:
    one, other = ('"' + "i" * 600 + end + '"' for end in "ab")
    ids = {read_inbound(written(id=piece), None, (), REF).id for piece in (one, other)}
    assert len(ids) == 2


def test_a_repaired_record_reads_the_same_wherever_it_is_read() -> None:
    """A moved copy is read with the place where the original lay."""
    value = b'{"text": "hello"}'
    assert read_inbound(value, None, (), "2:7") == read_inbound(value, None, (), "2:7")
    assert read_inbound(value, None, (), "2:7").id == "ref:2:7"


def test_the_limit_leaves_room_for_the_headers_of_a_moved_copy() -> None:
    fits = written(text='"' + "a" * (MAX_BYTES - len(written(text='""'))) + '"')
    assert len(fits) == MAX_BYTES < INBOUND.max_bytes
    assert read_inbound(fits, None, (), REF).damage == ()
    with pytest.raises(InvalidMessage):
        read_inbound(fits + b" ", None, (), REF)
