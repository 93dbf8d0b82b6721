"""Texts made ready for every model at once: normalised and hashed a single time."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.text.features import Features, hashed
from shared.text.normalise import normalise


@dataclass(frozen=True, slots=True)
class Prepared:
    """`plain[i]` is text `i` normalised; `features` are those of all texts. Never made of no text."""

    plain: tuple[str, ...]
    features: Features


def prepare(texts: Sequence[str]) -> Prepared:
    """`texts`, at least one, ready to be read; hand the result to both models to pay for it once."""
    plain = tuple(map(normalise, texts))
    return Prepared(plain, hashed(plain))
