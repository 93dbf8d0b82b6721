"""The bot that stands in answers as a bot may, and badly when a test wants it so."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from services.bot.http import read_answer
from services.bot.question import Answer
from tests.chaos.faults.bot import BODIES, HANG, LATE, HttpBot
from tests.chaos.house import BOT

QUESTION = {"language": "fr", "conversation_id": "c", "ref": "0:1"}


@pytest.fixture
def bot() -> Iterator[HttpBot]:
    with HttpBot(late=0.3) as bot:
        yield bot


def _ask(bot: HttpBot, within: float = 10) -> bytes:
    request = urllib.request.Request(bot.url, json.dumps(QUESTION).encode())
    with urllib.request.urlopen(request, timeout=within) as answer:
        return bytes(answer.read())


@pytest.mark.parametrize("mood", ["fair", "late", "another's"])
def test_it_answers_what_relais_takes_for_an_answer(bot: HttpBot, mood: str) -> None:
    bot.mood = mood
    assert isinstance(read_answer(_ask(bot), "fr"), Answer)


def test_odd_answers_are_none(bot: HttpBot) -> None:
    bot.mood = "odd"
    results = [read_answer(_ask(bot), "fr") for _ in BODIES]
    assert results == ["bot_failed"] * (len(BODIES) - 1) + ["bot_unsure"]


def test_half_of_the_requests_fail(bot: HttpBot) -> None:
    bot.mood = "errors"

    def failed() -> bool:
        try:
            return not _ask(bot)
        except urllib.error.HTTPError:
            return True

    assert sum(failed() for _ in range(10)) == 5


def test_who_is_late_still_answers_but_after_the_house_has_given_up() -> None:
    assert BOT < LATE < HANG


def test_who_hangs_says_nothing(bot: HttpBot) -> None:
    bot.mood = "hangs"
    with pytest.raises(TimeoutError):
        _ask(bot, within=0.2)
