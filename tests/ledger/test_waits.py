"""How long works waited for a person, as the book remembers it for what customers are told."""

from collections.abc import Sequence

import pytest

from shared.contracts.ledger import Entry
from shared.ledger.book import KEPT_WAITS
from tests.ledger.cases import HELD, HUMAN, LEFT, PASSED_ON
from tests.ledger.entries import Diary, assigned, closed, overflowed, routed, taken_over

WAITED: dict[str, tuple[Sequence[Entry], dict[str, tuple[tuple[int, int], ...]]]] = {
    "nobody has taken it": (HUMAN, {}),
    "taken": (HELD, {"general": ((0, 1_000),)}),
    "taken again after it was given back": ([*LEFT, assigned(0, "ben", 1, "a2")], {"general": ((0, 1_000),)}),
    "taken again after it was passed on": (
        [*PASSED_ON, assigned(0, "ben", 1, "a2")],
        {"general": ((0, 1_000),)},
    ),
    "taken after it overflowed: its stay in that pool": (
        [*HUMAN, overflowed(0), assigned(0, "ben", 1)],
        {"night": ((1_000, 2_000),)},
    ),
    "a conversation taken over: it waited for nobody": ([routed(0), taken_over()], {}),
    "two works": (
        [*HELD, closed(0, 1), routed(1, "human"), assigned(1)],
        {"general": ((0, 1_000), (3_000, 4_000))},
    ),
}


@pytest.mark.parametrize("name", WAITED)
def test_a_wait_is_over_when_a_person_takes_the_work_for_the_first_time(name: str) -> None:
    entries, expected = WAITED[name]
    assert Diary(*entries).book.waits == expected


def test_the_last_hundred_waits_of_a_pool_are_kept() -> None:
    diary = Diary()
    for work in range(KEPT_WAITS + 5):
        diary.write(routed(work, "human"))
        diary.write(assigned(work, command=f"a{work}"))
        diary.write(closed(work, None, command=f"x{work}"))
    waits = diary.book.waits["general"]
    assert len(waits) == KEPT_WAITS
    assert waits[0] == (15_000, 16_000)
