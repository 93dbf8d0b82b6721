"""Short forms for the bot's tests: questions, and a local HTTP bot that behaves as it is told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, NamedTuple

import orjson

from services.bot.question import Question
from shared.contracts.enrichment import IntentReading
from shared.contracts.ledger import Entry
from tests.ledger.entries import answered, routed


def question(
    text: str = "Quels sont vos délais ?",
    intent: str = "delivery_time",
    language: str = "fr",
    before: tuple[Entry, ...] = (),
    streak: int = 0,
    offset: int = 5,
) -> Question:
    read = IntentReading(intents=((intent, 0.9),) if intent else (), language=language)
    asked = routed(offset, conversation=f"c{offset}", said={"text": text}, intents=read)
    return Question(asked, epoch=0, streak=streak, language=language, before=before)


def said(text: str, offset: int = 0) -> Entry:
    """Something the customer wrote before."""
    return routed(offset, said={"text": text})


def told(source: str, offset: int = 0) -> Entry:
    """Something the bot answered before."""
    return answered(offset, source=source)


class Request(NamedTuple):
    """What the HTTP bot was asked."""

    line: str
    headers: dict[str, str]
    body: Any


Behave = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]


def http(body: bytes, status: str = "200 OK", *more: str) -> bytes:
    """A whole response."""
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", *more, "", ""]
    return "\r\n".join(lines).encode() + body


@asynccontextmanager
async def http_bot(behave: Behave) -> AsyncIterator[str]:
    """A real server on a port of its own; yields its URL."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
                body = await reader.readexactly(int(headers["content-length"]))
                await behave(Request(head[0], headers, orjson.loads(body)), writer)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/bot"
    finally:
        server.close()


def always(response: bytes) -> Behave:
    """Sends the same bytes to everybody."""

    async def behave(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(response)

    return behave
