"""To and fro between bot and people; coming back; what is left to say of a closed work."""

from collections.abc import Sequence

import pytest

from shared.contracts.ledger import Entry
from shared.ledger.state import AFRESH_MS, Wrapping
from tests.ledger.cases import CLOSED, HELD, HUMAN, PASSED_ON, TO_AND_FRO
from tests.ledger.entries import (
    Diary,
    answered,
    assigned,
    closed,
    handed_over,
    on_hold,
    released,
    replied,
    returned,
    routed,
    taken_over,
    wrapped_up,
)

HOUR = 3_600
AFRESH = AFRESH_MS // 1_000
TO_BOT = [*HELD, closed(0, 1, to_bot=True)]

MOVES: dict[str, tuple[Sequence[Entry], int]] = {
    "with the bot from the beginning": ([routed(0), answered(0)], 0),
    "to people": (HUMAN, 1),
    "handed over by the bot": ([routed(0), handed_over(0)], 1),
    "taken over with open messages": ([routed(0), taken_over()], 1),
    "taken over idle": ([taken_over()], 1),
    "more messages for people": ([*HUMAN, routed(1)], 1),
    "from person to person": (PASSED_ON, 1),
    "closed, with people still": (CLOSED, 1),
    "closed and back to the bot": (TO_BOT, 2),
    "returned": ([*CLOSED, returned(1, by="ana")], 2),
    "to people a second time": (TO_AND_FRO, 3),
}


@pytest.mark.parametrize("name", MOVES)
def test_every_passing_between_bot_and_people_is_a_move(name: str) -> None:
    entries, expected = MOVES[name]
    assert Diary(*entries).conversation.moves == expected


def test_after_two_moves_people_keep_the_conversation_though_the_work_ends() -> None:
    diary = Diary(*TO_AND_FRO)
    verdict = diary.write(closed(1, 4, command="x2", to_bot=True))
    assert verdict.kept and verdict.inert is None
    c = diary.conversation
    assert (c.owner, c.epoch, c.work, c.closed_at) == ("people", 3, None, 5_000)
    assert diary.write(returned(3)).inert == "limit_of_moves"
    assert diary.write(routed(2)).opened, "the next message is for people"


def test_before_that_a_person_may_give_it_back() -> None:
    diary = Diary(*HELD)
    verdict = diary.write(closed(0, 1, to_bot=True))
    assert not verdict.kept
    assert diary.conversation.owner == "bot"


@pytest.mark.parametrize("way", [routed(2, "human"), handed_over(2, epoch=2, bring=[2]), taken_over()])
def test_people_may_always_have_it(way: Entry) -> None:
    diary = Diary(*TO_BOT, way)
    assert (diary.conversation.owner, diary.conversation.moves) == ("people", 3)


@pytest.mark.parametrize(
    ("name", "seconds", "by", "moves"),
    [
        ("long after the work was closed", AFRESH + 1, "router", 0),
        ("not long enough after", AFRESH, "router", 2),
        ("long after, but by a person", AFRESH + 1, "ana", 2),
    ],
)
def test_the_router_decides_afresh_after_72_hours_and_counts_from_nought(
    name: str, seconds: int, by: str, moves: int
) -> None:
    diary = Diary(*CLOSED, seconds=seconds)
    diary.write(returned(1, by=by))
    assert (diary.conversation.owner, diary.conversation.moves) == ("bot", moves)


@pytest.mark.parametrize(
    ("seconds", "by", "inert"),
    [
        (AFRESH + 1, "router", None),
        (AFRESH, "router", "limit_of_moves"),
        (AFRESH + 1, "ana", "limit_of_moves"),
    ],
)
def test_people_for_good_means_until_it_is_decided_afresh(seconds: int, by: str, inert: str | None) -> None:
    diary = Diary(*TO_AND_FRO, closed(1, 4, command="x2"), seconds=seconds)
    assert diary.write(returned(3, by=by)).inert == inert


# -- coming back ----------------------------------------------------------------------------------

