"""Any HTTP bot in the place of the shipped one. The request and the response are described in
`docs/bot.md`; whatever else comes back is a failure, and a person gets the message."""

from typing import Any

import httpx
import orjson

from services.bot.question import Answer, Question, Result
from shared.contracts.outward import Turn
from shared.ledger.archive import turns

MAX_ANSWER = 4_000


class HttpBot:
    """One request per message, with a time-out and a limit on the size of the response."""

    def __init__(self, url: str, timeout: float, max_bytes: int, parallel: int) -> None:
        self._url = url
        self._max_bytes = max_bytes
        self._client = httpx.AsyncClient(
            timeout=timeout, limits=httpx.Limits(max_connections=parallel), follow_redirects=False
        )

    async def ask(self, question: Question) -> Result:
        """The bot's answer. Never raises: a failure is a result."""
        try:
            async with self._client.stream("POST", self._url, **_request(question)) as response:
                if response.status_code != 200:
                    return "bot_failed"
                body = b""
                async for part in response.aiter_bytes():
                    body += part
                    if len(body) > self._max_bytes:
                        return "bot_failed"
        except httpx.HTTPError:
            return "bot_failed"
        return read_answer(body, question.language)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


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
    headers = {"content-type": "application/json", "idempotency-key": routed.ref}
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
    if not isinstance(spoken, str) or (language != "und" and spoken[:2] != language[:2]):
        return "bot_failed"
    source = said.get("source", "http")
    return Answer(text.strip(), f"http:{source}"[:64] if isinstance(source, str) else "http", spoken)
