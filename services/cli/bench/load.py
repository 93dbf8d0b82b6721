"""Messages as channels publish them, the same in every run: the shipped corpus, three to a conversation."""

import random
from collections.abc import Iterator
from functools import cache

import msgspec
import orjson

from services.cli.bench.broker import Letter
from services.cli.models.train import INTENTS, TONE
from shared.contracts.enrichment import IntentReading, IntentRecord, SentimentReading, SentimentRecord
from shared.contracts.placement import home
from shared.contracts.topics import INBOUND, SENTIMENTS
from shared.contracts.topics import INTENTS as INTENT_TOPIC

PER_CONVERSATION = 3
SEED = 20_260_701
INTENT = IntentReading(
    (("delivery_time", 0.91), ("delivery_cost", 0.05), ("track_order", 0.01)), None, 0.97, "fr"
)
SENTIMENT = SentimentReading(0.12, 0.02, 0.31, "calm")
PERSON = IntentReading((("delivery_time", 0.91),), None, 0.97, "fr", wants_person=True)


@cache
def texts() -> tuple[str, ...]:
    """What customers write, in a fixed order."""
    files = [*sorted(INTENTS.rglob("*.txt")), *sorted(TONE.rglob("*.txt"))]
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    random.Random(SEED).shuffle(lines)
    return tuple(lines)


class Load:
    """Ever new messages for one namespace, each put where its conversation is at home."""

    def __init__(self, namespace: str, partitions: int) -> None:
        self.namespace = namespace
        self.partitions = partitions
        self.sent = 0
        self._offsets = [0] * partitions

    def message(self) -> tuple[str, Letter]:
        """The next message's id, and its record."""
        number, self.sent = self.sent, self.sent + 1
        rank = number // PER_CONVERSATION
        # The messages of a conversation come one after the other, with others in between.
        conversation = f"bench-{rank // 500 * 500 + (number % (500 * PER_CONVERSATION)) % 500}"
        message_id = f"m{number}"
        value = {
            "id": message_id,
            "conversation_id": conversation,
            "channel": "chat",
            "text": texts()[number % len(texts())],
            "sent_at": "2026-07-01T10:00:00Z",
            "customer": {"id": f"customer-{rank}", "language": "fr"},
        }
        at = home(conversation, self.partitions)
        topic = INBOUND.name(self.namespace)
        self._offsets[at] += 1
        return message_id, Letter(topic, at, conversation.encode(), orjson.dumps(value))

    def messages(self, count: int) -> Iterator[Letter]:
        """So many more."""
        return (self.message()[1] for _ in range(count))

    def with_readings(self, count: int, intent: IntentReading = INTENT) -> Iterator[Letter]:
        """So many more, each with what the enrichers would say of it."""
        intents, sentiments = INTENT_TOPIC.name(self.namespace), SENTIMENTS.name(self.namespace)
        for _ in range(count):
            letter = self.message()[1]
            ref = f"{letter.partition}:{self._offsets[letter.partition] - 1}"
            yield letter
            yield Letter(intents, letter.partition, None, _encode(IntentRecord(ref, intent)))
            yield Letter(sentiments, letter.partition, None, _encode(SentimentRecord(ref, SENTIMENT)))


_encode = msgspec.json.Encoder().encode
