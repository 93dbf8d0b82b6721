"""The rows about conversations with people and about who has their work: entries that dispatchers write."""

from shared.contracts import ledger
from tests.ledger.cases import BACK, CLOSED, HELD, HUMAN, LEFT, PASSED_ON, TO_AND_FRO, Case
from tests.ledger.entries import (
    assigned,
    closed,
    overflowed,
    ref,
    released,
    returned,
    routed,
    taken_over,
)

TAKEN_OVER = [
    Case("a conversation nobody knows", [], taken_over()),
    Case("with open messages", [routed(0), routed(1)], taken_over()),
    Case("after it was returned", BACK, taken_over()),
    Case("with people already", HUMAN, taken_over(), "with_people"),
    Case("taken over before", [taken_over()], taken_over("ben"), "with_people"),
    Case("with people though the work is closed", CLOSED, taken_over(), "with_people"),
]
RETURNED = [
    Case("after the work is closed", CLOSED, returned(1)),
    Case("taken over without work", [taken_over()], returned(1)),
    Case("with open work", HUMAN, returned(1), "work_open"),
    Case("with held work", HELD, returned(1), "work_open"),
    Case("an old epoch", CLOSED, returned(0), "epoch_over"),
    Case("an epoch to come", CLOSED, returned(2), "epoch_over"),
    Case("with the bot", [routed(0)], returned(0), "with_bot"),
    Case("returned before", BACK, returned(1), "epoch_over"),
    Case("at the limit of moves", [*TO_AND_FRO, closed(1, 4, command="x2")], returned(3), "limit_of_moves"),
    Case("returned by closing", [*HELD, closed(0, 1, to_bot=True)], returned(1), "epoch_over"),
]
ASSIGNED = [
    Case("a work nobody holds", HUMAN, assigned(0)),
    Case("a work given back, next attempt", LEFT, assigned(0, "ben", 1, "a2")),
    Case("no work at all", [routed(0)], assigned(0), "work_closed"),
    Case("another work", HUMAN, assigned(1), "work_closed"),
    Case("a closed work", CLOSED, assigned(0, command="a2"), "work_closed"),
    Case("a work somebody holds", HELD, assigned(0, "ben", command="a2"), "already_held"),
    Case("the same command again", HELD, assigned(0), "repeated"),
    Case("the same command after giving it back", LEFT, assigned(0, attempt=1), "repeated"),
    Case("an offer of an earlier attempt", LEFT, assigned(0, "ben", 0, "a2"), "offer_over"),
    Case("an offer that was never made", HUMAN, assigned(0, attempt=1), "offer_over"),
    Case("a work passed on, next attempt", PASSED_ON, assigned(0, "ben", 1, "a2")),
    Case("an offer from before it was passed on", PASSED_ON, assigned(0, "ben", 0, "a2"), "offer_over"),
    Case("an offer from before it overflowed", [*HUMAN, overflowed(0)], assigned(0), "offer_over"),
    Case("under another conversation", HUMAN, assigned(0, conversation="d"), "work_closed"),
    Case("another partition's work", HUMAN, ledger.Assigned(ref(0, 9), "c", "ana", 0, "a1"), "foreign_ref"),
    Case("something that is no work", HUMAN, ledger.Assigned("zero", "c", "ana", 0, "a1"), "foreign_ref"),
]
RELEASED = [
    Case("by its holder", HELD, released(0, 1)),
    Case("the holder's tool is lost", HELD, released(0, 1, command="")),
    Case("with a token that is not the holder's", HELD, released(0, 0), "stale_token"),
    Case("by somebody else", HELD, released(0, 1, "ben"), "not_holder"),
    Case("a work nobody holds", HUMAN, released(0, 1), "not_holder"),
    Case("after giving it back", LEFT, released(0, 1, command="r2"), "not_holder"),
    Case(
        "the token of an earlier hold",
        [*LEFT, assigned(0, "ana", 1, "a2")],
        released(0, 1, command=""),
        "stale_token",
    ),
    Case("the same command again", [*LEFT, assigned(0, "ana", 1, "a2")], released(0, 3), "repeated"),
    Case("a closed work", CLOSED, released(0, 1), "work_closed"),
    Case(
        "another partition's work", HELD, ledger.Released(ref(0, 9), "c", "ana", 1, "declined"), "foreign_ref"
    ),
]
