"""Reviewed patterns: what is too important, or too rare, to be left to statistics alone.

Patterns read normalised text (`shared.text.normalise`): lower-case ASCII words, one space between
them, apostrophes gone (`j'ai` is `j ai`). A rule fires when one of its patterns is found and none of
its exceptions is. Each rule names the words of which at least one must be there, so that most texts
cost one set operation.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """`name` fires on a text that holds a trigger word, matches `found` and does not match `unless`."""

    name: str
    triggers: frozenset[str]
    found: re.Pattern[str]
    unless: re.Pattern[str] | None

    def fires(self, words: frozenset[str], text: str) -> bool:
        """Whether the rule holds for a normalised text and its words."""
        if self.triggers.isdisjoint(words):
            return False
        if self.found.search(text) is None:
            return False
        return self.unless is None or self.unless.search(text) is None


def rule(name: str, triggers: str, patterns: Iterable[str], unless: Iterable[str] = ()) -> Rule:
    """A rule from words and regular expressions; every expression stands for whole words."""
    excepted = tuple(unless)
    return Rule(name, frozenset(triggers.split()), _any(patterns), _any(excepted) if excepted else None)


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile(r"\b(?=\w)(?:" + "|".join(patterns) + r")\b")


def fired(rules: Iterable[Rule], text: str) -> tuple[str, ...]:
    """Names of the rules that hold for a normalised text, each once, in the order of `rules`."""
    words = frozenset(text.split())
    return tuple(dict.fromkeys([one.name for one in rules if one.fires(words, text)]))
