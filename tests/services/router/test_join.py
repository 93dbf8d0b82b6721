"""Messages meet their readings by position, in order, and wait for them as long as that makes sense."""

from services.router.join import Join, Joined
from shared.contracts.enrichment import IntentReading, SentimentReading
from tests.services.given import feels, message, wants

START, WAIT = 15.0, 3.0
OPENED = 100.0
LATER = OPENED + 60
"""Long after the start: the enrichers count as silent when nothing is heard of them."""


def join(*offsets: int, now: float = LATER) -> Join:
    """A join with messages that came at `now`, and `met` below to bring their readings."""
    made = Join(OPENED, START, WAIT)
    for offset in offsets:
        made.add(offset, message(id=f"m{offset}"), 0, now)
    return made


def met(
    made: Join,
    *offsets: int,
    intents: bool = True,
    sentiment: bool = True,
    now: float = LATER,
    first: int | None = None,
) -> None:
    """The readings for these messages; the first lies at position `first` (as its message by default)."""
    start = offsets[0] if first is None else first
    for at, offset in enumerate(offsets, start):
        if intents:
            made.intents.add(at, offset, wants(f"i{at}"), True, now)
        if sentiment:
            made.sentiments.add(at, offset, feels(), True, now)


def offsets(taken: list[Joined]) -> list[int]:
    return [joined.offset for joined in taken]


def test_a_message_is_taken_as_soon_as_both_readings_are_there() -> None:
    made = join(0)
    assert made.take(LATER) == []
    met(made, 0, sentiment=False)
    assert made.take(LATER) == []
    met(made, 0, intents=False)
    assert made.take(LATER) == [Joined(0, message(id="m0"), 0, wants("i0"), feels())]
    assert made.take(LATER + 60) == []


def test_readings_that_came_before_their_message_are_kept_for_it() -> None:
    made = join()
    met(made, 0, 1)
    made.add(0, message(), 0, LATER)
    assert offsets(made.take(LATER)) == [0]


def test_messages_leave_in_order_and_the_first_holds_back_the_others() -> None:
    made = join(0, 1, 2)
    met(made, 1, 2)
    assert made.take(LATER) == []
    met(made, 0, first=3)
    assert offsets(made.take(LATER)) == [0, 1, 2]


def test_a_silent_enricher_is_waited_for_a_bounded_time() -> None:
    made = join(0)
    assert made.take(LATER + WAIT - 0.01) == []
    [late] = made.take(LATER + WAIT)
    assert (late.intents, late.sentiment) == (IntentReading(failed="late"), SentimentReading(failed="late"))


def test_one_silent_enricher_does_not_cost_the_reading_of_the_other() -> None:
    made = join(0)
    met(made, 0, sentiment=False)
    [late] = made.take(LATER + WAIT)
    assert (late.intents, late.sentiment.failed) == (wants("i0"), "late")


def test_an_enricher_that_is_getting_on_is_waited_for_however_long_it_takes() -> None:
    made = join(100)
    now = LATER
    for offset in range(100):
        now += WAIT / 2
        met(made, offset, now=now)
        assert made.take(now) == []
    met(made, 100, now=now)
    assert offsets(made.take(now)) == [100]


def test_an_enricher_that_stops_half_way_is_waited_for_from_its_last_word() -> None:
    made = join(9)
    met(made, 4, now=LATER + 50)
    assert made.take(LATER + 50 + WAIT - 0.01) == []
    assert offsets(made.take(LATER + 50 + WAIT)) == [9]


def test_an_enricher_that_has_gone_past_a_message_is_not_waited_for_longer() -> None:
    made = join(0)
    met(made, 1, now=LATER + 1)
    assert made.take(LATER + WAIT - 0.01) == []
    met(made, 2, first=2, now=LATER + WAIT - 0.01)
    assert offsets(made.take(LATER + WAIT)) == [0]


def test_after_the_start_the_enrichers_have_longer() -> None:
    made = join(0, now=OPENED + 1)
    assert made.take(OPENED + START - 0.01) == []
    assert offsets(made.take(OPENED + START)) == [0]


def test_the_start_is_over_once_the_enricher_has_gone_past() -> None:
    made = join(0, now=OPENED + 1)
    met(made, 5, now=OPENED + 2)
    assert offsets(made.take(OPENED + 1 + WAIT)) == [0]


def test_a_repeated_reading_changes_nothing() -> None:
    made = join(0)
    met(made, 0)
    met(made, 0, first=7)
    assert made.take(LATER)[0].intents == wants("i0")


def test_readings_in_any_order_find_their_messages() -> None:
    made = join(0, 1, 2)
    met(made, 2, 0, 1)
    assert offsets(made.take(LATER)) == [0, 1, 2]


def test_a_reading_nobody_wants_is_not_kept() -> None:
    made = join(0)
    made.intents.add(0, 0, wants(), False, LATER)
    assert not made.intents.has(0)


def test_a_message_settled_by_somebody_else_no_longer_holds_back_the_others() -> None:
    made = join(0, 1)
    met(made, 1)
    made.drop(0)
    made.drop(0)
    assert not made.waits(0)
    assert offsets(made.take(LATER)) == [1]


def test_what_comes_before_the_frontier_is_not_needed_again() -> None:
    made = join(4, 5, 6)
    met(made, 4, 5, 6, first=40)
    side = made.intents
    assert side.needed_from(4, 7) == 40
    assert side.needed_from(6, 7) == 42
    assert not side.has(5)
    assert side.needed_from(9, 7) == 43


def test_without_any_reading_the_committed_position_stays() -> None:
    assert join(0).intents.needed_from(0, 17) == 17


def test_repeated_and_reordered_readings_are_never_skipped() -> None:
    made = join(0, 1, 2, 3)
    met(made, 0, 1, 3, 2, 0, 1, first=0)
    side = made.intents
    assert side.needed_from(2, 0) == 2
    assert side.needed_from(3, 0) == 2
    assert side.needed_from(4, 0) == 6


def test_what_waits_is_counted_in_bytes() -> None:
    join = Join(0, 15, 3)
    for offset in range(3):
        join.add(offset, message(), 0, 0, size=100)
    join.drop(1)
    join.drop(7)
    assert join.size == 200
    assert len(join.take(60)) == 2
    assert join.size == 0
