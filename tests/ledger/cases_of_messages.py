"""The rows about messages: entries that routers, bots and fallbacks write."""

from shared.contracts import ledger
from tests.ledger.cases import BACK, HUMAN, Case
from tests.ledger.entries import (
    HERE,
    answered,
    canary_passed,
    gap,
    handed_over,
    message,
    move_done,
    moved,
    quarantined,
    ref,
    routed,
)

ROUTED = [
    Case("the first decision on a message", [], routed(0)),
    Case("a decision on the next message", [routed(0)], routed(1)),
    Case("a decision on an earlier message than the last", [routed(1)], routed(0)),
    Case("a second decision while the bot has it", [routed(0)], routed(0, "human"), "routed"),
    Case("a second decision under another conversation", [routed(0)], routed(0, conversation="d"), "routed"),
    Case("a decision on an answered message", [routed(0), answered(0)], routed(0), "settled"),
    Case("a decision on a message that people have", HUMAN, routed(0), "settled"),
    Case("a decision on a quarantined record", [quarantined(0)], routed(0), "settled"),
    Case("a decision on a moved message", [moved(0)], routed(0), "settled"),
    Case("a decision on a duplicate", [routed(0), routed(1, twin_of=0)], routed(1), "settled"),
    Case("a decision on a canary that passed", [canary_passed(0)], routed(0), "settled"),
    Case("a decision on a gap", [gap(0, 5)], routed(3), "settled"),
    Case("a decision on another partition's message", [], routed(0, ref=ref(0, HERE + 1)), "foreign_ref"),
    Case("a decision on something that is no ref", [], routed(0, ref="zero"), "foreign_ref"),
]
ANSWERED = [
    Case("an answer to the oldest open message", [routed(0), routed(1)], answered(0)),
    Case("an answer to the next one", [routed(0), routed(1), answered(0)], answered(1)),
    Case("an answer in a later epoch", [*BACK, routed(1)], answered(1, epoch=2)),
    Case("an answer to a message nobody routed", [], answered(0), "settled_or_not_routed"),
    Case("an answer under another conversation", [routed(0)], answered(0, 0, "d"), "settled_or_not_routed"),
    Case("a second answer", [routed(0), answered(0)], answered(0), "settled_or_not_routed"),
    Case("an answer to people's message", HUMAN, answered(0, epoch=1), "settled_or_not_routed"),
    Case(
        "an answer after the message was swept",
        [routed(0), routed(1, "human")],
        answered(0),
        "settled_or_not_routed",
    ),
    Case("an answer out of order", [routed(0), routed(1)], answered(1), "not_oldest"),
    Case("an answer from an old epoch", [*BACK, routed(1)], answered(1, epoch=0), "epoch_over"),
    Case("an answer from an epoch to come", [routed(0)], answered(0, epoch=1), "epoch_over"),
    Case("an answer on another partition", [routed(0)], answered(0, ref=ref(0, 9)), "foreign_ref"),
]
HANDED_OVER = [
    Case("an open message", [routed(0)], handed_over(0)),
    Case("an unrouted message that the entry carries", [], handed_over(0, bring=[0])),
    Case("a message that was routed just before", [routed(0)], handed_over(0, bring=[0])),
    Case("a settled and an open message", [routed(0), answered(0), routed(1)], handed_over(0, 1)),
    Case("more for an open work", HUMAN, handed_over(1, epoch=1, bring=[1])),
    Case(
        "a twin of an answered message",
        [routed(0), answered(0)],
        handed_over(1, messages=((ref(1), message(0)),)),
    ),
    Case("an old epoch", [*HUMAN, routed(1)], handed_over(2, bring=[2]), "epoch_over"),
    Case("an epoch to come", [routed(0)], handed_over(0, epoch=1), "epoch_over"),
    Case("settled messages only", [routed(0), answered(0)], handed_over(0, bring=[0]), "settled"),
    Case("an unrouted message without its text", [], handed_over(0), "settled"),
    Case("an open message of another conversation", [routed(0, conversation="d")], handed_over(0), "settled"),
    Case(
        "the same, carried",
        [routed(0, conversation="d")],
        handed_over(0, bring=[0]),
        "settled",
    ),
    Case("nothing", [routed(0)], handed_over(), "settled"),
    Case("another partition's message", [], handed_over(0, refs=(ref(0, 9),), bring=[0]), "foreign_ref"),
    Case(
        "the text of another partition's message",
        [],
        handed_over(0, messages=((ref(0, 9), message(0)),)),
        "settled",
    ),
]
QUARANTINED = [
    Case("an unsettled record", [], quarantined(0)),
    Case("a record above unsettled ones", [], quarantined(7)),
    Case("a record quarantined before", [quarantined(0)], quarantined(0), "settled"),
    Case("a message that people have", HUMAN, quarantined(0), "settled"),
    Case("a message the bot has", [routed(0)], quarantined(0), "routed"),
    Case(
        "another partition's record", [], ledger.Quarantined(ref(0, 9), "no_text", "", 0, ""), "foreign_ref"
    ),
]
MOVED = [
    Case("an unsettled message", [], moved(0)),
    Case("a message moved before", [moved(0)], moved(0), "settled"),
    Case("a message moved and done", [moved(0), move_done(0)], moved(0), "settled"),
    Case("a message the bot has", [routed(0)], moved(0), "routed"),
    Case("another partition's message", [], ledger.Moved(ref(0, 9), "c", 1), "foreign_ref"),
]
MOVE_DONE = [
    Case("a pending move", [moved(0)], move_done(0)),
    Case("a message that never moved", [routed(0)], move_done(0), "not_moving"),
    Case("a move done before", [moved(0), move_done(0)], move_done(0), "not_moving"),
    Case("another partition's move", [moved(0)], ledger.MoveDone(ref(0, 9)), "foreign_ref"),
]
CANARY_PASSED = [
    Case("an unsettled record", [], canary_passed(0)),
    Case("a canary that passed before", [canary_passed(0)], canary_passed(0), "settled"),
    Case("a message that people have", HUMAN, canary_passed(0), "settled"),
    Case("a message the bot has", [routed(0)], canary_passed(0), "routed"),
    Case("another partition's record", [], ledger.CanaryPassed(ref(0, 9)), "foreign_ref"),
]
GAP = [
    Case("one offset", [], gap(0, 0)),
    Case("far above", [], gap(10**9, 2 * 10**9)),
    Case("an overlap with another gap", [gap(0, 9)], gap(5, 14)),
    Case("a range with settled offsets", [quarantined(1)], gap(0, 3)),
    Case("a range with a message the bot has", [routed(2)], gap(0, 3), "not_a_gap"),
    Case("the bot's message at its first offset", [routed(0)], gap(0, 3), "not_a_gap"),
    Case("the bot's message at its last offset", [routed(3)], gap(0, 3), "not_a_gap"),
    Case("backwards", [], gap(3, 2), "not_a_gap"),
    Case("the same gap again", [gap(0, 9)], gap(0, 9), "settled"),
    Case("a part of a gap far above", [gap(100, 200)], gap(150, 160), "settled"),
    Case("nothing but settled messages", [routed(1), answered(1)], gap(1, 1), "settled"),
]
