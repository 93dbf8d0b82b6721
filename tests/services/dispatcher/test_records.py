"""A record for agent tools fits into its topic, however much was said."""

import orjson
import pytest

from services.dispatcher import records
from shared.contracts.ledger import Entry
from shared.contracts.topics import work as work_topic
from shared.ledger import archive
from shared.ledger.archive import Archive, Lately
from shared.ledger.book import Book
from tests.ledger.entries import HERE, handed_over
from tests.services.given import Shelf, message, written

LONG = "x" * archive.MAX_TURN


async def test_the_history_keeps_what_was_said_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hand-overs of many messages each, in one conversation."""
    many = range(0, 6000, 500)
    told: list[Entry] = [
        handed_over(
            *range(first, first + 500),
            messages=tuple((f"{HERE}:{n}", message(LONG, id=f"m{n}")) for n in range(first, first + 500)),
            epoch=0 if first == 0 else 1,
        )
        for first in many
    ]
    log = written(*told)
    monkeypatch.setattr(archive, "LogReader", Shelf(ledger=log))
    book = Book(HERE)
    verdicts = [book.apply(entry, place, place) for place, entry in enumerate(told)]
    assert all(verdict.inert is None for verdict in verdicts)
    conversation, work = verdicts[-1].conversation, verdicts[-1].work
    assert conversation is not None and work is not None
    record = await records.describe(
        "message", work, "c", conversation, Archive(HERE, "", "", Lately()), HERE, work.messages[-1:]
    )
    written_record = records.out(record, HERE).value or b""
    assert len(written_record) < work_topic("general").max_bytes
    assert [m.id for m in record.messages] == ["m5999"]
    assert record.history[-1].id == "m5998"
    assert sum(len(orjson.dumps(turn)) for turn in record.history) <= records.MAX_HISTORY
