"""Concepts of a text: its words and phrases looked up in the lexicon, in their order.

`concepts("ou est mon colis")` is `"where mine parcel"`. Words outside the lexicon are left out.
"""

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


@lru_cache(maxsize=1 << 15)
def of_word(word: str) -> str:
    """Concepts of one word, separated by spaces; the longest matching stem wins."""
    found = _EXACT.get(word, "")
    for size in range(len(word), 2, -1):
        if word[:size] in _STEMS:
            return f"{found} {_STEMS[word[:size]]}".strip()
    return found


def concepts(normalised: str) -> str:
    """The concepts of a normalised text, in order of appearance; phrases come before their words."""
    words = normalised.split()
    found: list[str] = []
    for at, word in enumerate(words):
        if word in _PHRASES:
            _walk(words, at, found)
        if meant := of_word(word):
            found.append(meant)
    return " ".join(found)


def _walk(words: list[str], at: int, found: list[str]) -> None:
    """Append the concepts of every phrase that begins at `at`, shortest first."""
    node = _PHRASES[words[at]]
    for word in words[at + 1 :]:
        following = node.after.get(word)
        if following is None:
            return
        found.extend(following.names)
        node = following
