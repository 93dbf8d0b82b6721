"""What valid entries do: to messages, to the conversation, to its work."""

import pytest

from shared.contracts.ledger import Entry
from shared.ledger.state import Settled, Verdict
from tests.ledger.entries import (
    Diary,
    answered,
    assigned,
    closed,
    gap,
    handed_over,
    message,
    move_done,
    moved,
    quarantined,
    ref,
    released,
    replied,
    returned,
    routed,
    taken_over,
)


def outcomes(verdict: Verdict) -> dict[int, str]:
    """Each settled offset with its outcome; a message settled twice in one verdict is an error."""
    found = {settled.offset: str(settled.outcome) for settled in verdict.settled}
    assert len(found) == len(verdict.settled)
    return found


# -- the bot --------------------------------------------------------------------------------------


def test_a_message_for_the_bot_is_open_until_it_is_answered() -> None:
    diary = Diary(routed(0))
    assert diary.book.open == {0: "c"}
    assert diary.book.unsettled(0) and not diary.book.unrouted(0)
    assert outcomes(diary.write(answered(0))) == {0: "answered"}
    assert diary.book.open == {}
    assert diary.conversation.streak == 1


def test_messages_wait_for_the_bot_in_inbound_order_though_routed_in_another() -> None:
    diary = Diary(routed(5), routed(3))
    assert [offset for offset, _ in diary.conversation.open] == [3, 5]


def test_conversations_do_not_hold_each_other_back() -> None:
    diary = Diary(routed(0), routed(1, conversation="d"))
    assert outcomes(diary.write(answered(1, 0, "d"))) == {1: "answered"}


# -- sweep ----------------------------------------------------------------------------------------

SWEEPING: dict[str, tuple[Entry, dict[int, str]]] = {
    "a person is wanted": (routed(2, "human"), {0: "people", 1: "people", 2: "people"}),
    "an open message is handed over": (handed_over(1), {0: "people", 1: "people"}),
    "a new message is handed over": (handed_over(2, bring=[2]), {0: "people", 1: "people", 2: "people"}),
    "a person takes it over": (taken_over(), {0: "people", 1: "people"}),
}


@pytest.mark.parametrize("name", SWEEPING)
def test_when_a_conversation_passes_to_people_its_open_messages_go_along(name: str) -> None:
    entry, expected = SWEEPING[name]
    diary = Diary(routed(0), routed(1), routed(9, conversation="d"))
    verdict = diary.write(entry)
    assert outcomes(verdict) == expected
    assert list(expected) == [offset for offset, _ in verdict.joined], "in inbound order"
    assert verdict.passed and verdict.opened
    assert diary.book.open == {9: "d"}
    assert diary.conversation.epoch == 1
    assert diary.write(answered(0)).inert is not None


def test_a_message_routed_while_the_fallback_gave_up_on_it_has_one_outcome() -> None:
    diary = Diary(routed(0))
    verdict = diary.write(handed_over(0, bring=[0]))
    assert verdict.settled == (Settled(0, "people"),)
    assert verdict.joined == ((0, 0),)
    assert diary.book.counts["people"] == 1


@pytest.mark.parametrize("before", [[], [routed(0)]], ids=["unrouted", "routed"])
def test_a_message_listed_twice_has_one_outcome(before: list[Entry]) -> None:
    diary = Diary(*before)
    entry = handed_over(0, 0, bring=[0, 0])
    assert diary.write(entry).settled == (Settled(0, "people"),)
    assert outcomes(Diary().write(handed_over(refs=(ref(0), "3:00"), bring=[0]))) == {0: "people"}


def test_a_late_decision_for_the_bot_joins_peoples_work() -> None:
    diary = Diary(routed(0, "human"))
    verdict = diary.write(routed(1, "bot"))
    assert outcomes(verdict) == {1: "people"}
    assert not verdict.passed and not verdict.opened
    assert verdict.work is not None and verdict.work.id == 0


# -- one work -------------------------------------------------------------------------------------


def test_human_outcomes_join_the_open_work_whoever_proposes_them() -> None:
    diary = Diary(routed(0, "human", pool="billing"), assigned(0))
    diary.write(routed(1, "human", pool="technical", priority="urgent"))
    diary.write(handed_over(2, epoch=1, bring=[2]))
    work = diary.conversation.work
    assert work is not None
    assert (work.id, work.pool, work.agent, work.token) == (0, "billing", "ana", 1)
    assert work.messages == ((0, 0), (1, 2), (2, 3))
    assert work.priority == "urgent", "the highest of its messages"


def test_a_work_is_named_after_its_oldest_message() -> None:
    diary = Diary(routed(4), routed(7))
    assert (verdict := diary.write(routed(8, "human"))).work is not None
    assert verdict.work.id == 4


def test_after_closing_the_next_message_opens_a_new_work_in_the_same_epoch() -> None:
    diary = Diary(routed(0, "human"), assigned(0), closed(0, 1))
    assert diary.conversation.owner == "people"
    verdict = diary.write(routed(1))
    assert verdict.opened and not verdict.passed
    assert verdict.work is not None and verdict.work.id == 1
    assert diary.conversation.epoch == 1


def test_closing_can_give_the_conversation_back_to_the_bot() -> None:
    diary = Diary(routed(0, "human"), assigned(0), closed(0, 1, to_bot=True))
    assert (diary.conversation.owner, diary.conversation.epoch) == ("bot", 2)
    assert outcomes(diary.write(routed(1))) == {}


