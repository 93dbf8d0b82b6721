"""Concepts of a text: its words looked up in the lexicon, in their order.

`concepts("ou est mon colis")` is `"where mine parcel"`. Words outside the lexicon are left out.
"""

from functools import lru_cache

from shared.text.lexicon import LEXICON

LONGEST_PHRASE = 5


def _read(source: str) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Whole words, beginnings of words and phrases, each with the concepts they carry."""
    exact: dict[str, str] = {}
    stems: dict[str, str] = {}
    phrases: dict[str, str] = {}
    for line in source.strip().splitlines():
        name, entries = line.split(":")
        for entry in entries.split():
            kind = stems if entry.endswith("*") else phrases if "_" in entry else exact
            key = entry.rstrip("*").replace("_", " ")
            kind[key] = f"{kind[key]} {name}" if key in kind else name
    return exact, stems, phrases


_EXACT, _STEMS, _PHRASES = _read(LEXICON)
_HEADS = frozenset(phrase.split()[0] for phrase in _PHRASES)


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
    found = list(map(of_word, words))
    if not _HEADS.isdisjoint(words):
        for at, word in enumerate(words):
            if word in _HEADS:
                found[at] = f"{_phrases_at(words, at)} {found[at]}"
    return " ".join(" ".join(found).split())


def _phrases_at(words: list[str], at: int) -> str:
    tries = (" ".join(words[at : at + size]) for size in range(2, LONGEST_PHRASE + 1))
    return " ".join(_PHRASES[phrase] for phrase in tries if phrase in _PHRASES)
