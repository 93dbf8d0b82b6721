"""What an agent's tool makes of the records of work."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import reduce

import pytest

from services.cli.agents.desk import Desk, at, fold, refused
from shared.contracts.outward import WorkRecord
from tests.cli.agents_records import ADA, BEN, assigned, because, message, offer, record, refusal

LATER = "2026-03-14T09:40:00.000+00:00"
CLOSED = record("closed", token=5, wrap_until=LATER)


def desk(*records: WorkRecord) -> Desk:
    return reduce(fold, records, Desk(ADA))


def states(*records: WorkRecord) -> dict[str, str]:
    return {work: case.state for work, case in desk(*records).cases.items()}


CASES: dict[str, tuple[tuple[WorkRecord, ...], dict[str, str]]] = {
    "an offer to me": ((offer(),), {"0:1": "offered"}),
    "an offer to somebody else": ((offer(BEN),), {}),
    "an offer that is taken back": ((offer(), record("rescinded")), {}),
    "an offer to me, taken back from another": ((offer(), record("rescinded", BEN)), {"0:1": "offered"}),
    "an earlier offer repeated": (
        (offer(), record("rescinded"), offer(ends=LATER), record("rescinded"), offer()),
        {},
    ),
    "a later offer of the same work": ((offer(), record("rescinded"), offer(ends=LATER)), {"0:1": "offered"}),
    "another was faster": ((offer(), assigned(agent=BEN)), {}),
    "an offer of the next attempt, and an old holder's record repeated": (
        (offer(attempt=1), assigned(agent=BEN)),
        {"0:1": "offered"},
    ),
    "taken": ((offer(), assigned()), {"0:1": "held"}),
    "an offer repeated while the work is held": ((assigned(), offer()), {"0:1": "held"}),
    "taken back with the tool lost": ((assigned(), record("released", attempt=1)), {}),
    "an assignment repeated after the release": ((assigned(), record("released", attempt=1), assigned()), {}),
    "a release repeated after a new assignment": (
        (assigned(), record("released", attempt=1), assigned(9, attempt=1), record("released", attempt=1)),
        {"0:1": "held"},
    ),
    "passed on": ((assigned(), record("transferred", attempt=1)), {}),
    "with another after I lost it unseen": ((assigned(), assigned(9, BEN, attempt=1)), {}),
    "closed with time to wrap up": ((assigned(), CLOSED), {"0:1": "wrapping"}),
    "closed with everything said": ((assigned(), record("closed", token=5)), {}),
    "an assignment repeated after the close": ((assigned(), record("closed"), assigned()), {}),
    "a close repeated after the wrap-up": ((assigned(), CLOSED, record("wrapped_up"), CLOSED), {}),
    "more time to wrap up": (
        (assigned(), CLOSED, record("wrapped_up", wrap_until=LATER)),
        {"0:1": "wrapping"},
    ),
    "two works": ((offer(), assigned(7, work="0:2")), {"0:1": "offered", "0:2": "held"}),
}


@pytest.mark.parametrize("name", CASES)
def test_the_desk_holds_what_is_mine(name: str) -> None:
    records, expected = CASES[name]
    assert states(*records) == expected


LIFE = (
    offer(),
    record("rescinded"),
    offer(ends=LATER),
    assigned(),
    record("message", token=5, messages=(message("m-2"),)),
    record("held", token=5, on_hold=True),
    record("replied", token=5),
    record("released", attempt=1),
    offer(ends=LATER.replace("40", "50"), attempt=1),
    assigned(9, attempt=1),
    CLOSED,
    record("wrapped_up"),
)


@pytest.mark.parametrize("end", range(1, len(LIFE) + 1))
@pytest.mark.parametrize("back", range(1, len(LIFE) + 1))
def test_the_last_records_repeated_change_nothing(end: int, back: int) -> None:
    once = LIFE[:end]
    assert states(*once, *once[-back:]) == states(*once)


def test_messages_join_once_and_stay_in_order() -> None:
    more = record("message", messages=(message("m-2"), message("m-3")))
    found = desk(assigned(), more, more)
    assert [m.id for m in found.cases["0:1"].messages] == ["m-1", "m-2", "m-3"]


def test_a_hold_lasts_until_the_record_says_otherwise() -> None:
    on, off = record("held", token=5, on_hold=True), record("held", token=5)
    assert [desk(assigned(), *then).cases["0:1"].on_hold for then in ((), (on,), (on, off))] == [
        False,
        True,
        False,
    ]


def test_an_offer_ends_by_the_clock_though_nobody_tells_of_it() -> None:
    before, after = datetime(2026, 3, 14, 9, 29, tzinfo=UTC), datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
    assert at(desk(offer()), before).cases and not at(desk(offer()), after).cases
    assert at(fold(at(desk(offer()), after), offer()), after).cases == {}


@pytest.mark.parametrize(
    ("code", "token", "left"),
    [("not_holder", 5, False), ("not_holder", 4, True), ("unknown_pool", 5, True), ("work_closed", 5, False)],
)
def test_a_refusal_takes_off_the_desk_what_is_not_mine(code: str, token: int, left: bool) -> None:
    assert bool(refused(desk(assigned()), refusal(code), token).cases) == left


def test_missed_offers_are_told_and_remembered() -> None:
    assert desk(because("away", "away_missed")).away and not desk(record("away", BEN)).away