def test_the_bot_starts_counting_its_answers_anew_after_people() -> None:
    diary = Diary(routed(0), answered(0), routed(1), answered(1))
    assert diary.conversation.streak == 2
    for entry in (routed(2, "human"), assigned(2), closed(2, 5), returned(1)):
        assert diary.write(entry).inert is None
    assert diary.conversation.streak == 0


# -- holders --------------------------------------------------------------------------------------


def test_the_place_of_the_assignment_is_the_token() -> None:
    diary = Diary(routed(0, "human"))
    verdict = diary.write(assigned(0))
    assert verdict.work is not None and verdict.work.token == 1


def test_whoever_takes_a_conversation_over_holds_its_open_messages() -> None:
    diary = Diary(routed(0), taken_over("ben"))
    work = diary.conversation.work
    assert work is not None and (work.agent, work.token) == ("ben", 1)


def test_taking_over_an_idle_conversation_opens_no_work_and_can_be_returned() -> None:
    diary = Diary(taken_over())
    assert diary.conversation.work is None
    assert diary.conversation.closed_at == 0
    assert diary.write(returned(1)).inert is None


def test_giving_back_frees_the_work_for_the_next_attempt_only() -> None:
    diary = Diary(routed(0, "human"), assigned(0), released(0, 1))
    work = diary.conversation.work
    assert work is not None and (work.agent, work.token, work.attempt) == (None, None, 1)
    assert diary.write(assigned(0, "ben", 0, "late")).inert == "offer_over"
    assert diary.write(assigned(0, "ben", 1, "a2")).inert is None
    assert diary.write(replied(0, 1, "ana")).inert == "not_holder"


# -- duplicates -----------------------------------------------------------------------------------


@pytest.mark.parametrize("route", ["bot", "human"])
@pytest.mark.parametrize("before", [[routed(0)], [routed(0), answered(0)], [routed(0, "human")]])
def test_the_same_external_id_again_is_a_duplicate(route: str, before: list[Entry]) -> None:
    diary = Diary(*before)
    verdict = diary.write(routed(1, route, twin_of=0))
    assert verdict.settled == (Settled(1, "duplicate", 0),)
    assert not verdict.passed and not verdict.joined
    assert outcomes(diary.write(routed(2))) in ({}, {2: "people"})


def test_the_same_external_id_in_another_conversation_is_no_duplicate() -> None:
    diary = Diary(routed(0))
    assert outcomes(diary.write(routed(1, conversation="d", twin_of=0))) == {}


def test_a_duplicate_in_a_handover_does_not_pass_the_conversation() -> None:
    diary = Diary(routed(0))
    verdict = diary.write(handed_over(1, messages=((ref(1), message(0)),)))
    assert verdict.settled == (Settled(1, "duplicate", 0),)
    assert not verdict.passed
    assert diary.book.open == {0: "c"}


def test_twins_in_one_handover_are_one_piece_of_work() -> None:
    twins = ((ref(1), message(1)), (ref(2), message(1)), (ref(3), message(3)))
    verdict = Diary().write(handed_over(1, 2, 3, messages=twins))
    assert outcomes(verdict) == {1: "people", 3: "people", 2: "duplicate"}
    assert [offset for offset, _ in verdict.joined] == [1, 3]


def test_a_handover_of_an_open_message_and_its_twin_takes_both() -> None:
    diary = Diary(routed(0))
    verdict = diary.write(handed_over(0, 1, messages=((ref(1), message(0)),)))
    assert outcomes(verdict) == {0: "people", 1: "duplicate"}


def test_external_ids_are_remembered_for_the_last_64_messages() -> None:
    diary = Diary(*(entry for o in range(64) for entry in (routed(o), answered(o))))
    assert outcomes(diary.write(routed(64, twin_of=0))) == {64: "duplicate"}
    diary.write(routed(65))
    assert outcomes(diary.write(routed(66, twin_of=0))) == {}


# -- the rest of the way --------------------------------------------------------------------------


def test_a_move_is_settled_at_once_and_needed_until_it_is_done() -> None:
    diary = Diary(moved(0, to=1), routed(1), answered(1))
    assert diary.book.frontier.at == 2
    assert (diary.book.moving, diary.book.needed_from) == ({0: 1}, 0)
    diary.write(move_done(0))
    assert (diary.book.moving, diary.book.needed_from) == ({}, 2)


def test_a_gap_settles_without_an_outcome_however_long_it_is() -> None:
    diary = Diary(quarantined(5), gap(1, 10**9))
    assert diary.book.needed_from == 0
    assert diary.write(gap(0, 10)).settled == ()
    assert diary.book.needed_from == 10**9 + 1
    assert diary.book.counts["gap"] == 10**9


def test_the_conversation_remembers_channel_language_and_what_was_said() -> None:
    said = {"language": "en", "channel": "chat"}
    diary = Diary(routed(0, said=said), answered(0, language="en-GB"), quarantined(1))
    diary.write(handed_over(2, messages=((ref(2), message(2, channel="email")),)))
    c = diary.conversation
    assert (c.channel, c.language, c.said) == ("email", "en-GB", (0, 1, 3))
    assert c.external_id(2) == "m2" and c.external_id(1) is None
