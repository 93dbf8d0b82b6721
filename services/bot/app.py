"""The composition root: routed messages in, answers out."""

import asyncio

from services.bot.decide import FaqBot, Limits, limits_reached
from services.bot.faq.book import load_faq
from services.bot.http import HttpBot
from services.bot.question import Question
from services.bot.settings import Settings
from services.bot.worker import Begin, BotWorker, Deliver
from shared.contracts.topics import LEDGER
from shared.ledger.archive import Lately
from shared.policy.load import load_policy
from shared.runtime.service import Card, Service

CARD = Card("bot", reads=(LEDGER,), writes=(LEDGER.role,))


def build(settings: Settings) -> Service:
    """The service, ready to serve: the FAQ answers, or an HTTP bot when `RELAIS_BOT_URL` is set."""
    allowed = load_policy(settings.policy).bot.answers_in_a_row
    if settings.bot_url is None:
        begin = _local(FaqBot(load_faq(settings.faq), Limits(allowed)))
        closing = None
    else:
        remote = HttpBot(
            settings.bot_url, settings.bot_timeout, settings.bot_max_bytes, settings.bot_parallel
        )
        begin = _remote(remote, allowed)
        closing = remote.close
    lately = Lately()
    return Service(
        CARD, settings, lambda partition, _: BotWorker(partition, settings, begin, lately), closing=closing
    )


def _local(bot: FaqBot) -> Begin:
    def begin(question: Question, deliver: Deliver) -> None:
        deliver(question, bot.reply(question))

    return begin


def _remote(bot: HttpBot, allowed: int) -> Begin:
    running: set[asyncio.Task[None]] = set()

    async def ask(question: Question, deliver: Deliver) -> None:
        deliver(question, await bot.ask(question))

    def begin(question: Question, deliver: Deliver) -> None:
        refusal = limits_reached(question, allowed)
        if refusal is not None:
            deliver(question, refusal)
            return
        task = asyncio.create_task(ask(question, deliver))
        running.add(task)
        task.add_done_callback(running.discard)

    return begin
