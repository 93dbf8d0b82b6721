"""Training and judging. The only place that imports scikit-learn; nothing here runs in a service.

    train_intents(corpus_dir, out_dir, *, data=(), routes=None, progress=silent) -> manifest
    train_sentiment(corpus_dir, out_dir, *, data=(), progress=silent) -> manifest

Same input, same bytes out. `corpus_dir` is a corpus folder laid out like the shipped one; when `data`
names JSON-lines files (`{text, label, lang?}`; label `oos` = out of scope) they are learnt from instead.
`progress(stage, done)` is called with words and a share in [0, 1]. `CorpusUnusable` names file and line
of what cannot be used.

Judging (`shared.text.training.evaluate`), each on weights in a folder and lines they have not seen:

    judged_intents(folder, examples) -> accuracy, macro_f1, ece, coverage_at_5_wrong, out_of_scope_auroc
    judged_person(folder, texts, wanted) -> precision and recall of patterns, classifier, either
    judged_frustration(folder, texts, frustrated) -> auroc and its interval
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from shared.text.training import intents, sentiment
from shared.text.training.corpus import CorpusUnusable, Example, read_folder, read_jsonl
from shared.text.training.fit import Progress, silent

__all__ = ["CorpusUnusable", "Progress", "silent", "train_intents", "train_sentiment"]

FEWEST_LINES = 5
"""Lines below which a label cannot be judged in folds."""
_OUTSIDE = ("oos", "out_of_scope")


def train_intents(
    corpus_dir: Path | None,
    out_dir: Path,
    *,
    data: Sequence[Path] = (),
    routes: Mapping[str, str] | None = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Train the intent model and write it to `out_dir`; returns its manifest, held-out figures included."""
    return intents.train(_intent_examples(corpus_dir, data), out_dir, routes or {}, progress)


def train_sentiment(
    corpus_dir: Path | None, out_dir: Path, *, data: Sequence[Path] = (), progress: Progress = silent
) -> dict[str, Any]:
    """Train the model of tone (calm, annoyed, angry) and write it to `out_dir`; returns its manifest."""
    examples = read_jsonl(data, FEWEST_LINES) if data else read_folder(_given(corpus_dir), FEWEST_LINES)
    strange = sorted({one.label for one in examples} - set(sentiment.TONES))
    if strange:
        raise CorpusUnusable(f"tones are {', '.join(sentiment.TONES)}; not {', '.join(strange)}")
    return sentiment.train(examples, out_dir, progress)


def _intent_examples(corpus_dir: Path | None, data: Sequence[Path]) -> list[Example]:
    if not data:
        return intents.read_corpus(_given(corpus_dir))
    found = read_jsonl(data, FEWEST_LINES)
    return [
        Example(one.text, intents.OUTSIDE, one.language) if one.label in _OUTSIDE else one for one in found
    ]


def _given(corpus_dir: Path | None) -> Path:
    if corpus_dir is None:
        raise CorpusUnusable("neither a corpus folder nor files of labelled text were given")
    return corpus_dir
