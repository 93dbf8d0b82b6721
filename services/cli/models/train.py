"""`relais train`: the models from the project's own corpus, byte for byte the same each time."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.progress import Progress as Bar

from shared.contracts.errors import UserMistake

SERVICES = Path(__file__).parents[2]
INTENTS, TONE = SERVICES / "intent_classifier", SERVICES / "sentiment_scorer"


def train(
    only: Annotated[
        Literal["intents", "sentiment"] | None, typer.Option(help="Train one model, not both.")
    ] = None,
    data: Annotated[
        list[Path] | None,
        typer.Option(help="Learn from JSON lines {text, label, lang} instead of the corpus; repeatable."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the weights; default: where the services look for them.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Train the models on the corpus of this project, or on your own labelled messages."""
    training = _training()
    if data and only is None:
        raise UserMistake("say which model your data is for: --only intents or --only sentiment")
    if out is not None and only is None:
        raise UserMistake("with --out say which model: --only intents or --only sentiment")
    made: dict[str, Any] = {}
    if only in (None, "intents"):
        routes = json.loads((INTENTS / "taxonomy.json").read_text())
        with _bar("intents") as progress:
            made["intents"] = training.train_intents(
                INTENTS / "corpus",
                out or INTENTS / "weights",
                data=data or (),
                routes=routes,
                progress=progress,
            )
    if only in (None, "sentiment"):
        with _bar("sentiment") as progress:
            made["sentiment"] = training.train_sentiment(
                TONE / "corpus", out or TONE / "weights", data=data or (), progress=progress
            )
    _show(made, as_json)


def _training() -> Any:
    try:
        from shared.text import training  # noqa: PLC0415  (scikit-learn is needed to train, never to run)
    except ModuleNotFoundError as error:
        raise UserMistake("training needs scikit-learn: run `make venv` first") from error
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
        print(f"{name}: trained; on lines it had not seen:")
        for figure, value in found.items():
            print(f"  {figure:<24} {value}")
