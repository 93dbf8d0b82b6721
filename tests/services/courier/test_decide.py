"""What customers are sent: each valid entry's reply, its key, and nothing else."""

from typing import NamedTuple

import orjson
import pytest
from msgspec.structs import replace

from services.courier.decide import headers, reply
from services.courier.settings import Settings
from services.courier.worker import CourierWorker
from shared.contracts.enrichment import IntentReading
from shared.contracts.ledger import Entry
from shared.contracts.outward import Author, Reply
from shared.contracts.phrases import PASSED_TO_PEOPLE, say
from shared.contracts.topics import LEDGER, REPLIES
from shared.runtime.sender import Out
from tests.ledger.entries import (
    HERE,
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
    released,
    replied,
    returned,
    routed,
    taken_over,
)
from tests.services.given import written

FRENCH = IntentReading(language="fr")
TRACE = {"traceparent": "00-1-1-01"}
HUMAN = routed(0, "human", intents=FRENCH)
NOTICE = say(PASSED_TO_PEOPLE, "fr")


class Case(NamedTuple):
    """After `before`, what does `entry` send: author, key, the message it answers and its text?"""

    name: str
    before: list[Entry]
    entry: Entry
    sent: tuple[str, str, str, str] | None


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
    Case("the first message for people", [], HUMAN, ("notice", "3:0/notice", "m0", NOTICE)),
    Case("the next one", [HUMAN], routed(1, "human"), None),
    Case("a bot route that lands with people", [HUMAN], routed(1), None),
    Case(
        "a bot that gives up",
        [routed(0, intents=FRENCH)],
        handed_over(0, pool="general", reason="bot_unsure"),
        ("notice", "3:0/notice", "m0", NOTICE),
    ),
    Case(
        "the contingency plan, with several messages",
        [routed(0, intents=FRENCH)],
        handed_over(0, 1, bring=[1]),
        ("notice", "3:1/notice", "m1", NOTICE),
    ),
    Case("a late hand-over to people who have it", [HUMAN], handed_over(1, epoch=1, bring=[1]), None),
    Case(
        "a conversation taken over",
        [routed(0, intents=FRENCH)],
        taken_over(),
        ("notice", "3:0/notice", "m0", NOTICE),
    ),
    Case(
        "people again after it was returned",
        [*HELD, closed(0, 1, to_bot=True)],
        routed(1, "human", intents=FRENCH),
        ("notice", "3:1/notice", "m1", NOTICE),
    ),
    Case("a new work while it is with people", [*HELD, closed(0, 1)], routed(1, "human"), None),
    Case("a copy of an earlier message", [routed(0)], routed(1, "human", twin_of=0), None),
    Case("an assignment", [HUMAN], assigned(0), None),
    Case("a work given back", HELD, released(0, 1), None),
    Case("a work closed", HELD, closed(0, 1), None),
    Case("a conversation returned", [*HELD, closed(0, 1)], returned(1), None),
    Case("a quarantine", [], quarantined(0), None),
    Case("a move", [], moved(0), None),
    Case("a move done", [moved(0)], move_done(0), None),
    Case("a gap", [], gap(0, 3), None),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_entry_sends_what_the_table_says(case: Case) -> None:
    diary = Diary(*case.before)
    verdict = diary.write(case.entry)
    made = reply(case.entry, verdict, HERE, len(case.before))
    if case.sent is None:
        assert made is None
        return
    kind, key, in_reply_to, text = case.sent
    assert made is not None
    assert (made.author.kind, made.id, made.idempotency_key) == (kind, key, key)
    assert (made.conversation_id, made.channel) == ("c", "web")
    assert (made.in_reply_to, made.text) == (in_reply_to, text)


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
    assert reply(entry, diary.write(entry), HERE, 1) == expected


@pytest.mark.parametrize("language", ["fr", "en", "und"])
def test_the_notice_speaks_the_customers_language_or_both(language: str) -> None:
    entry = routed(0, "human", intents=IntentReading(language=language))
    made = reply(entry, Diary().write(entry), HERE, 0)
    assert made is not None and made.text == say(PASSED_TO_PEOPLE, language)


def test_a_conversation_taken_over_with_nothing_open_gets_its_notice_too() -> None:
    diary = Diary(routed(0), answered(0))
    made = reply(taken_over(), diary.write(taken_over()), HERE, 2)
    assert made is not None
    assert (made.in_reply_to, made.idempotency_key) == ("m0", "3/2/notice")


@pytest.mark.parametrize(
    ("name", "entry", "carried"),
    [
        ("an answer", answered(0, headers=TRACE), TRACE),
        ("a message for people", routed(0, "human", said={"headers": TRACE}), TRACE),
        ("a hand-over", handed_over(0, messages=(("3:0", message(0, headers=TRACE)),)), TRACE),
        ("a hand-over without messages", handed_over(0), {}),
        ("a person's reply", replied(0, 1), {}),
    ],
)
def test_trace_headers_are_carried_on(name: str, entry: Entry, carried: dict[str, str]) -> None:
    assert headers(entry) == carried


STORY = (
    replace(HUMAN, message=message(0, headers=TRACE)),
    assigned(0),
    replied(0, 1),
    closed(0, 1, to_bot=True),
    routed(1, intents=FRENCH),
    answered(1, epoch=2, headers=TRACE),
    answered(1, epoch=2),
    routed(2, conversation="d"),
    taken_over(conversation="d"),
)


async def sent_from(position: int) -> list[Out]:
    """What a courier that restarts at a ledger position sends until the end of the story."""
    courier = CourierWorker(HERE, Settings())
    courier.book = Diary(*STORY[:position]).book
    courier.receive(LEDGER, written(*STORY)[position:], 0)
    return await courier.act(0)


@pytest.mark.parametrize("position", range(len(STORY) + 1))
async def test_the_same_entry_gives_the_same_bytes_after_any_restart(position: int) -> None:
    whole, rest = await sent_from(0), await sent_from(position)
    assert rest == whole[len(whole) - len(rest) :]


async def test_replies_go_to_the_partition_of_their_conversation_with_key_and_headers() -> None:
    whole = await sent_from(0)
    assert {(out.topic, out.partition) for out in whole} == {(REPLIES, HERE)}
    assert [out.key for out in whole] == [b"c", b"c", b"c", b"d"]
    for out in whole:
        assert (
            dict(out.headers)["idempotency-key"].decode() == orjson.loads(out.value or b"")["idempotency_key"]
        )
    assert [dict(out.headers).get("traceparent") for out in whole] == [b"00-1-1-01", None, b"00-1-1-01", None]


async def test_nothing_is_sent_twice_and_positions_follow_the_book() -> None:
    courier = CourierWorker(HERE, Settings())
    courier.receive(LEDGER, written(*STORY), 0)
    assert len(await courier.act(0)) == 4
    courier.receive(LEDGER, written(*STORY), 0)
    assert await courier.act(0) == []
    assert courier.positions() == {LEDGER: len(STORY)}
