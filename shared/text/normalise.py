"""Text as the models see it: lower-case ASCII words, with what identifies somebody or something masked.

`normalise` accepts any `str`, however hostile, at bounded cost: only the first 2,000 characters and
the last 400 are looked at. The result holds `a-z`, `0`, `?`, `!` and single spaces, nothing else:

- accents, case and typographic variants are folded; a letter repeated three times or more counts once;
- every digit becomes `0`, at most three in a row, so no order number, date or amount survives;
- URLs, addresses, first names and emoji become words of their own (`zurl`, `zmail`, `zname`, `zangry`…);
- letters of other scripts become pairs of Latin letters, so that they can be learnt like any other.
"""

import re
import unicodedata

from shared.text.emoji import EMOTICONS, emoji_word
from shared.text.names import mask_names

HEAD, TAIL = 2000, 400

_URL = re.compile(r"(?:https?://|www\.)[^\s]{1,400}", re.I)
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}")
_LONG_RUN = re.compile(r"([a-z])\1{2,}")
_LONG_NUMBER = re.compile(r"0{4,}")
_SHOUTED = re.compile(r"(?:\b[A-Z]{2,}\b[ ',]{1,2}){2}[A-Z]{2,}\b")
_SPACED = re.compile(r"([?!])[?! ]*")
LOUD, CAPITALS = "zloud", "zcaps"
"""Words put behind a text for how it is said."""


def _ascii_table() -> bytes:
    """Byte table: letters lower-cased, digits to `0`, `?` and `!` kept, everything else a space."""
    table = bytearray(b" " * 256)
    for code in range(128):
        char = chr(code).lower()
        table[code] = ord("0") if char.isdigit() else ord(char) if char.isalpha() or char in "?!" else 32
    return bytes(table)


_TABLE = _ascii_table()
_LIGATURES = {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "’": "'", "ʼ": "'"}


class _Folding(dict[int, str]):
    """Translation of what NFKD leaves outside ASCII; unknown characters are worked out, never stored."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if code < 128:
            return char
        category = unicodedata.category(char)
        if category in ("Mn", "Me", "Cf"):
            return ""
        if category[0] == "L":
            return chr(97 + code % 26) + chr(97 + code // 26 % 26)
        return emoji_word(char)


_FOLD = _Folding({ord(char): fold for char, fold in _LIGATURES.items()})
_FOLD.update({code: chr(code) for code in range(128)})
_FOLD.update(dict.fromkeys(range(768, 880), ""))


def clip(text: str) -> str:
    """The part of `text` that is looked at: its head, and its tail when it is long."""
    return text if len(text) <= HEAD + TAIL else f"{text[:HEAD]} {text[-TAIL:]}"


def fold(text: str) -> str:
    """`text` without accents and typographic variants, in ASCII; case and layout stay."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKD", text).translate(_FOLD)[: HEAD + TAIL]


def is_shouting(text: str) -> bool:
    """True when most letters of a message of some length, or three words in a row, are capitals."""
    if text.islower() or len(text) < 8:
        return False
    capitals = sum(map(str.isupper, text))
    if capitals < 8:
        return False
    return capitals * 2 > sum(map(str.isalpha, text)) or _SHOUTED.search(text) is not None


def normalise(text: str) -> str:
    """`text` as the models see it; the empty string when nothing can be read from it."""
    raw = fold(clip(text))
    if "@" in raw:
        raw = _MAIL.sub(" zmail ", raw)
    if "://" in raw or "www." in raw or "WWW." in raw:
        raw = _URL.sub(" zurl ", raw)
    for emoticon, word in EMOTICONS:
        if emoticon in raw:
            raw = raw.replace(emoticon, word)
    shouting = is_shouting(raw)
    plain = raw.encode("ascii", "replace").translate(_TABLE).decode("ascii")
    plain = _LONG_RUN.sub(r"\1", plain)
    if "0000" in plain:
        plain = _LONG_NUMBER.sub("000", plain)
    loud = plain.count("!") > 1 or "??" in plain
    if "?" in plain or "!" in plain:
        plain = _SPACED.sub(r" \1 ", plain)
    words = mask_names(plain.split())
    if loud:
        words.append(LOUD)
    if shouting:
        words.append(CAPITALS)
    return " ".join(words)
