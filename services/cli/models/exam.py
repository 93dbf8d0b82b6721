"""The models judged on public data and on the corpus: writes `docs/models-report.md`.

    python -m services.cli.models.exam ../shared/datasets [clinc150 banking77 hint3 …]

Each dataset is a folder with `data.jsonl` (`{text, label, lang, split}`); docs/understanding.md names them. A
model is trained on the training part by what `relais train --data` calls, and judged on the part held back by
what `relais evaluate` calls. Nothing of the data stays: models are written to a temporary folder.
"""

import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from services.cli.models import folder
from services.cli.models.evaluate import Task, figures, truth_of
from services.cli.models.folder import Models
from services.cli.models.train import INTENTS
from services.intent_classifier import decide as intent
from services.sentiment_scorer import decide as tone
from services.sentiment_scorer import model as tone_model
from shared.contracts.errors import UserMistake
from shared.text.prepared import prepare
from shared.text.training import train_intents
from shared.text.training.noise import mistyped

ROOT = Path(__file__).parents[3]
REPORT = ROOT / "docs" / "models-report.md"
DEV = ROOT / "tests" / "text" / "dev"
_DEV_TASKS: dict[str, tuple[Task, ...]] = {
    "": ("intent", "frustration", "human"),
    "moods-": ("frustration", "human"),
    "requests-": ("intent",),
}
"""How the names of the files begin, and what their lines are labelled with; one file a language."""
Row = dict[str, Any]
Table = dict[str, dict[str, Any]]
"""For every part that was judged its figures, as `relais evaluate --json` has them."""
_MISTYPED = 0.07


def _rows(file: Path, **wanted: str) -> list[Row]:
    try:
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        found = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise UserMistake(f"{file}: each line must be an object with text, label, lang and split") from error
    if not found:
        raise UserMistake(f"{file}: no line with {wanted}")
    return found


def _judged(models: Models, rows: list[Row], task: Task = "intent") -> dict[str, Any]:
    return figures(models, rows, [str(truth_of(row, task)) for row in rows], task)


def _trained(learnt: list[Row], parts: Mapping[str, list[Row]]) -> Table:
    with tempfile.TemporaryDirectory() as made:
        data, out = Path(made) / "data.jsonl", Path(made) / "model"
        data.write_text("\n".join(map(json.dumps, learnt)), encoding="utf-8")
        told = train_intents(INTENTS, out, data=[data])["figures"]
        models = Models(folder.intents_of(out), tone_model.load())
        return {name: _judged(models, rows) for name, rows in parts.items()} | {"held out": told}


def _split(root: Path, name: str, held: str, **wanted: str) -> tuple[list[Row], list[Row]]:
    file = root / name / "data.jsonl"
    return _rows(file, split="train", **wanted), _rows(file, split=held, **wanted)


def clinc150(root: Path) -> Table:
    """150 intents and out of scope: train, judged on val."""
    learnt, held = _split(root, "clinc150", "val")
    return _only(_trained(learnt, {"val": held}))


def banking77(root: Path) -> Table:
    """77 banking intents: train, judged on test as it is and with 7 % of letters mistyped."""
    learnt, held = _split(root, "banking77", "test")
    chance = random.Random(5)
    noisy = [row | {"text": mistyped(row["text"], chance, _MISTYPED)} for row in held]
    return _only(_trained(learnt, {"test": held, "test, 7 % mistyped": noisy}))


def hint3(root: Path) -> Table:
    """Real chat of a shop: train, judged on test."""
    learnt, held = _split(root, DATA["hint3"], "test")
    return _only(_trained(learnt, {"test": held}))


def wikit_fr(root: Path) -> Table:
    """French requests of employees, five folds of the training part."""
    return {"five folds": _trained(_rows(root / "wikit_fr" / "data.jsonl"), {})["held out"]["fr"]}


def umsab(root: Path) -> Table:
    """Tweets in three polarities, each language on its own: train, judged on val."""
    found: Table = {}
    for code in ("fr", "en"):
        learnt, held = _split(root, "umsab", "val", lang=code)
        found |= _only(_trained(learnt, {f"val {code}": held}))
    return found


def nlupp(root: Path) -> Table:
    """`handoff` among bank and hotel requests, by the shipped weights, which have seen none of it."""
    return {"all": _judged(folder.load(folder.SHIPPED), _rows(root / "nlupp" / "data.jsonl"), "human")}


