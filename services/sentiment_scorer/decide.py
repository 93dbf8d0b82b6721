"""How a customer feels: texts in, readings out. Nothing here reads a clock, a file or a network."""

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np

from services.sentiment_scorer.model import SentimentModel
from shared.contracts.enrichment import SentimentReading, Tone
from shared.text import patterns
from shared.text.calibrated import Array, sigmoid
from shared.text.linear import weightiest
from shared.text.normalise import normalise
from shared.text.patterns import tone
from shared.text.prepared import Prepared, prepare

_CEILING, _FLOOR = 0.8, 0.2
"""How wide an interval becomes at least when a text means the opposite of what it says, or more."""


def read(
    texts: Sequence[str], model: SentimentModel, prepared: Prepared | None = None
) -> list[SentimentReading]:
    """One reading per text, in order; a text that says nothing gets the reading of ignorance.

    `prepared` saves work when the same texts are read by another model too.
    """
    if not texts:
        return []
    ready = prepared or prepare(texts)
    scores = frustrations(model.linear.scores(ready.features), model).tolist()
    return [_reading(plain, score, model) for plain, score in zip(ready.plain, scores, strict=True)]


def frustrations(scores: Array, model: SentimentModel) -> Array:
    """Expected level, calm 0, annoyed ½, angry 1, from the two heads' probabilities."""
    weights, biases = zip(model.annoyed, model.angry, strict=True)
    annoyed, angry = sigmoid(scores * weights + biases).T
    return np.asarray((annoyed + np.minimum(angry, annoyed)) / 2.0)


def explain(text: str, model: SentimentModel, most: int = 8) -> list[tuple[str, float]]:
    """The n-grams that raised the frustration most, strongest first, with what they added."""
    return weightiest(normalise(text), model.linear, 0, most)


def _reading(plain: str, score: float, model: SentimentModel) -> SentimentReading:
    if not plain:
        return SentimentReading(model=model.version)
    told = patterns.fired(tone.RULES, plain)
    bucket = bisect_right(model.edges, score)
    low, high = score - model.below[bucket], score + model.above[bucket]
    if told:
        low, high = min(low, _FLOOR), max(high, _CEILING)
    return SentimentReading(
        frustration=round(score, 4),
        low=round(max(0.0, low), 4),
        high=round(min(1.0, high), 4),
        tone=_tone(score, model),
        signs=told,
        model=model.version,
    )


def _tone(score: float, model: SentimentModel) -> Tone:
    annoyed, angry = model.levels
    return "angry" if score >= angry else "annoyed" if score >= annoyed else "calm"
