"""The contingency plan: which message is late, by which rule, and what goes to people with it."""

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fallback.decide import (
    Clocks,
    Deadlines,
    Handover,
    Rule,
    Seen,
    handovers,
    late,
    oldest,
    rule_for,
)

DEADLINES = Deadlines(silence=5, patience=60, bot=15, start_grace=30)
LONG_AGO = -1000.0


class Case(NamedTuple):
    """A message seen at `since`; the book last moved at `moved`; the service started at `opened`."""

    name: str
    now: float
    rule: Rule | None
    since: float = 0.0
    moved: float = LONG_AGO
    opened: float = LONG_AGO
    routed: float | None = None
    canary: bool = False


CASES = [
    Case("a fresh message", 4.9, None),
    Case("the book stands still", 5, "silence"),
    Case("the book has just moved", 8, None, moved=3.1),
    Case("the book moved a while ago", 8.1, "silence", moved=3.1),
    Case("a book that moves all the time", 59.9, None, moved=59.9),
    Case("the same, too long", 60, "patience", moved=60),
    Case("both at once", 60, "patience"),
    Case("routed to the bot", 14.9, None, routed=0),
    Case("routed to the bot, which is late", 15, "bot_late", routed=0),
    Case("routed to the bot just now, after a long wait", 100, None, routed=90, moved=100),
    Case("the bot is late though the book moves", 15, "bot_late", routed=0, moved=15),
    Case("patience says nothing of the bot's messages", 70, None, routed=60),
    Case("started just now, the router too", 29.9, None, opened=0),
    Case("started a while ago and no router", 30, "silence", opened=0),
    Case("started a while ago, the router catches up", 59.9, None, opened=0, moved=59),
    Case("the router caught up and then died", 40, "silence", opened=0, moved=35),
    Case("seen before the worker was ready", 59, None, since=-20, opened=0, moved=59),
    Case("patience begins with the service", 60, "patience", since=-20, opened=0, moved=60),
    Case("the bot is late right after the start", 15, "bot_late", opened=0, routed=0),
    Case("a fresh canary", 4.9, None, canary=True),
    Case("a canary in a book that moves all the time", 5, "silence", moved=5, canary=True),
    Case("a canary right after the start", 29.9, None, opened=0, canary=True),
    Case("a canary a while after the start", 30, "silence", opened=0, moved=30, canary=True),
    Case("a canary that a router took for a message", 14.9, None, routed=0, canary=True),
    Case("the same, and the bot is late", 15, "bot_late", routed=0, canary=True),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_message_is_late_by_the_rule_of_the_table(case: Case) -> None:
    clocks = Clocks(case.opened, case.moved)
    seen = Seen(case.since, case.routed, case.canary)
    assert rule_for(seen, clocks, DEADLINES, case.now) == case.rule
    expected = {} if case.rule is None else {7: case.rule}
    assert late({7: seen}, clocks, DEADLINES, case.now) == expected


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1e6), st.booleans())
def test_whatever_happened_a_message_is_late_at_last(
    since: float, moved: float, opened: float, now: float, routed: bool
) -> None:
    seen = Seen(since, since if routed else None)
    far = max(since, opened) + DEADLINES.patience + 1e-3
    assert rule_for(seen, Clocks(opened, moved), DEADLINES, max(far, now)) is not None


def test_a_conversation_goes_with_everything_of_it_in_order() -> None:
    conversations = {9: "a", 3: "b", 4: "a", 5: "c", 1: "a"}
    assert handovers({4: "patience"}, conversations) == [Handover("a", (1, 4, 9), "patience")]


def test_the_rule_is_that_of_its_oldest_late_message() -> None:
    late_ones: dict[int, Rule] = {5: "silence", 2: "bot_late"}
    assert handovers(late_ones, {2: "a", 5: "a"}) == [Handover("a", (2, 5), "bot_late")]


def test_conversations_go_in_the_order_of_their_oldest_late_message() -> None:
    late_ones: dict[int, Rule] = {7: "silence", 3: "silence", 5: "silence"}
    made = handovers(late_ones, {7: "a", 3: "b", 5: "c"})
    assert [handover.conversation for handover in made] == ["b", "c", "a"]


def test_a_late_record_without_a_conversation_is_left_out() -> None:
    assert handovers({1: "silence"}, {2: "a"}) == []


@given(st.dictionaries(st.integers(0, 50), st.sampled_from("abcd")), st.sets(st.integers(0, 50)))
def test_every_late_message_goes_exactly_once_and_no_conversation_is_split(
    conversations: dict[int, str], chosen: set[int]
) -> None:
    made = handovers(dict.fromkeys(chosen, "silence"), conversations)
    gone = [offset for handover in made for offset in handover.offsets]
    assert len(gone) == len(set(gone))
    assert chosen & set(conversations) <= set(gone)
    for handover in made:
        assert handover.offsets == tuple(
            sorted(o for o, c in conversations.items() if c == handover.conversation)
        )


def test_the_oldest_is_the_one_seen_first() -> None:
    assert oldest([]) is None
    assert oldest([Seen(5.0), Seen(3.0, 9.0), Seen(4.0)]) == 3.0