def corpus(_: Path) -> Table:
    """The shipped corpus in five grouped folds, as its training judged it."""
    models = folder.load(folder.SHIPPED)
    told = {"intents": models.intents.linear.manifest, "tone": models.tone.linear.manifest}
    return {
        f"{what} {name}": found if isinstance(found, dict) else {"value": found}
        for what, manifest in told.items()
        for name, found in manifest["figures"].items()
    }


def dev(_: Path) -> Table:
    """Lines by writers who wrote none of the corpus, by the shipped weights."""
    models = folder.load(folder.SHIPPED)
    return {
        f"{task} {file}": _judged(models, _rows(DEV / f"{file}.jsonl"), task)
        for start, tasks in _DEV_TASKS.items()
        for task in tasks
        for file in (f"{start}fr", f"{start}en")
    }


def speed(_: Path) -> Table:
    """Both models on one core, the lines of the dev set: one message alone, and in batches of 256."""
    models = folder.load(folder.SHIPPED)
    texts = [row["text"] for code in ("fr", "en") for row in _rows(DEV / f"{code}.jsonl")]
    alone = min(_timed(models, [[text] for text in texts]) for _ in range(3)) / len(texts)
    many = (texts * 8)[: 256 * 16]
    batch = min(_timed(models, [many[at : at + 256] for at in range(0, len(many), 256)]) for _ in range(3))
    return {
        "alone": {"milliseconds a message": round(alone * 1000, 3)},
        "in batches of 256": {"messages a second": round(len(many) / batch)},
    }


def _timed(models: Models, batches: list[list[str]]) -> float:
    began = time.process_time()
    for texts in batches:
        ready = prepare(texts)
        intent.read(texts, models.intents, prepared=ready)
        tone.read(texts, models.tone, ready)
    return time.process_time() - began


def _only(table: Table) -> Table:
    return {name: found for name, found in table.items() if name != "held out"}


EXAMS: dict[str, Callable[[Path], Table]] = {
    one.__name__: one for one in (clinc150, banking77, hint3, wikit_fr, nlupp, umsab, corpus, dev, speed)
}


DATA = {
    **{name: name for name in ("clinc150", "banking77", "wikit_fr", "nlupp", "umsab")},
    "hint3": "hint3_curekart",
}
"""The folder that an exam reads; the others need none."""
USAGE = "python -m services.cli.models.exam DATASETS [EXAM …]"


def page(tables: Mapping[str, Table]) -> str:
    """The report in Markdown."""
    told = "\n".join(_section(name, table) for name, table in tables.items())
    return (
        f"# Report on the models\n\nWritten by `make models-report`. Intervals are 95 % bootstrap.\n\n{told}"
    )


def _section(name: str, table: Table) -> str:
    rows = [
        f"| {part} | {measure} | {_written(value)} |"
        for part, found in table.items()
        for measure, value in found.items()
        if not measure.endswith("_interval") and value not in ([], None)
    ]
    head = f"## {name}\n\n{EXAMS[name].__doc__}\n\n| part | measure | value |\n|---|---|---|\n"
    return head + "\n".join(rows) + "\n"


def _written(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value['value']:.3f} [{value['low']:.3f}, {value['high']:.3f}]"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def check(root: Path, names: Sequence[str]) -> None:
    """Whether there are such exams and the data they read. Raises `UserMistake`."""
    unknown = [name for name in names if name not in EXAMS]
    if unknown:
        raise UserMistake(f"no exam {unknown[0]!r}; the exams are {', '.join(EXAMS)}")
    needed = [root / DATA[name] / "data.jsonl" for name in names if name in DATA]
    missing = [str(file) for file in needed if not file.is_file()]
    if missing:
        raise UserMistake(
            f"the exams read public data that is not here: {', '.join(missing)}. docs/understanding.md says "
            "what it is; name the folder it lies in: make models-report DATASETS=FOLDER"
        )


def main(root: str = "", *names: str) -> None:
    """Write the page; with names, only print the figures of those exams. Raises `UserMistake`."""
    if not root:
        raise UserMistake(f"name the folder of the public data: {USAGE}")
    wanted = names or tuple(EXAMS)
    check(Path(root), wanted)
    tables: dict[str, Table] = {}
    for name in wanted:
        sys.stderr.write(f"{name} ...\n")
        tables[name] = EXAMS[name](Path(root))
        sys.stdout.write(json.dumps({name: tables[name]}) + "\n")
        sys.stdout.flush()
    if not names:
        REPORT.write_text(page(tables), encoding="utf-8")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except UserMistake as mistake:
        sys.exit(f"exam: {mistake}")
