"""The breaker: when messages are kept away from the bot, and how they find back."""

import pytest

from services.router.breaker import Breaker

AFTER, EVERY = 3, 10.0
LATE, ANSWERED = "late", "answered"


def breaker(*events: str, at: float = 100.0) -> Breaker:
    made = Breaker(AFTER, EVERY)
    for event in events:
        made.late(at) if event == LATE else made.answered()
    return made


@pytest.mark.parametrize(
    ("events", "is_open"),
    [
        ((), False),
        ((LATE, LATE), False),
        ((LATE, LATE, LATE), True),
        ((LATE, LATE, ANSWERED, LATE, LATE), False),
        ((LATE, LATE, LATE, ANSWERED), False),
        ((LATE,) * 9, True),
    ],
)
def test_it_opens_after_three_late_conversations_without_an_answer(
    events: tuple[str, ...], is_open: bool
) -> None:
    made = breaker(*events)
    assert made.open is is_open
    assert made.blocks(100.1) is is_open


def test_while_open_it_lets_one_message_through_at_a_time() -> None:
    made = breaker(LATE, LATE, LATE)
    times = (100, 105, 109.9, 110, 110.1, 119, 120, 121)
    assert [now for now in times if not made.blocks(now)] == [110, 120]


def test_a_probe_that_is_late_too_leaves_it_open_and_does_not_delay_the_next() -> None:
    made = breaker(LATE, LATE, LATE)
    assert not made.blocks(110)
    made.late(115)
    assert made.open
    assert made.blocks(119)
    assert not made.blocks(120)


def test_an_answer_lets_everything_through_again() -> None:
    made = breaker(LATE, LATE, LATE)
    assert not made.blocks(110)
    made.answered()
    assert not any(made.blocks(110 + n / 10) for n in range(20))
