"""The frontier against the plainest model of it: a set of settled offsets."""

from hypothesis import given
from hypothesis import strategies as st

from shared.ledger.frontier import Frontier

SMALL = 40
offsets = st.integers(0, SMALL)
steps = st.one_of(
    st.tuples(st.just("settle"), offsets), st.tuples(st.just("skip"), st.tuples(offsets, offsets))
)


def played(story: list[tuple[str, object]]) -> tuple[Frontier, set[int]]:
    frontier, model = Frontier(), set[int]()
    for step in story:
        match step:
            case "settle", int(offset):
                frontier.settle(offset)
                model.add(offset)
            case "skip", (int(first), int(last)):
                assert frontier.missing(first, last) == len(set(range(first, last + 1)) - model)
                frontier.skip(first, last)
                model |= set(range(first, last + 1))
    return frontier, model


@given(st.lists(steps))
def test_it_knows_exactly_what_was_settled(story: list[tuple[str, object]]) -> None:
    frontier, model = played(story)
    assert {offset for offset in range(SMALL + 2) if frontier.settled(offset)} == model
    assert frontier.at == min(set(range(SMALL + 2)) - model)


@given(st.lists(steps))
def test_it_keeps_nothing_twice_and_nothing_below_itself(story: list[tuple[str, object]]) -> None:
    frontier, model = played(story)
    kept = [*frontier.above, *(o for first, last in frontier.gaps for o in range(first, last + 1))]
    assert sorted(kept) == sorted(offset for offset in model if offset > frontier.at)
    assert frontier.gaps == sorted(frontier.gaps)


@given(st.lists(steps), st.lists(steps))
def test_it_goes_on_from_its_parts_as_if_never_taken_apart(
    before: list[tuple[str, object]], after: list[tuple[str, object]]
) -> None:
    whole, _ = played([*before, *after])
    half, _ = played(before)
    again = Frontier(half.at, tuple(half.above), tuple(half.gaps))
    for step in after:
        match step:
            case "settle", int(offset):
                again.settle(offset)
            case "skip", (int(first), int(last)):
                again.skip(first, last)
    assert (again.at, again.above, again.gaps) == (whole.at, whole.above, whole.gaps)


def test_a_gap_of_a_thousand_million_costs_nothing() -> None:
    frontier = Frontier()
    frontier.skip(1, 10**9)
    assert frontier.missing(0, 2 * 10**9) == 10**9 + 1
    assert frontier.settled(10**9) and not frontier.settled(10**9 + 1)
    frontier.settle(0)
    assert frontier.at == 10**9 + 1
    assert frontier.gaps == []


def test_gaps_out_of_order_and_overlapping_become_one() -> None:
    frontier = Frontier()
    for first, last in ((50, 60), (10, 20), (15, 55), (1, 5)):
        frontier.skip(first, last)
    assert frontier.gaps == [(1, 5), (10, 60)]
    frontier.skip(0, 9)
    assert frontier.at == 61


def test_many_short_gaps_above_an_unsettled_message_stay_cheap() -> None:
    """A transactional channel leaves a gap of one after each of its messages."""
    frontier = Frontier()
    looked_at = Counted()
    for marker in range(1, 40_001, 2):
        frontier.skip(marker, marker)
    frontier.gaps = [(looked_at.number(first), last) for first, last in frontier.gaps]
    for offset in range(0, 40_000, 400):
        assert not frontier.settled(offset)
    assert looked_at.times <= 100 * 2


class Counted:
    """Counts how often the numbers it hands out are compared."""

    def __init__(self) -> None:
        self.times = 0

    def number(self, value: int) -> int:
        counter = self

        class Number(int):
            def __le__(self, other: int) -> bool:
                counter.times += 1
                return int(self) <= other

        return Number(value)
