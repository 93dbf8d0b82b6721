"""How alike two ways of asking are: cosine of tf-idf over words and the letters within them."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from services.bot.faq.book import Faq
from shared.text.normalise import normalise

GRAM = 4
Vector = dict[str, float]


class Found(NamedTuple):
    """The best answer for a question, its score in [0, 1], and the best score of another answer."""

    id: str
    score: float
    other: float


def features(text: str) -> Counter[str]:
    """Words, and the runs of four letters inside longer ones (so that a typing error costs little)."""
    counted: Counter[str] = Counter()
    for word in normalise(text).split():
        counted[word] += 1
        padded = f"_{word}_"
        if len(padded) > GRAM + 1:
            for at in range(len(padded) - GRAM + 1):
                counted["#" + padded[at : at + GRAM]] += 1
    return counted


class Index:
    """Every way of asking in the FAQ, by intent and language."""

    def __init__(self, faq: Faq) -> None:
        rows = [
            (answer.intent, language, answer.id, features(question))
            for answer in faq.answers
            for language, questions in answer.questions.items()
            for question in questions
        ]
        seen_in = Counter(feature for row in rows for feature in row[3])
        self._idf = {feature: math.log(len(rows) / count) + 1 for feature, count in seen_in.items()}
        self._unseen = math.log(len(rows)) + 1
        self._rows: defaultdict[tuple[str, str], list[tuple[str, Vector]]] = defaultdict(list)
        for intent, language, answer_id, counted in rows:
            self._rows[intent, language].append((answer_id, self._vector(counted)))

    def find(self, text: str, intent: str, language: str) -> Found | None:
        """The answer whose questions are most like `text`, among those of the intent."""
        rows = self._rows.get((intent, language))
        if not rows:
            return None
        asked = self._vector(features(text))
        best: dict[str, float] = defaultdict(float)
        for answer_id, row in rows:
            best[answer_id] = max(best[answer_id], _dot(asked, row))
        ranked = sorted(best.items(), key=lambda item: -item[1])
        return Found(*ranked[0], other=ranked[1][1] if len(ranked) > 1 else 0.0)

    def _vector(self, counted: Mapping[str, int]) -> Vector:
        raw = {f: (1 + math.log(n)) * self._idf.get(f, self._unseen) for f, n in counted.items()}
        norm = math.sqrt(sum(value * value for value in raw.values())) or 1.0
        return {feature: value / norm for feature, value in raw.items()}


def _dot(left: Vector, right: Vector) -> float:
    small, large = (left, right) if len(left) < len(right) else (right, left)
    return sum(value * large[feature] for feature, value in small.items() if feature in large)


def overlap(left: str, right: str) -> float:
    """Share of words that two texts have in common (Jaccard index)."""
    a, b = set(_words(left)), set(_words(right))
    return len(a & b) / len(a | b) if a | b else 1.0


def _words(text: str) -> Iterable[str]:
    return normalise(text).split()
