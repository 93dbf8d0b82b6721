"""The n-grams behind the rows of `shared.text.features`, in the same order, for explanations."""

from itertools import pairwise

from shared.text.concepts import concepts
from shared.text.features import CONCEPT_REACH, grams_from


def spelt(normalised: str) -> tuple[list[str], list[str], list[str]]:
    """A name per row of each block of one text; the empty string where the row says nothing."""
    return _characters(normalised), _words(normalised), _concepts(normalised)


def _characters(normalised: str) -> list[str]:
    steps = _steps(normalised)
    return [f"…{gram.strip()}…" for step in steps for gram in grams_from(*step)] or [""]


def _words(normalised: str) -> list[str]:
    return [name for word, following in _steps(normalised) for name in _named(word, following)] or [""]


def _named(word: str, following: str) -> tuple[str, ...]:
    pair = f"{word} {following}" if word and following else ""
    return (word, pair) if word else (pair,)


def _steps(normalised: str) -> list[tuple[str, str]]:
    """Each word with the following one, as they are hashed."""
    words = normalised.split()
    return list(pairwise(("", *words, ""))) if words else []


def _concepts(normalised: str) -> list[str]:
    words = concepts(normalised).split()
    names: list[str] = []
    for at, word in enumerate(words):
        names.append(f"<{word}>")
        near = words[max(0, at - CONCEPT_REACH) : at]
        names += [f"<{other}+{word}>" for other in near if other != word]
    return names or [""]
