"""One partition of the bot: one message at a time per conversation, many conversations at once."""

from collections.abc import Sequence

import pytest

from services.bot.question import Answer, Question, Result
from services.bot.settings import Settings
from services.bot.worker import BotWorker, Deliver
from shared.contracts.enrichment import IntentReading
from shared.contracts.inbound import Customer
from shared.contracts.ledger import Answered, Entry, HandedOver
from shared.contracts.topics import LEDGER
from shared.ledger.archive import Lately
from tests.ledger.entries import answered, assigned, closed, handed_over, replied, routed
from tests.services.given import HERE, Lying, Shelf, entries, written

YES = Answer("Oui", "test", "fr")


class Bot:
    """A worker whose questions are noted, and answered when the test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *past: Entry) -> None:
        self.log: list[Lying] = written(*past)
        shelf = Shelf(ledger=self.log)
        for reader in ("shared.runtime.following.LogReader", "shared.ledger.archive.LogReader"):
            monkeypatch.setattr(reader, shelf)
        self.asked: list[tuple[Question, Deliver]] = []
        self.worker = BotWorker(HERE, Settings(), lambda *asked: self.asked.append(asked), Lately())

    async def opened(self) -> "Bot":
        await self.worker.restore({LEDGER: 0})
        return self

    async def hears(self, *told: Entry) -> list[str]:
        """Entries come by; returns the refs of what is asked then."""
        lying = written(*told, start=len(self.log))
        self.log += lying
        self.worker.receive(LEDGER, lying, 0)
        before = len(self.asked)
        await self.worker.act(0)
        return [question.routed.ref for question, _ in self.asked[before:]]

    async def says(self, result: Result, number: int = -1) -> Sequence[Entry]:
        """The bot answers the question with this number; returns what is proposed."""
        question, deliver = self.asked[number]
        deliver(question, result)
        return entries(await self.worker.act(0))


@pytest.fixture
async def bot(monkeypatch: pytest.MonkeyPatch) -> Bot:
    return await Bot(monkeypatch).opened()


async def test_a_routed_message_is_asked_once_and_its_answer_proposed(bot: Bot) -> None:
    assert await bot.hears(routed(0)) == ["3:0"]
    assert await bot.hears(routed(1, "human", "d")) == []
    [made] = await bot.says(YES)
    assert isinstance(made, Answered) and made.ref == "3:0"
    assert await bot.hears(made) == []


async def test_the_next_message_of_a_conversation_waits_for_the_first(bot: Bot) -> None:
    assert await bot.hears(routed(0), routed(1)) == ["3:0"]
    [made] = await bot.says(YES)
    assert await bot.hears(made) == ["3:1"]
    question, _ = bot.asked[-1]
    assert (question.streak, question.epoch) == (1, 0)
    assert [type(entry).__name__ for entry in question.before] == ["Routed", "Answered"]


async def test_other_conversations_do_not_wait(bot: Bot) -> None:
    told = [routed(n, conversation=f"c{n}") for n in range(20)]
    assert len(await bot.hears(*told)) == 20


async def test_the_question_holds_what_was_said_before_but_not_after(bot: Bot) -> None:
    await bot.hears(
        routed(0, said={"text": "one"}), answered(0), routed(1), routed(2, said={"text": "three"})
    )
    question, _ = bot.asked[-1]
    assert question.routed.ref == "3:1"
    assert question.earlier_texts == ["one"]
    assert question.earlier_sources == {"faq:1"}


async def test_a_message_that_went_to_people_is_not_asked_again(bot: Bot) -> None:
    await bot.hears(routed(0))
    assert await bot.hears(handed_over(0), routed(1)) == []


async def test_an_answer_that_is_too_late_is_inert(bot: Bot) -> None:
    await bot.hears(routed(0))
    await bot.hears(handed_over(0))
    [made] = await bot.says(YES)
    assert await bot.hears(made) == []
    assert bot.worker.book.counts["inert:answered"] == 1


async def test_after_it_was_returned_the_bot_is_asked_in_the_new_epoch(bot: Bot) -> None:
    told = (routed(0, "human"), assigned(0), replied(0, 1), closed(0, 1, to_bot=True), routed(1))
    assert await bot.hears(*told) == ["3:1"]
    question, _ = bot.asked[-1]
    assert (question.epoch, question.streak) == (2, 0)
    assert [type(entry).__name__ for entry in question.before] == ["Routed", "Replied"]


async def test_an_earlier_message_that_is_routed_late_is_asked_first(bot: Bot) -> None:
    assert await bot.hears(routed(5)) == ["3:5"]
    assert await bot.hears(routed(4)) == ["3:4"]
    [out_of_order] = await bot.says(YES, 0)
    assert await bot.hears(out_of_order) == []
    [first] = await bot.says(YES, 1)
    assert await bot.hears(first) == ["3:5"]


async def test_a_refusal_hands_the_message_over(bot: Bot) -> None:
    await bot.hears(routed(0, pool="billing"))
    assert await bot.says("bot_repeats") == [HandedOver(("3:0",), "c", 0, "billing", "bot_repeats")]


async def test_after_a_restart_what_is_open_is_asked_again_with_its_history(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    past = (routed(0, said={"text": "one"}), answered(0), routed(1), routed(2, conversation="d"))
    bot = await Bot(monkeypatch, *past).opened()
    assert await bot.hears() == ["3:1", "3:2"]
    assert bot.asked[0][0].earlier_texts == ["one"]
    assert bot.worker.positions() == {LEDGER: 4}


@pytest.mark.parametrize(
    ("detected", "stated", "customers", "expected"),
    [
        ("en", "fr", None, "en"),
        ("und", "en-GB", None, "en"),
        ("und", None, "EN", "en"),
        ("und", None, None, "fr"),
    ],
)
async def test_the_bot_speaks_the_language_of_the_text_else_the_stated_one(
    bot: Bot, detected: str, stated: str | None, customers: str | None, expected: str
) -> None:
    message = {"language": stated, "customer": Customer(language=customers)}
    await bot.hears(routed(0, intents=IntentReading(language=detected), said=message))
    assert bot.asked[0][0].language == expected
