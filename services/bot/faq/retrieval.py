"""Which prepared answer a question asks for: the one whose known phrasings, taken together, are most
like it. Alike is the cosine of tf-idf over words, what they mean (`shared.text.concepts`, the same in
all languages) and which meanings stand together.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import NamedTuple

from services.bot.faq.book import Faq
from shared.text.concepts import concepts
from shared.text.normalise import CAPITALS, LOUD, normalise

Vector = dict[str, float]


class Found(NamedTuple):
    """The best answer for a question, its score in [0, 1], and the best score of another answer."""

    id: str
    score: float
    other: float


def features(normalised: str) -> Counter[str]:
    """Words, concepts `<where`, and pairs of concepts `<parcel+where`, wherever they stand."""
    meant = concepts(normalised).split()
    counted = Counter(normalised.split())
    counted.update(f"<{concept}" for concept in meant)
    counted.update(f"<{one}+{other}" for one, other in combinations(sorted(set(meant)), 2))
    return counted


class Index:
    """For every answer its phrasings and their centre, by intent and language."""

    def __init__(self, faq: Faq) -> None:
        phrasings = {
            answer.id: [_asked(text) for texts in answer.questions.values() for text in texts]
            for answer in faq.answers
        }
        counted = {name: [features(text) for text in texts] for name, texts in phrasings.items()}
        size = sum(map(len, counted.values())) or 1
        seen_in = Counter(feature for counts in counted.values() for one in counts for feature in one)
        self._idf = {feature: math.log(size / count) + 1 for feature, count in seen_in.items()}
        self._unseen = math.log(size) + 1
        self._known: dict[tuple[str, str, str], str] = {}
        self._centres: defaultdict[tuple[str, str], list[tuple[str, Vector]]] = defaultdict(list)
        for answer in faq.answers:
            centre = _centre([self._vector(counts) for counts in counted[answer.id]])
            for language in answer.questions:
                self._centres[answer.intent, language].append((answer.id, centre))
                for text in phrasings[answer.id]:
                    self._known.setdefault((answer.intent, language, text), answer.id)

    def find(self, text: str, intent: str, language: str) -> Found | None:
        """The answer whose questions are most like `text`, among those of the intent. A phrasing that
        stands in the FAQ finds its own."""
        asked = _asked(text)
        known = self._known.get((intent, language, asked))
        if known is not None:
            return Found(known, 1.0, 0.0)
        centres = self._centres.get((intent, language))
        if not centres:
            return None
        vector = self._vector(features(asked))
        ranked = sorted(((_dot(vector, centre), name) for name, centre in centres), reverse=True)
        return Found(ranked[0][1], ranked[0][0], ranked[1][0] if len(ranked) > 1 else 0.0)

    def _vector(self, counted: Mapping[str, int]) -> Vector:
        return _unit({f: (1 + math.log(n)) * self._idf.get(f, self._unseen) for f, n in counted.items()})


def _centre(vectors: Iterable[Vector]) -> Vector:
    summed: defaultdict[str, float] = defaultdict(float)
    for vector in vectors:
        for feature, value in vector.items():
            summed[feature] += value
    return _unit(summed)


def _unit(raw: Mapping[str, float]) -> Vector:
    norm = math.sqrt(sum(value * value for value in raw.values())) or 1.0
    return {feature: value / norm for feature, value in raw.items()}


def _dot(left: Vector, right: Vector) -> float:
    small, large = (left, right) if len(left) < len(right) else (right, left)
    return sum(value * large[feature] for feature, value in small.items() if feature in large)


def overlap(left: str, right: str) -> float:
    """Share of words that two texts have in common (Jaccard index)."""
    a, b = set(_words(left)), set(_words(right))
    return len(a & b) / len(a | b) if a | b else 1.0


def _words(text: str) -> list[str]:
    return [word for word in normalise(text).split() if word not in (CAPITALS, LOUD)]


def _asked(text: str) -> str:
    """What is asked, however loudly."""
    return " ".join(_words(text))