AGAIN = [*CLOSED, routed(1, "human"), assigned(1), closed(1, 4, command="x2"), routed(2, "human")]
CONTACTS: dict[str, tuple[Sequence[Entry], int, int]] = {
    "the first work": (HUMAN, 1, 0),
    "soon after": ([*CLOSED, routed(1, "human")], 1, 1),
    "72 hours after": ([*CLOSED, routed(1, "human")], AFRESH, 1),
    "later than that": ([*CLOSED, routed(1, "human")], AFRESH + 1, 0),
    "a second time": (AGAIN, HOUR, 2),
    "a second time, much later": (AGAIN, AFRESH + 1, 0),
    "by way of the bot": ([*TO_BOT, routed(1), handed_over(1, epoch=2)], 1, 1),
    "more for the same work": ([*CLOSED, routed(1, "human"), routed(2, "human")], 1, 1),
}


@pytest.mark.parametrize("name", CONTACTS)
def test_who_comes_back_within_72_hours_of_the_close_is_counted(name: str) -> None:
    entries, seconds, expected = CONTACTS[name]
    diary = Diary(*entries, seconds=seconds)
    assert diary.work.contacts == diary.conversation.contacts == expected


SPOKE: dict[str, tuple[Sequence[Entry], tuple[str, int]]] = {
    "nobody": (HUMAN, ("", 0)),
    "taking is not speaking": (HELD, ("", 0)),
    "a reply": ([*HELD, replied(0, 1)], ("ana", 2_000)),
    "a close": ([*HELD, replied(0, 1), closed(0, 1)], ("ana", 3_000)),
    "giving it back": ([*HELD, replied(0, 1), released(0, 1)], ("ana", 2_000)),
    "the next person": ([*PASSED_ON, assigned(0, "ben", 1, "a2"), replied(0, 3, "ben")], ("ben", 4_000)),
    "hold": ([*HELD, on_hold(0, 1)], ("", 0)),
    "with the bot since": ([*TO_BOT, routed(1), answered(1, 2)], ("ana", 2_000)),
}


@pytest.mark.parametrize("name", SPOKE)
def test_the_book_knows_who_spoke_with_the_customer_last(name: str) -> None:
    entries, expected = SPOKE[name]
    c = Diary(*entries).conversation
    assert (c.last_agent, c.last_spoke) == expected


# -- wrapping up ----------------------------------------------------------------------------------

TO_SAY = Wrapping(0, "general", "ana", 1)
WRAPPING: dict[str, tuple[Sequence[Entry], Wrapping | None]] = {
    "still open": (HELD, None),
    "closed": (CLOSED, TO_SAY),
    "closed by a tool without tokens": ([*HELD, closed(0, None)], TO_SAY),
    "closed and back to the bot": (TO_BOT, TO_SAY),
    "the customer writes again": ([*CLOSED, routed(1)], TO_SAY),
    "wrapped up": ([*CLOSED, wrapped_up(0, 1)], None),
    "wrapped up while the next work is held": (
        [*CLOSED, routed(1), assigned(1), wrapped_up(0, 1)],
        None,
    ),
    "the next work is closed": (
        [*CLOSED, routed(1), assigned(1), closed(1, 4, command="x2")],
        Wrapping(1, "general", "ana", 4),
    ),
    "the next work is closed with all there is to say": (
        [*CLOSED, routed(1), assigned(1), closed(1, 4, command="x2", disposition="other", solved=True)],
        None,
    ),
    "closed with all there is to say": ([*HELD, closed(0, 1, disposition="other", solved=False)], None),
}


@pytest.mark.parametrize("name", WRAPPING)
def test_a_closed_work_waits_to_be_wrapped_up_unless_all_is_said(name: str) -> None:
    entries, expected = WRAPPING[name]
    assert Diary(*entries).conversation.wrapping == expected


def test_the_verdict_on_a_wrap_up_names_the_work() -> None:
    assert Diary(*CLOSED).write(wrapped_up(0, 1)).wrapped == TO_SAY
