"""Labelled text: the shipped corpus (a folder per language, a file per label) or JSON lines.

Lines that are nearly the same belong to one group; a group is never split between training and
judgement, otherwise a model is praised for what it has seen.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.contracts.errors import UserMistake
from shared.text.normalise import normalise


@dataclass(frozen=True, slots=True)
class Example:
    text: str
    label: str
    language: str = "und"


class CorpusUnusable(UserMistake):
    """The training text cannot be used; the message names file and line, never the text."""


def read_folder(folder: Path, fewest: int = 1) -> list[Example]:
    """Examples of `folder/<language>/<label>.txt`, in a fixed order."""
    paths = sorted(folder.glob("*/*.txt"))
    if not paths:
        raise CorpusUnusable(f"{folder} holds no <language>/<label>.txt")
    return [Example(line, path.stem, path.parent.name) for path in paths for line in read_lines(path, fewest)]


def read_lines(path: Path, fewest: int = 0) -> list[str]:
    """The lines of `path` that are not blank."""
    lines = [line.strip() for line in path.read_text(encoding="utf-8").split("\n")]
    kept = [line for line in lines if line]
    if len(kept) < fewest:
        raise CorpusUnusable(f"{path} has {len(kept)} lines, at least {fewest} are needed")
    return kept


def read_jsonl(paths: Iterable[Path], fewest: int = 1) -> list[Example]:
    """Examples of files with an object `{text, label, lang?}` a line."""
    examples: list[Example] = []
    where: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            if line.strip():
                examples.append(_parsed(line, f"{path}:{number}"))
                where[examples[-1].label].append(f"{path.name}:{number}")
    poor = {label: lines for label, lines in sorted(where.items()) if len(lines) < fewest}
    if poor:
        told = "; ".join(f"{label} ({', '.join(lines)})" for label, lines in poor.items())
        raise CorpusUnusable(f"labels with fewer than {fewest} lines: {told}")
    return examples


def _parsed(line: str, where: str) -> Example:
    try:
        row = json.loads(line)
        return Example(str(row["text"]), str(row["label"]), str(row.get("lang") or "und"))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CorpusUnusable(f"{where}: not an object with `text` and `label`") from error


def digest(examples: Sequence[Example]) -> str:
    """Checksum of what was learnt from, for the manifest."""
    lines = "\n".join(f"{one.language}\t{one.label}\t{one.text}" for one in examples)
    return hashlib.sha256(lines.encode("utf-8", "surrogatepass")).hexdigest()


def groups(texts: Sequence[str], alike: float = 0.8) -> list[int]:
    """One number per text; texts whose sets of words overlap by `alike` (Jaccard) share it."""
    words = [frozenset(normalise(text).split()) for text in texts]
    holders: dict[str, list[int]] = defaultdict(list)
    group = list(range(len(texts)))
    for at, own in enumerate(words):
        rare = sorted(own, key=lambda word: (len(holders[word]), word))[: 1 + len(own) // 4]
        near = sorted({other for word in rare for other in holders[word]})
        twin = next((other for other in near if _alike(own, words[other]) >= alike), None)
        if twin is not None:
            group[at] = group[twin]
        for word in own:
            holders[word].append(at)
    return group


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / (len(one | other) or 1)
