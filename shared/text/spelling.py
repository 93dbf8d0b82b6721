"""The n-grams behind the rows of `shared.text.features`, in the same order, for explanations."""

from shared.text.concepts import concepts
from shared.text.features import CONCEPT_REACH, GRAMS


def spelt(normalised: str) -> tuple[list[str], list[str], list[str]]:
    """A name per row of each block of one text; the empty string where the row says nothing."""
    return _characters(normalised), _words(normalised), _concepts(normalised)


def _characters(normalised: str) -> list[str]:
    line = f" {normalised} \n"
    windows = (line[at : at + gram] for at in range(len(line)) for gram in GRAMS)
    sizes = [gram for _ in line for gram in GRAMS]
    return [
        f"…{w.strip()}…" if len(w) == size and w.strip() else ""
        for w, size in zip(windows, sizes, strict=True)
    ]


def _words(normalised: str) -> list[str]:
    words = [*normalised.split(" "), ""]
    pairs = zip(["", *words], words, strict=False)
    return [
        name
        for before, word in pairs
        for name in (word, f"{before} {word}".strip() if before and word else "")
    ]


def _concepts(normalised: str) -> list[str]:
    words = [*concepts(normalised).split(" "), ""]
    names: list[str] = []
    for at, word in enumerate(words):
        names.append(f"<{word}>" if word else "")
        for reach in range(1, CONCEPT_REACH + 1):
            other = words[at - reach] if at >= reach else ""
            names.append(f"<{other}+{word}>" if word and other else "")
    return names
