"""What customers are sent: each valid entry's reply, its key, and nothing else."""

from typing import NamedTuple

import pytest
from msgspec.structs import replace

from services.courier.decide import headers, replies
from shared.contracts.enrichment import IntentReading
from shared.contracts.ledger import Entry
from shared.contracts.outward import Author, Reply
from shared.contracts.phrases import (
    ADDED,
    BACK_TO_THE_BOT,
    PASSED_ON,
    PASSED_TO_PEOPLE,
    PERSON_LOST,
    REACH_A_PERSON,
    TAKEN_OVER,
    WITH_A_PERSON,
    joined,
    say,
)
from shared.ledger.state import Verdict
from shared.policy.load import load_policy
from shared.policy.model import Policy
from shared.queue.waits import Waits
from shared.runtime.settings import ROOT
from tests.ledger.entries import (
    HERE,
    Diary,
    answered,
    assigned,
    canary_passed,
    closed,
    gap,
    handed_over,
    message,
    move_done,
    moved,
    quarantined,
    released,
    replied,
    returned,
    routed,
    taken_over,
    transferred,
)

POLICY = load_policy(ROOT / "deploy" / "policy.yaml")
FRENCH = IntentReading(language="fr")
TRACE = {"traceparent": "00-1-1-01"}
HUMAN = routed(0, "human", intents=FRENCH)
NOTICE = say(PASSED_TO_PEOPLE, "fr")


class Case(NamedTuple):
    """After `before`, what does `entry` send: author, key, the message it answers and its text?"""

    name: str
    before: list[Entry]
    entry: Entry
    sent: tuple[str, str, str, str] | list[tuple[str, str, str, str]] | None


