"""Any HTTP bot in the place of the shipped one. The request and the response are described in
`docs/bot.md`; whatever else comes back is a failure, and a person gets the message."""

import asyncio
from typing import Any

import httpx
import orjson

from services.bot.question import Answer, Question, Result
from shared.contracts.errors import UserMistake
from shared.contracts.outward import Turn
from shared.ledger.archive import turns

MAX_ANSWER = 4_000


class HttpBot:
    """One request per message, with a time-out and a limit on the size of the response."""

    def __init__(self, url: str, timeout: float, max_bytes: int, parallel: int) -> None:
        self._url = _address(url)
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._client = httpx.AsyncClient(
            timeout=timeout, limits=httpx.Limits(max_connections=parallel), follow_redirects=False
        )

    async def ask(self, question: Question) -> Result:
        """The bot's answer, within the time-out in all. Never raises: a failure is a result."""
        try:
            async with asyncio.timeout(self._timeout):
                body = await self._post(question)
        except (TimeoutError, httpx.HTTPError):
            return "bot_failed"
        return "bot_failed" if body is None else read_answer(body, question.language)

    async def _post(self, question: Question) -> bytes | None:
        """The body as it was sent, never unpacked; `None` when the response cannot be an answer."""
        async with self._client.stream("POST", self._url, **_request(question)) as response:
            if response.status_code != 200:
                return None
            body = b""
            async for part in response.aiter_raw():
                body += part
                if len(body) > self._max_bytes:
                    return None
        return body

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _address(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        parsed = httpx.URL()
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise UserMistake("RELAIS_BOT_URL must look like http://host:port/path")
    return parsed


def _request(question: Question) -> dict[str, Any]:
    routed = question.routed
    before: list[Turn] = [turn for entry in question.before for turn in turns(entry)]
    body = {
        "ref": routed.ref,
        "conversation_id": routed.conversation,
        "language": question.language,
        "message": routed.message,
        "intents": routed.intents.intents,
        "frustration": routed.sentiment.frustration,
        "history": before,
    }
    headers = {
        "content-type": "application/json",
        "accept-encoding": "identity",
        "idempotency-key": routed.ref,
    }
    return {"content": orjson.dumps(body), "headers": headers}


def read_answer(body: bytes, language: str) -> Result:
    """`{"answer": "…", "language"?, "source"?}` or `{"handover": true}`; all else is a failure."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return "bot_failed"
    if not isinstance(said, dict):
        return "bot_failed"
    if said.get("handover") is True:
        return "bot_unsure"
    text = said.get("answer")
    if not isinstance(text, str) or not text.strip() or len(text) > MAX_ANSWER:
        return "bot_failed"
    spoken = said.get("language", language)
    if not isinstance(spoken, str) or spoken[:2].lower() != language[:2]:
        return "bot_failed"
    source = said.get("source", "http")
    return Answer(text.strip(), f"http:{source}"[:64] if isinstance(source, str) else "http", language)
