"""The engine on public data: trained on the training part, judged on the part held back.

    python -m shared.text.training.exam ../shared/datasets [clinc150 banking77 hint3 wikit_fr umsab nlupp
    corpus]

Each dataset is a folder with `data.jsonl` (`{text, label, lang, split}`). Nothing of it stays: models
are written to a temporary folder. `nlupp` judges the shipped weights, `corpus` the shipped corpus in folds.
"""

import json
import random
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from shared.text.training import fit, intents
from shared.text.training.corpus import Example, read_folder
from shared.text.training.evaluate import judged_intents, judged_person
from shared.text.training.noise import mistyped
from shared.text.training.sentiment import TONES, calibration, figures, held_out

_SERVICES = Path(__file__).parents[3] / "services"
_MISTYPED = 0.07


def _rows(folder: Path, split: str | None = None) -> list[dict[str, Any]]:
    lines = (folder / "data.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [row for row in rows if split in (None, row["split"])]


def _examples(rows: list[dict[str, Any]]) -> list[Example]:
    outside = {"oos": intents.OUTSIDE}
    return [Example(row["text"], outside.get(row["label"], row["label"]), row["lang"]) for row in rows]


def _trained(learnt: list[Example], judged: dict[str, list[Example]]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as out:
        intents.train(learnt, Path(out), {}, fit.silent)
        return {name: judged_intents(Path(out), examples) for name, examples in judged.items()}


def clinc150(root: Path) -> dict[str, Any]:
    """150 intents and out of scope: train, judged on val."""
    folder = root / "clinc150"
    return _trained(_examples(_rows(folder, "train")), {"val": _examples(_rows(folder, "val"))})


def banking77(root: Path) -> dict[str, Any]:
    """77 banking intents: train, judged on test as it is and with 7 % of letters mistyped."""
    folder, chance = root / "banking77", random.Random(5)
    test = _examples(_rows(folder, "test"))
    noisy = [Example(mistyped(one.text, chance, _MISTYPED), one.label, one.language) for one in test]
    return _trained(_examples(_rows(folder, "train")), {"test": test, "test mistyped": noisy})


def hint3(root: Path) -> dict[str, Any]:
    """Real chat of a shop: train, judged on test."""
    folder = root / "hint3_curekart"
    return _trained(_examples(_rows(folder, "train")), {"test": _examples(_rows(folder, "test"))})


def umsab(root: Path) -> dict[str, Any]:
    """Tweets in three polarities, each language on its own: train, judged on val."""
    found: dict[str, Any] = {}
    for code in ("fr", "en"):
        parts = [[r for r in _rows(root / "umsab", split) if r["lang"] == code] for split in ("train", "val")]
        found |= _trained(_examples(parts[0]), {f"val {code}": _examples(parts[1])})
    return found


def wikit_fr(root: Path) -> dict[str, Any]:
    """French requests of employees, five folds."""
    return _in_folds(_examples(_rows(root / "wikit_fr")))


def nlupp(root: Path) -> dict[str, Any]:
    """`handoff` among bank and hotel requests, by the shipped weights, which have seen none of it."""
    rows = _rows(root / "nlupp")
    wanted = ["handoff" in row["label"].split("|") for row in rows]
    return judged_person(_SERVICES / "intent_classifier" / "weights", [row["text"] for row in rows], wanted)


def corpus(_: Path) -> dict[str, Any]:
    """The shipped corpus, grouped folds: intents and tone."""
    tones = read_folder(_SERVICES / "sentiment_scorer" / "corpus")
    scores, levels = held_out(tones), np.array([TONES.index(one.label) for one in tones])
    return {
        "intents": _in_folds(intents.read_corpus(_SERVICES / "intent_classifier" / "corpus")),
        "tone": figures(tones, scores, calibration(scores, levels)),
    }


def _in_folds(examples: list[Example]) -> dict[str, Any]:
    given = intents.material(examples)
    held = intents.held_out(given)
    return intents.figures(given, held, intents.calibration(given, held))


EXAMS: dict[str, Callable[[Path], dict[str, Any]]] = {
    one.__name__: one for one in (clinc150, banking77, hint3, wikit_fr, umsab, nlupp, corpus)
}


def main(root: str, *names: str) -> None:
    """Write one JSON object per exam to standard output."""
    for name in names or tuple(EXAMS):
        sys.stdout.write(json.dumps({name: EXAMS[name](Path(root))}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
