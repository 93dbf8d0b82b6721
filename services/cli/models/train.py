"""`relais train`: the models, byte for byte the same for the same lines and seed."""

import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.progress import Progress as Bar

from services.cli.output import folder
from services.intent_classifier import model as intents
from services.sentiment_scorer import model as tone
from shared.contracts.errors import UserMistake
from shared.policy.load import load_policy
from shared.runtime.settings import ServiceSettings, from_environment
from shared.text.weights import ARRAYS, MANIFEST

INTENTS, TONE = intents.WEIGHTS.parent / "corpus", tone.WEIGHTS.parent / "corpus"
SEED = 7
_TONES = {"calm", "annoyed", "angry"}
Kind = Literal["intents", "sentiment"]


def train(
    more: Annotated[list[Path] | None, typer.Argument(metavar="FILE.jsonl…", help="More data.")] = None,
    data: Annotated[
        list[Path] | None,
        typer.Option(help="Learn from JSON lines {text, label, lang}, not the corpus; several may follow."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder for the model and its report; needed with --data. Without it the "
            "shipped weights are made again in their place."
        ),
    ] = None,
    only: Annotated[Kind | None, typer.Option(help="Train one of the two, not both.")] = None,
    seed: Annotated[int, typer.Option(help="For the folds, the noise and the search.")] = SEED,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Train the models on the corpus of this project, or on your own labelled messages.

    Labels are intents (`oos`: out of scope), or calm, annoyed and angry for the model of tone. The model
    the data says nothing about is the shipped one. The folder holds both, and `report.md`.
    """
    files = [*(data or ()), *(more or ())]
    if files and out is None:
        raise UserMistake("with --data say where the model goes: --out DIR")
    if out:
        folder(out)
    kind: Kind | None = _kind(files) if files else only
    made: dict[str, Any] = {}
    if kind in (None, "intents"):
        made["intents"] = _intents(out or intents.WEIGHTS, files, seed, report=out is not None)
    elif out:
        _copy(intents.WEIGHTS, out)
    if kind in (None, "sentiment"):
        made["sentiment"] = _sentiment(out / tone.TONE if out else tone.WEIGHTS, files, seed)
    elif out:
        _copy(tone.WEIGHTS, out / tone.TONE)
    _show(made, as_json)
    if out:
        print(f"written to {out}", file=sys.stderr)


def _kind(files: Sequence[Path]) -> Kind:
    """Tones when every label is one; the errors of files that cannot be read are left to the training."""
    labels = set()
    for file in files:
        try:
            labels |= {json.loads(line)["label"] for line in file.read_bytes().split(b"\n") if line.strip()}
        except OSError as error:
            raise UserMistake(f"{file} cannot be read ({error.strerror})") from error
        except (ValueError, KeyError, TypeError):
            return "intents"
    return "sentiment" if labels and labels <= _TONES else "intents"


def _intents(out: Path, files: Sequence[Path], seed: int, report: bool) -> Any:
    training = _training()
    policy = load_policy(from_environment(ServiceSettings).policy)
    routes = training.routes({name: one.routing for name, one in policy.intents.items()})
    with _bar("intents") as progress:
        return training.train_intents(
            INTENTS, out, data=files, routes=routes, seed=seed, progress=progress, report=report
        )


def _sentiment(out: Path, files: Sequence[Path], seed: int) -> Any:
    with _bar("sentiment") as progress:
        return _training().train_sentiment(
            TONE, out, data=files, asking=INTENTS, seed=seed, progress=progress
        )


def _copy(weights: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name in (ARRAYS, MANIFEST):
        shutil.copyfile(weights / name, out / name)


def _training() -> Any:
    try:
        from shared.text import training  # noqa: PLC0415  (scikit-learn is needed to train, never to run)
    except ModuleNotFoundError as error:
        raise UserMistake("training needs scikit-learn and matplotlib: run `make venv` first") from error
    return training


@contextmanager
def _bar(title: str) -> Iterator[Any]:
    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=1.0)

        def progress(stage: str, done: float) -> None:
            bar.update(task, completed=done, description=f"{title}: {stage}")

        yield progress


def _show(made: dict[str, Any], as_json: bool) -> None:
    figures = {name: manifest["figures"] for name, manifest in made.items()}
    if as_json:
        print(json.dumps(figures))
        return
    for name, found in figures.items():
        print(f"{name}: trained ({made[name]['version']}); on lines it had not seen:")
        for figure, value in found.items():
            print(f"  {figure:<24} {value}")
