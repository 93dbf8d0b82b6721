"""One partition of the bot: one message at a time per conversation, many conversations at once."""

from collections.abc import Callable, Mapping, Sequence

from services.bot.decide import disclosure
from services.bot.question import Answer, Question, Result
from services.bot.settings import Settings
from shared.contracts.ledger import (
    Answered,
    CanaryPassed,
    Entry,
    Gap,
    HandedOver,
    MoveDone,
    Quarantined,
    Replied,
    Routed,
    encode,
)
from shared.contracts.record import Record
from shared.contracts.topics import LEDGER, Topic
from shared.ledger.archive import Archive, Lately
from shared.ledger.state import Conversation, Verdict
from shared.runtime import metrics
from shared.runtime.following import Follower
from shared.runtime.sender import Out

Deliver = Callable[[Question, Result], None]
Begin = Callable[[Question, Deliver], None]
"""Starts answering a question; delivers the result at once or later."""


class BotWorker(Follower):
    """See `Worker` for when each method is called."""

    def __init__(self, partition: int, settings: Settings, begin: Begin, lately: Lately) -> None:
        super().__init__(partition, settings)
        self._begin = begin
        self._archive = Archive(partition, settings.kafka, settings.namespace, lately)
        self._look_at: dict[str, None] = {}
        self._asked: dict[str, int] = {}
        self._out: list[Out] = []

    async def restore(self, committed: Mapping[Topic, int]) -> Mapping[Topic, int]:
        """As `Worker.restore`: what is open is asked again."""
        positions = await super().restore(committed)
        self._look_at = dict.fromkeys(self.book.open.values())
        return positions

    def receive(self, topic: Topic, records: Sequence[Record], now: float) -> None:
        """As `Worker.receive`."""
        self.follow(records)

    async def act(self, now: float) -> list[Out]:
        """As `Worker.act`."""
        conversations, self._look_at = self._look_at, {}
        for conversation_id in conversations:
            await self._ask(conversation_id, self.book.conversation(conversation_id))
        out, self._out = self._out, []
        return out

    def positions(self) -> Mapping[Topic, int]:
        """As `Worker.positions`."""
        return {LEDGER: self.book.offset}

    def on_restored(self, record: Record, entry: Entry) -> None:
        """As `Follower.on_restored`: what was said lately is at hand again."""
        self._archive.remember(record, entry)

    def on_entry(self, entry: Entry, verdict: Verdict, record: Record) -> None:
        """Whatever happens to a conversation may make another of its messages the oldest."""
        if verdict.conversation is None:
            return
        if isinstance(entry, Routed | Answered | HandedOver | Replied):
            self._archive.remember(record, entry)
        if not isinstance(entry, Gap | MoveDone | Quarantined | CanaryPassed):
            self._look_at[entry.conversation] = None

    async def _ask(self, conversation_id: str, c: Conversation) -> None:
        if not c.open:
            self._asked.pop(conversation_id, None)
            return
        offset, place = c.open[0]
        if self._asked.get(conversation_id) == offset:
            return
        self._asked[conversation_id] = offset
        entries = await self._archive.entries((*(said for said in c.said if said != place), place))
        routed = entries.pop(place, None)
        if not isinstance(routed, Routed):
            return
        before = tuple(
            entry for said, entry in entries.items() if said < place or isinstance(entry, Answered)
        )
        question = Question(routed, c.epoch, c.streak, _language(routed), before)
        self._begin(question, self._deliver)

    def _deliver(self, question: Question, result: Result) -> None:
        metrics.ANSWERS.labels("answered" if isinstance(result, Answer) else result).inc()
        entry = proposal(question, result)
        self._out.append(Out(LEDGER, self.partition, entry.conversation.encode(), encode(entry)))


def proposal(question: Question, result: Result) -> Answered | HandedOver:
    """What to write in the book about a result."""
    routed = question.routed
    if not isinstance(result, Answer):
        return HandedOver((routed.ref,), routed.conversation, question.epoch, routed.pool, result)
    said = disclosure(question, result.language)
    return Answered(
        ref=routed.ref,
        conversation=routed.conversation,
        epoch=question.epoch,
        text=f"{result.text}\n\n{said}",
        disclosure=said,
        language=result.language,
        source=result.source,
        headers=routed.message.headers,
    )


def _language(routed: Routed) -> str:
    if routed.intents.language != "und":
        return routed.intents.language
    stated = routed.message.language or (routed.message.customer and routed.message.customer.language)
    return (stated or "fr")[:2].lower()
