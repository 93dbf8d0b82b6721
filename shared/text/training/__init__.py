"""Training. The only place that imports scikit-learn; nothing here runs in a service.

    train_intents(corpus_dir, out_dir, *, data=(), routes=None, seed=7, progress=silent) -> manifest
    train_sentiment(corpus_dir, out_dir, *, data=(), asking=None, seed=7, progress=silent) -> manifest

Same input and seed, same bytes out. `corpus_dir` is a corpus folder laid out like the shipped one; when
`data` names JSON-lines files (`{text, label, lang?}`; label `oos` = out of scope) they are learnt from
instead, and only the demands for a person are taken from the corpus, if there is one. With `report` a
Markdown report and two pictures are written beside the model. `progress(stage, done)` is called with words
and a share in [0, 1]. `CorpusUnusable` names file and line of what cannot be used.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from shared.text.labels import OUTSIDE_LABELS
from shared.text.training import intents, sentiment
from shared.text.training.corpus import CorpusUnusable, Example, read_folder, read_jsonl
from shared.text.training.fit import SEED, Progress, silent
from shared.text.training.intents import routes
from shared.text.training.sentiment import requests

__all__ = ["SEED", "CorpusUnusable", "Progress", "routes", "silent", "train_intents", "train_sentiment"]

FEWEST_LINES = 3
"""Lines below which a label cannot be learnt and judged."""


def train_intents(
    corpus_dir: Path | None,
    out_dir: Path,
    *,
    data: Sequence[Path] = (),
    routes: Mapping[str, str] | None = None,
    seed: int = SEED,
    progress: Progress = silent,
    report: bool = False,
) -> dict[str, Any]:
    """Train the intent model and write it to `out_dir`; returns its manifest, held-out figures included."""
    examples = _intent_examples(corpus_dir, data)
    trained = intents.train(examples, out_dir, routes or {}, progress, seed)
    if report:
        from shared.text.training.report import write  # noqa: PLC0415  (matplotlib is slow to come)

        write(out_dir, trained, examples)
    return trained.manifest


def train_sentiment(
    corpus_dir: Path | None,
    out_dir: Path,
    *,
    data: Sequence[Path] = (),
    asking: Path | None = None,
    seed: int = SEED,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Train the model of tone (calm, annoyed, angry) and write it to `out_dir`; returns its manifest.

    `asking`: the corpus of intents, whose plain questions are learnt as calm beside `corpus_dir`.
    """
    if data:
        examples = read_jsonl(data, FEWEST_LINES)
    else:
        examples = read_folder(_given(corpus_dir), FEWEST_LINES) + (requests(asking) if asking else [])
    strange = sorted({one.label for one in examples} - set(sentiment.TONES))
    if strange:
        raise CorpusUnusable(f"tones are {', '.join(sentiment.TONES)}; not {', '.join(strange)}")
    return sentiment.train(examples, out_dir, progress, seed)


def _intent_examples(corpus_dir: Path | None, data: Sequence[Path]) -> list[Example]:
    if not data:
        return intents.read_corpus(_given(corpus_dir))
    found = [
        Example(one.text, intents.OUTSIDE, one.language) if one.label in OUTSIDE_LABELS else one
        for one in read_jsonl(data, FEWEST_LINES)
    ]
    if len({one.label for one in found} - {intents.OUTSIDE}) < 2:
        raise CorpusUnusable(f"{data[0]}: lines of at least two labels are needed to tell them apart")
    return found + (intents.read_person(corpus_dir) if corpus_dir else [])


def _given(corpus_dir: Path | None) -> Path:
    if corpus_dir is None:
        raise CorpusUnusable("neither a corpus folder nor files of labelled text were given")
    return corpus_dir
