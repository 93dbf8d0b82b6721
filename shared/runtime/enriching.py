"""The loop that both enrichers share: exactly one record out per message, in order."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from shared.contracts.enrichment import IntentRecord, SentimentRecord
from shared.contracts.errors import InvalidMessage
from shared.contracts.inbound_text import text_of
from shared.contracts.record import Record
from shared.contracts.topics import INBOUND, Topic
from shared.runtime import logs, metrics
from shared.runtime.sender import Out

EnrichmentRecord = IntentRecord | SentimentRecord
Reader = Callable[[Sequence[str], Sequence[str], Sequence[str | None]], Sequence[EnrichmentRecord]]
"""Refs, texts and stated languages in; as many records out. May raise anything."""
Marker = Callable[[str, str], EnrichmentRecord]
"""A failure marker for a ref, with the reason."""

_ENCODER = msgspec.json.Encoder()
_log = logs.get("enriching")


class Enricher:
    """One partition of an enricher. It keeps nothing: what is written is finished."""

    def __init__(self, partition: int, out: Topic, read: Reader, marker: Marker) -> None:
        self._partition = partition
        self._out = out
        self._read = read
        self._marker = marker
        self._next = 0
        self._ready: list[Out] = []

    async def restore(self, committed: Mapping[Topic, int]) -> Mapping[Topic, int]:
        """As `Worker.restore`; there is nothing to build."""
        self._next = committed[INBOUND]
        return committed

    def receive(self, topic: Topic, records: Sequence[Record], now: float) -> None:
        """As `Worker.receive`."""
        refs, texts, languages = [], [], []
        enriched: dict[str, EnrichmentRecord] = {}
        for record in records:
            ref = f"{record.partition}:{record.offset}"
            try:
                text, language = text_of(record.value, record.key, ref)
            except InvalidMessage:
                enriched[ref] = self._marker(ref, "unreadable")
                continue
            refs.append(ref)
            texts.append(text)
            languages.append(language)
        enriched.update((made.ref, made) for made in self._readings(refs, texts, languages))
        for record in records:
            value = _ENCODER.encode(enriched[f"{record.partition}:{record.offset}"])
            self._ready.append(Out(self._out, self._partition, None, value))
        self._next = records[-1].offset + 1

    async def act(self, now: float) -> list[Out]:
        """As `Worker.act`."""
        ready, self._ready = self._ready, []
        return ready

    def holds(self) -> int:
        """As `Worker.holds`: what is read is written at once."""
        return 0

    def positions(self) -> Mapping[Topic, int]:
        """As `Worker.positions`."""
        return {INBOUND: self._next}

    def _readings(
        self, refs: Sequence[str], texts: Sequence[str], languages: Sequence[str | None]
    ) -> Sequence[EnrichmentRecord]:
        try:
            made = self._read(refs, texts, languages)
        except Exception as error:
            _log.error("batch_unread", size=len(refs), **logs.describe(error))
            made = [self._one(*message) for message in zip(refs, texts, languages, strict=True)]
        metrics.READINGS.labels("done").inc(len(made))
        return made

    def _one(self, ref: str, text: str, language: str | None) -> EnrichmentRecord:
        """One message of a batch that failed as a whole: the others must not suffer for it."""
        try:
            return self._read([ref], [text], [language])[0]
        except Exception:
            metrics.READINGS.labels("failed").inc()
            return self._marker(ref, "model_failed")
