"""The n-grams behind the rows of `shared.text.features`, in the same order, for explanations."""

from itertools import pairwise

from shared.text.concepts import concepts
from shared.text.features import CONCEPT_REACH, GRAMS


def spelt(normalised: str) -> tuple[list[str], list[str], list[str]]:
    """A name per row of each block of one text; the empty string where the row says nothing."""
    return _characters(normalised), _words(normalised), _concepts(normalised)


def _characters(normalised: str) -> list[str]:
    line = f" {normalised} "
    starts = range(len(normalised) + 1)
    windows = [line[at : at + gram] for at in starts for gram in GRAMS if at + gram <= len(line)]
    return [f"…{window.strip()}…" for window in windows] or [""]


def _words(normalised: str) -> list[str]:
    words = normalised.split()
    pairs = [f"{one} {other}" for one, other in pairwise(words)]
    return [*words, "", *pairs, ""] if words else [""]


def _concepts(normalised: str) -> list[str]:
    words = concepts(normalised).split()
    names: list[str] = []
    for at, word in enumerate(words):
        names.append(f"<{word}>")
        near = words[max(0, at - CONCEPT_REACH) : at]
        names += [f"<{other}+{word}>" for other in near if other != word]
    return names or [""]
