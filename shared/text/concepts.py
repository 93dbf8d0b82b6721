"""Concepts of a text: its words and phrases looked up in the lexicon, in their order.

`concepts("ou est mon colis")` is `"where mine parcel"`. Words outside the lexicon are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from shared.text.lexicon import LEXICON


@dataclass(slots=True)
class _Node:
    """A word of a phrase: the concepts of the phrase that ends here, and the words that may follow."""

    names: list[str] = field(default_factory=list)
    after: dict[str, "_Node"] = field(default_factory=dict)


def _read(source: str) -> tuple[dict[str, str], dict[str, str], dict[str, _Node]]:
    """Whole words, beginnings of words and phrases, each with the concepts they carry."""
    exact: dict[str, str] = {}
    stems: dict[str, str] = {}
    root = _Node()
    for line in source.strip().splitlines():
        name, entries = line.split(":")
        for entry in dict.fromkeys(entries.split()):
            key = entry.rstrip("*")
            if "_" in key:
                _plant(root, key.split("_"), name)
            else:
                kind = stems if entry.endswith("*") else exact
                kind[key] = f"{kind[key]} {name}" if key in kind else name
    return exact, stems, root.after


def _plant(node: _Node, words: list[str], name: str) -> None:
    for word in words:
        node = node.after.setdefault(word, _Node())
    node.names.append(name)


_EXACT, _STEMS, _PHRASES = _read(LEXICON)
CONCEPTS = tuple(line.split(":")[0] for line in LEXICON.strip().splitlines())
"""The names of all concepts."""


@lru_cache(maxsize=1 << 15)
def _of_word(word: str) -> tuple[str, ...]:
    """Concepts of one word; the longest matching stem wins."""
    found = _EXACT.get(word, "")
    for size in range(len(word), 2, -1):
        if word[:size] in _STEMS:
            found = f"{found} {_STEMS[word[:size]]}"
            break
    return tuple(found.split())


def names_of(words: Sequence[str]) -> list[str]:
    """The concepts of the words of a normalised text, in order of appearance; phrases come before their
    words."""
    found: list[str] = []
    for at, word in enumerate(words):
        if (node := _PHRASES.get(word)) is not None:
            _walk(node, words, at, found)
        found += _of_word(word)
    return found


def concepts(normalised: str) -> str:
    """The concepts of a normalised text, separated by spaces."""
    return " ".join(names_of(normalised.split()))


def _walk(node: _Node, words: Sequence[str], at: int, found: list[str]) -> None:
    """Append the concepts of every phrase that begins at `at`, whose word is `node`'s, shortest first."""
    for place in range(at + 1, len(words)):
        following = node.after.get(words[place])
        if following is None:
            return
        found += following.names
        node = following
