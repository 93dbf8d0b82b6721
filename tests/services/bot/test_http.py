"""Any HTTP bot in the place of the shipped one: whatever it does, there is one result, and in time."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import orjson
import pytest

from services.bot.app import _remote
from services.bot.http import MAX_ANSWER, HttpBot, read_answer
from services.bot.question import Answer, Question, Result
from shared.contracts.errors import UserMistake
from shared.contracts.ledger import Replied
from tests.services.bot.asking import Behave, Request, always, http, http_bot, question, said, told

TIMEOUT = 0.3
MAX_BYTES = 10_000


@asynccontextmanager
async def asked(behave: Behave, parallel: int = 8, timeout: float = TIMEOUT) -> AsyncIterator[HttpBot]:
    async with http_bot(behave) as url:
        bot = HttpBot(url, timeout, MAX_BYTES, parallel)
        try:
            yield bot
        finally:
            await bot.close()


async def result(behave: Behave, asking: Question | None = None) -> Result:
    """What the bot says to one question, within the time it has."""
    async with asked(behave) as bot:
        return await asyncio.wait_for(bot.ask(asking or question()), 30 * TIMEOUT)


def body(**fields: object) -> bytes:
    return orjson.dumps(fields)


BODIES = {
    "an answer": (body(answer=" En 48 h. "), Answer("En 48 h.", "http:http", "fr")),
    "with its source": (body(answer="Oui", source="kb/12"), Answer("Oui", "http:kb/12", "fr")),
    "with its language": (body(answer="Oui", language="fr"), Answer("Oui", "http:http", "fr")),
    "with its region": (body(answer="Oui", language="FR-ca"), Answer("Oui", "http:http", "fr")),
    "a source that is none": (body(answer="Oui", source=[1]), Answer("Oui", "http", "fr")),
    "a source without end": (body(answer="Oui", source="s" * 500), Answer("Oui", "http:" + "s" * 59, "fr")),
    "more fields than needed": (body(answer="Oui", confidence=0.2), Answer("Oui", "http:http", "fr")),
    "a hand-over": (body(handover=True), "bot_unsure"),
    "a hand-over with an answer": (body(handover=True, answer="Oui"), "bot_unsure"),
    "a hand-over that is none": (body(handover="yes"), "bot_failed"),
    "another language": (body(answer="Yes", language="en"), "bot_failed"),
    "a language that is none": (body(answer="Oui", language=7), "bot_failed"),
    "a language without end": (
        body(answer="Oui", language="fr" + "x" * 5000),
        Answer("Oui", "http:http", "fr"),
    ),
    "an empty answer": (body(answer=" \n "), "bot_failed"),
    "the longest answer": (body(answer="a" * MAX_ANSWER), Answer("a" * MAX_ANSWER, "http:http", "fr")),
    "too long an answer": (body(answer="a" * (MAX_ANSWER + 1)), "bot_failed"),
    "an answer that is a list": (body(answer=["Oui"]), "bot_failed"),
    "nothing said": (b"{}", "bot_failed"),
    "an empty body": (b"", "bot_failed"),
    "null": (b"null", "bot_failed"),
    "a list": (b'["Oui"]', "bot_failed"),
    "HTML": (b"<html><body>502</body></html>", "bot_failed"),
    "half a JSON": (b'{"answer": "Ou', "bot_failed"),
    "invalid UTF-8": (b'{"answer": "\xff\xfe"}', "bot_failed"),
    "a lone surrogate": (b'{"answer": "\\ud800"}', "bot_failed"),
    "NaN": (b'{"answer": "Oui", "x": NaN}', "bot_failed"),
    "a deep nesting": (b"[" * 5_000, "bot_failed"),
    "one byte too many": (body(answer="Oui", pad="x" * MAX_BYTES), "bot_failed"),
}


@pytest.mark.parametrize("name", BODIES)
async def test_a_body_is_an_answer_a_hand_over_or_a_failure(name: str) -> None:
    sent, expected = BODIES[name]
    assert await result(always(http(sent))) == expected


@pytest.mark.parametrize("status", ["201 Created", "204 No Content", "404 Not Found", "500 Oops", "503 Busy"])
async def test_any_other_status_is_a_failure(status: str) -> None:
    assert await result(always(http(body(answer="Oui"), status))) == "bot_failed"


async def test_a_redirect_is_a_failure_and_is_not_followed() -> None:
    followed: list[Request] = []

    async def elsewhere(request: Request, writer: asyncio.StreamWriter) -> None:
        followed.append(request)

    async with http_bot(elsewhere) as other:
        assert await result(always(http(b"", "302 Found", f"location: {other}"))) == "bot_failed"
    assert followed == []


async def _hang(_: Request, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(10)


async def _hang_half_way(_: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(b'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"answer"')
    await asyncio.sleep(10)


async def _drip(_: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(TIMEOUT / 10)


async def _hang_up(_: Request, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def _flood(_: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")
        await writer.drain()


@pytest.mark.parametrize(
    "behave",
    [_hang, _hang_half_way, _drip, _hang_up, _flood, always(b"220 smtp ready\r\n\r\n")],
    ids=["hangs", "hangs half-way", "drips", "hangs up", "floods", "speaks no HTTP"],
)
async def test_a_bot_that_misbehaves_is_a_failure_in_time(behave: Behave) -> None:
    assert await result(behave) == "bot_failed"


async def test_a_small_response_that_unpacks_to_a_large_one_is_not_unpacked() -> None:
    packed = gzip.compress(body(answer="Oui", pad="x" * 5_000_000))
    assert len(packed) < MAX_BYTES
    assert await result(always(http(packed, "200 OK", "content-encoding: gzip"))) == "bot_failed"


async def test_an_address_where_nobody_answers_is_a_failure() -> None:
    bot = HttpBot("http://127.0.0.1:1/", TIMEOUT, MAX_BYTES, 1)
    assert await bot.ask(question()) == "bot_failed"
    await bot.close()


@pytest.mark.parametrize(
    "url", ["", "localhost:8000/bot", "http://", "ftp://a/", "http://[::x/", "http://\0/"]
)
def test_an_address_that_is_none_is_said_at_the_start(url: str) -> None:
    with pytest.raises(UserMistake, match="RELAIS_BOT_URL"):
        HttpBot(url, TIMEOUT, MAX_BYTES, 1)


async def test_the_request_holds_what_a_bot_needs() -> None:
    seen: list[Request] = []

    async def note(request: Request, writer: asyncio.StreamWriter) -> None:
        seen.append(request)
        writer.write(http(body(answer="Oui")))

    before = (said("Bonjour"), told("faq:x"), Replied("3:0", "c", "ana", 1, "À votre service", "s1"))
    await result(note, question("Où est-ce ?", before=before))
    [request] = seen
    assert request.line == "POST /bot HTTP/1.1"
    assert request.headers["idempotency-key"] == request.body["ref"] == "3:5"
    assert request.body["message"]["text"] == "Où est-ce ?"
    assert request.body["intents"] == [["delivery_time", 0.9]]
    assert request.body["language"] == "fr"
    authors = [turn["author"] for turn in request.body["history"]]
    assert authors == ["customer", "bot", "agent"]


async def test_every_answer_belongs_to_its_own_question_whatever_order_they_come_in() -> None:
    async def slow_ones_first(request: Request, writer: asyncio.StreamWriter) -> None:
        number = int(request.body["ref"].split(":")[1])
        await asyncio.sleep((10 - number) * 0.01)
        writer.write(http(body(answer=f"to {request.body['conversation_id']}")))

    async with asked(slow_ones_first, timeout=30) as bot:
        answers = await asyncio.gather(*(bot.ask(question(offset=n)) for n in range(10)))
    assert [a.text for a in answers if isinstance(a, Answer)] == [f"to c{n}" for n in range(10)]


async def test_more_questions_than_connections_wait_and_those_too_long_fail() -> None:
    async def slow(_: Request, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(1.2)
        writer.write(http(body(answer="Oui")))

    async with asked(slow, parallel=2, timeout=2) as bot:
        results = await asyncio.gather(*(bot.ask(question(offset=n)) for n in range(4)))
    assert results.count("bot_failed") == 2


async def test_each_question_is_delivered_once_and_limits_hold_for_every_bot() -> None:
    delivered: list[tuple[str, Result]] = []
    done = asyncio.Event()

    def deliver(asking: Question, found: Result) -> None:
        delivered.append((asking.routed.conversation, found))
        if len(delivered) == 3:
            done.set()

    async with asked(always(http(body(answer="Oui")))) as bot:
        begin = _remote(bot, allowed=3)
        begin(question(offset=1), deliver)
        begin(question(offset=2, streak=3), deliver)
        begin(question("Bonjour ?", offset=3, before=(said("bonjour?"),)), deliver)
        assert [found for _, found in delivered] == ["bot_limit", "bot_repeats"], "nobody was asked"
        await asyncio.wait_for(done.wait(), 2)
    assert delivered[2] == ("c1", Answer("Oui", "http:http", "fr"))


def test_an_answer_without_a_language_is_in_that_of_the_question() -> None:
    assert read_answer(body(answer="Yes"), "en") == Answer("Yes", "http:http", "en")
