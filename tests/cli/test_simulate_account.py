"""What a simulation concludes from what it saw."""

from __future__ import annotations

from services.cli.simulate.account import Account, Fate, Letter
from services.cli.simulate.report import failed, figures, percentile
from shared.contracts.placement import Ref
from shared.ledger.state import Outcome


def account(*conversations: str) -> Account:
    """One accepted letter for each of these, number n at `0:n`, with the time 1000."""
    made = Account([Letter(n, f"m{n}", name, b"{}", "", n) for n, name in enumerate(conversations)])
    for number in range(len(conversations)):
        made.accept(number)
        made.lies(number, Ref(0, number), at=1000)
    return made


def settle(
    made: Account, offset: int, outcome: Outcome = "people", place: int = 0, of: int | None = None
) -> None:
    original = None if of is None else Ref(0, of)
    made.settle(Ref(0, offset), Fate(outcome, 1050, place, of=original))


def test_an_accepted_letter_without_an_outcome_is_lost() -> None:
    made = account("a", "b")
    settle(made, 0)
    assert made.lost == [1]
    assert failed(figures(made))


def test_a_letter_that_kafka_never_took_is_not_lost_but_the_run_has_failed() -> None:
    made = Account([Letter(0, "m0", "a", b"{}", "", 1)])
    assert made.lost == []
    assert failed(figures(made))


def test_a_letter_whose_confirmation_got_lost_counts_as_accepted_when_it_lies_in_the_log() -> None:
    made = Account([Letter(0, "m0", "a", b"{}", "", 1)])
    made.lies(0, Ref(0, 0), at=1000)
    assert made.lost == [0]


def test_an_outcome_may_be_seen_before_the_letter_is() -> None:
    made = Account([Letter(0, "m0", "a", b"{}", "", 1)])
    settle(made, 7)
    made.lies(0, Ref(0, 7), at=1000)
    assert made.fates[0].outcome == "people"


def test_an_answer_and_a_work_for_one_letter_are_both() -> None:
    made = account("a")
    settle(made, 0, "answered")
    made.come_out("reply", "0:0", ["m0", "0:0"])
    assert made.both == []
    made.come_out("work", "0:0", ["m0"])
    assert made.both == [0]
    assert failed(figures(made))


def test_two_different_answers_are_both_and_a_repeated_one_is_not() -> None:
    made = account("a")
    made.come_out("reply", "0:0", ["m0"])
    made.come_out("reply", "0:0", ["0:0"])
    assert made.both == []
    made.come_out("reply", "0:9", ["m0"])
    assert made.both == [0]


def test_an_acknowledgement_is_no_outcome_but_there_must_be_one_for_each_letter_with_people() -> None:
    made = account("a", "b")
    settle(made, 0)
    settle(made, 1)
    for number in range(2):
        made.come_out("work", f"0:{number}", [f"m{number}"])
    made.come_out("notice", "0:0/ack", ["m0", "0:0"])
    made.come_out("notice", "0:0/ack", ["m0", "0:0"])
    assert (made.both, made.acknowledged_twice, made.undelivered("notice")) == ([], [], [1])
    assert failed(figures(made))
    made.come_out("notice", "0:1/ack", ["m1", "0:1"])
    assert not failed(figures(made))


def test_an_answer_acknowledges_too_so_a_notice_besides_it_is_one_too_many() -> None:
    made = account("a")
    settle(made, 0, "answered")
    made.come_out("reply", "0:0", ["m0"])
    assert made.undelivered("notice") == [] and not failed(figures(made))
    made.come_out("notice", "0:0/ack", ["m0"])
    assert (made.both, made.acknowledged_twice) == ([], [0])
    assert failed(figures(made))


def test_a_courier_that_sends_answers_is_there_to_acknowledge() -> None:
    made = account("a", "b")
    settle(made, 0, "answered")
    settle(made, 1)
    made.come_out("work", "0:1", ["m1"])
    assert not failed(figures(made)), "nobody delivers"
    made.come_out("reply", "0:0", ["m0"])
    assert failed(figures(made))


def test_a_letter_that_moved_has_the_outcome_of_its_copy() -> None:
    made = account("a")
    settle(made, 0, "moved")
    assert made.lost == [0]
    made.copied(Ref(0, 0), Ref(3, 5))
    made.settle(Ref(3, 5), Fate("answered", 1060, 4))
    assert made.fates[0].outcome == "answered"
    assert (made.moved, made.lost, made.latency(0)) == ([0], [], 60)


def test_a_copy_may_be_seen_before_the_letter_it_was_made_of() -> None:
    made = Account([Letter(0, "m0", "a", b"{}", "", 1)])
    made.copied(Ref(0, 0), Ref(3, 5))
    made.settle(Ref(3, 5), Fate("people", 1060, 4))
    made.settle(Ref(0, 0), Fate("moved", 1050, 0))
    made.lies(0, Ref(0, 0), at=1000)
    assert made.fates[0].outcome == "people"


def test_a_second_copy_of_a_move_does_not_make_the_letter_a_duplicate() -> None:
    made = account("a")
    settle(made, 0, "moved")
    for offset in (5, 6):
        made.copied(Ref(0, 0), Ref(3, offset))
    made.settle(Ref(3, 6), Fate("duplicate", 1060, 5, of=Ref(3, 5)))
    made.settle(Ref(3, 5), Fate("people", 1060, 4))
    assert made.fates[0].outcome == "people"


def test_an_outcome_that_overtakes_an_earlier_one_of_its_conversation_is_out_of_order() -> None:
    made = account("a", "b", "a", "a")
    for number, place in ((0, 9), (1, 1), (2, 8), (3, 9)):
        settle(made, number, place=place)
    assert made.out_of_order == [2]


def test_duplicates_and_moved_letters_have_no_place_in_the_order() -> None:
    made = account("a", "a", "a")
    settle(made, 0, "moved", place=1)
    made.copied(Ref(0, 0), Ref(3, 5))
    made.settle(Ref(3, 5), Fate("people", 1060, 99))
    settle(made, 1, place=9)
    settle(made, 2, "duplicate", place=3, of=1)
    assert made.out_of_order == []


def test_what_does_not_come_out_fails_the_run_only_when_somebody_delivers() -> None:
    made = account("a", "b")
    settle(made, 0)
    settle(made, 1)
    assert figures(made)["undelivered"]["works"] == 2
    assert not failed(figures(made))
    made.come_out("work", "0:0", ["m0"])
    assert made.undelivered("work") == [1] and not made.alive("notice")
    assert failed(figures(made))


def test_percentiles_are_values_that_occurred() -> None:
    waits = list(range(1, 101))
    assert [percentile(waits, share) for share in (50, 95, 99)] == [50, 95, 99]
    assert percentile([7], 50) == 7
    assert percentile([], 50) is None