HELD: list[Entry] = [HUMAN, assigned(0)]
CASES = [
    Case("an answer", [routed(0)], answered(0), ("bot", "3:0", "m0", "!")),
    Case("the second answer", [routed(0), routed(1), answered(0)], answered(1), ("bot", "3:1", "m1", "!")),
    Case("an answer nobody may give", [], answered(0), None),
    Case("an answer given before", [routed(0), answered(0)], answered(0), None),
    Case("a person's reply", HELD, replied(0, 1), ("agent", "3:0/reply/2", "m0", "Bonjour")),
    Case(
        "their reply to the newest message",
        [*HELD, routed(4, "human")],
        replied(0, 1),
        ("agent", "3:0/reply/3", "m4", "Bonjour"),
    ),
    Case(
        "their second reply",
        [*HELD, replied(0, 1)],
        replied(0, 1, command="s2"),
        ("agent", "3:0/reply/3", "m0", "Bonjour"),
    ),
    Case("a reply with a stale token", HELD, replied(0, 0), None),
    Case("a reply sent twice by its tool", [*HELD, replied(0, 1)], replied(0, 1), None),
    Case("a message for the bot", [], routed(0), None),
    Case("the first message for people", [], HUMAN, ("notice", "3:0/ack", "m0", NOTICE)),
    Case("the next one", [HUMAN], routed(1, "human"), ("notice", "3:1/ack", "m1", say(ADDED, "fr"))),
    Case(
        "one to their person", HELD, routed(1, "human"), ("notice", "3:1/ack", "m1", say(WITH_A_PERSON, "fr"))
    ),
    Case(
        "a bot route that lands with people",
        [HUMAN],
        routed(1),
        ("notice", "3:1/ack", "m1", say(ADDED, "fr")),
    ),
    Case(
        "a bot that gives up",
        [routed(0, intents=FRENCH)],
        handed_over(0, pool="general", reason="bot_unsure"),
        ("notice", "3:0/ack", "m0", NOTICE),
    ),
    Case(
        "the contingency plan, with several messages",
        [routed(0, intents=FRENCH)],
        handed_over(0, 1, bring=[1]),
        [("notice", "3:0/ack", "m0", NOTICE), ("notice", "3:1/ack", "m1", NOTICE)],
    ),
    Case(
        "a late hand-over to people who have it",
        [HUMAN],
        handed_over(1, epoch=1, bring=[1]),
        ("notice", "3:1/ack", "m1", say(ADDED, "fr")),
    ),
    Case(
        "a conversation taken over",
        [routed(0, intents=FRENCH)],
        taken_over(),
        ("notice", "3:0/ack", "m0", say(WITH_A_PERSON, "fr")),
    ),
    Case(
        "people again after it was returned",
        [*HELD, closed(0, 1, to_bot=True)],
        routed(1, "human", intents=FRENCH),
        ("notice", "3:1/ack", "m1", NOTICE),
    ),
    Case(
        "a new work while it is with people",
        [*HELD, closed(0, 1)],
        routed(1, "human"),
        ("notice", "3:1/ack", "m1", NOTICE),
    ),
    Case(
        "a message for people while the bot has earlier ones",
        [routed(0, intents=FRENCH), routed(1)],
        routed(2, "human", intents=FRENCH),
        [("notice", f"3:{n}/ack", f"m{n}", NOTICE) for n in range(3)],
    ),
    Case(
        "given back to the bot too often, so people keep it",
        [
            *(routed(0), handed_over(0), assigned(0), closed(0, 2, to_bot=True)),
            *(routed(1), handed_over(1, epoch=2), assigned(1, command="a2")),
        ],
        closed(1, 6, command="x2", to_bot=True),
        None,
    ),
    Case("a copy of an earlier message", [routed(0)], routed(1, "human", twin_of=0), None),
    Case("an assignment", [HUMAN], assigned(0), None),
    Case("a work given back", HELD, replace(released(0, 1), why="declined"), None),
    Case(
        "a tool lost",
        HELD,
        replace(released(0, 1), why="tool_lost"),
        ("notice", "3/2/notice", "m0", say(PERSON_LOST, "fr")),
    ),
    Case("a work passed on", HELD, transferred(0, 1), ("notice", "3/2/notice", "m0", say(PASSED_ON, "fr"))),
    Case("a work closed", HELD, closed(0, 1), None),
    Case(
        "given back to the bot",
        HELD,
        closed(0, 1, to_bot=True),
        ("notice", "3/2/notice", "m0", say(joined(BACK_TO_THE_BOT, REACH_A_PERSON), "fr")),
    ),
    Case("a conversation returned", [*HELD, closed(0, 1)], returned(1), None),
    Case("a quarantine", [], quarantined(0), None),
    Case("a move", [], moved(0), None),
    Case("a move done", [moved(0)], move_done(0), None),
    Case("a canary", [], canary_passed(0), None),
    Case("a gap", [], gap(0, 3), None),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_entry_sends_what_the_table_says(case: Case) -> None:
    diary = Diary(*case.before)
    verdict = diary.write(case.entry)
    made = sent(case.entry, verdict, diary, len(case.before))
    expected = case.sent if isinstance(case.sent, list) else [case.sent] if case.sent else []
    assert [(m.author.kind, m.id, m.in_reply_to, m.text) for m in made] == expected
    for one in made:
        assert one.idempotency_key == one.id
        assert (one.conversation_id, one.channel) == ("c", "web")


def sent(entry: Entry, verdict: Verdict, diary: Diary, offset: int, policy: Policy = POLICY) -> list[Reply]:
    return replies(entry, verdict, diary.book, offset, policy, Waits(policy.told))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_message_settled_with_people_or_the_bot_is_acknowledged_once_and_no_other(case: Case) -> None:
    diary = Diary(*case.before)
    verdict = diary.write(case.entry)
    made = sent(case.entry, verdict, diary, len(case.before))
    seen = [m.ref for m in made if m.purpose == "acknowledgement" or m.author.kind == "bot"]
    settled = [f"{HERE}:{one.offset}" for one in verdict.settled if one.outcome in ("answered", "people")]
    assert sorted(seen) == sorted(settled)


def test_an_answer_says_that_a_machine_speaks() -> None:
    diary = Diary(routed(0))
    entry = answered(0, text="48 h.\n\nJe suis…", disclosure="Je suis…", language="fr", source="faq:x")
    expected = Reply(
        id="3:0",
        ref="3:0",
        in_reply_to="m0",
        conversation_id="c",
        channel="web",
        author=Author("bot", "faq:x"),
        text="48 h.\n\nJe suis…",
        language="fr",
        idempotency_key="3:0",
        disclosure="Je suis…",
    )
    assert sent(entry, diary.write(entry), diary, 1) == [expected]


@pytest.mark.parametrize("language", ["fr", "en", "und"])
def test_the_notice_speaks_the_customers_language_or_both(language: str) -> None:
    entry = routed(0, "human", intents=IntentReading(language=language))
    diary = Diary()
    [made] = sent(entry, diary.write(entry), diary, 0)
    assert made.text == say(PASSED_TO_PEOPLE, language)


def test_a_conversation_taken_over_with_nothing_open_gets_its_notice_too() -> None:
    diary = Diary(routed(0), answered(0))
    [made] = sent(taken_over(), diary.write(taken_over()), diary, 2)
    assert (made.in_reply_to, made.idempotency_key, made.purpose) == ("m0", "3/2/notice", "information")
    assert made.text == say(TAKEN_OVER, "fr")


@pytest.mark.parametrize(
    ("name", "entry", "ref", "carried"),
    [
        ("an answer", answered(0, headers=TRACE), "3:0", TRACE),
        ("a message for people", routed(0, "human", said={"headers": TRACE}), "3:0", TRACE),
        ("an earlier one that goes with it", routed(1, "human", said={"headers": TRACE}), "3:0", {}),
        ("a hand-over", handed_over(0, messages=(("3:0", message(0, headers=TRACE)),)), "3:0", TRACE),
        ("another message of it", handed_over(0, messages=(("3:0", message(0, headers=TRACE)),)), "3:1", {}),
        ("a hand-over without messages", handed_over(0), "3:0", {}),
        ("a person's reply", replied(0, 1), "3:0", {}),
    ],
)
def test_each_reply_carries_the_trace_headers_of_its_own_message(
    name: str, entry: Entry, ref: str, carried: dict[str, str]
) -> None:
    assert headers(entry, ref) == carried
