# ruff: noqa: E501 (word lists)
"""Typing errors and SMS spelling, put into copies of training lines so that they surprise nobody later."""

import random
from collections.abc import Sequence

_SHORT = {
    "vous": "vs", "nous": "ns", "pour": "pr", "pas": "pa", "est": "é", "c'est": "c", "qui": "ki", "que": "ke",
    "quand": "qd", "toujours": "tjs", "tout": "tt", "tous": "ts", "dans": "ds", "avec": "ac", "mais": "mé",
    "j'ai": "g", "commande": "cmd", "beaucoup": "bcp", "quelqu'un": "qqn", "problème": "pb", "message": "msg",
    "bonjour": "bjr", "merci": "mrc", "je": "j", "ne": "", "l'": "l", "you": "u", "your": "ur", "are": "r",
    "please": "pls", "to": "2", "for": "4", "and": "n", "because": "cuz", "the": "da", "with": "w",
    "have": "hv", "my": "ma", "don't": "dont", "can't": "cant", "i'm": "im", "what": "wat", "someone": "sum1",
    "order": "ordr", "delivery": "delivry", "thanks": "thx", "tomorrow": "tmrw", "people": "ppl",
}  # fmt: skip
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_NEAR = {
    "a": "zqs", "b": "vn", "c": "xv", "d": "sf", "e": "rz", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk",
    "k": "jl", "l": "km", "m": "ln", "n": "bm", "o": "ip", "p": "o", "q": "aw", "r": "et", "s": "da", "t": "ry",
    "u": "yi", "v": "cb", "w": "qe", "x": "cz", "y": "tu", "z": "ae",
}  # fmt: skip


def mistyped(text: str, chance: random.Random, rate: float) -> str:
    """`text` with about `rate` of its letters dropped, replaced, followed by another or swapped."""
    out: list[str] = []
    for char in text:
        if not char.isalpha() or chance.random() >= rate:
            out.append(char)
        else:
            _slip(out, char, chance)
    return "".join(out)


def _slip(out: list[str], char: str, chance: random.Random) -> None:
    kind = chance.random()
    if kind < 0.25:
        return
    if kind < 0.5:
        out.append(chance.choice(_NEAR.get(char.lower(), _LETTERS) + chance.choice(_LETTERS)))
    elif kind < 0.75 or not out:
        out.extend((char, chance.choice(_LETTERS)))
    else:
        out.insert(len(out) - 1, char)


def shortened(text: str, chance: random.Random, rate: float) -> str:
    """`text` with about `rate` of its common words in SMS spelling."""
    words = text.split(" ")
    return " ".join(_SHORT.get(w.lower(), w) if chance.random() < rate else w for w in words)


def noisy(texts: Sequence[str], rates: Sequence[float], seed: int) -> list[str]:
    """One copy of each text as somebody in a hurry would have typed it, with about this rate of slips."""
    chance = random.Random(seed)
    return [
        mistyped(shortened(text, chance, 0.25), chance, rate) for text, rate in zip(texts, rates, strict=True)
    ]
