"""`relais evaluate`: how good a model is on labelled lines it has not seen, with bootstrap intervals."""

import json
from collections.abc import Callable
from typing import Annotated, Any, Literal

import typer

from services.cli.models import folder, judge
from services.cli.models.lines import Line, lines
from shared.contracts.errors import UserMistake

Task = Literal["intent", "frustration", "human"]
FIELDS: dict[Task, tuple[str, ...]] = {
    "intent": ("label", "intent"),
    "frustration": ("frustration", "frustrated", "tone", "label"),
    "human": ("wants_human", "person", "label"),
}
"""Where a line's truth is looked for: the first of these fields that it has."""
_TOLD = 10


def evaluate(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A folder of `relais train`, or `shipped`.")],
    file: Annotated[str, typer.Argument(metavar="FILE.jsonl", help="Lines with `text` and a label.")],
    task: Annotated[Task, typer.Option(help="What is judged.")] = "intent",
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Judge a model on labelled lines; each figure comes with its 95 % bootstrap interval."""
    given = list(lines(file))
    _refuse(file, given, [line.number for line in given if line.wrong])
    truth = [truth_of(line.row, task) for line in given]
    _refuse(file, given, [line.number for line, told in zip(given, truth, strict=True) if told is None])
    found = figures(folder.load(model), [line.row for line in given], [str(told) for told in truth], task)
    print(json.dumps({"task": task, **found}) if as_json else _table(task, found))


def _refuse(file: str, given: list[Line], wrong: list[int]) -> None:
    """A figure worked out from a part of the lines would be another figure."""
    if wrong or not given:
        told = ", ".join(map(str, wrong[:_TOLD])) + (" …" if len(wrong) > _TOLD else "")
        raise UserMistake(f"{file}: line {told}: no text or no label" if wrong else f"{file} has no line")


def truth_of(row: dict[str, Any], task: Task) -> object:
    """What a line says of itself; None when it says nothing."""
    return next((row[name] for name in FIELDS[task] if row.get(name) is not None), None)


def figures(
    models: folder.Models, rows: list[dict[str, Any]], truth: list[str], task: Task
) -> dict[str, Any]:
    """The figures of one task: numbers of lines, then measures as `{value, low, high}`."""
    judges: dict[Task, Callable[[folder.Models, list[dict[str, Any]], list[str]], judge.Judged]] = {
        "intent": judge.intents,
        "frustration": judge.frustration,
        "human": judge.human,
    }
    judged = judges[task](models, rows, truth)
    return {**judged.counts, **{name: judge.measured(*measure) for name, measure in judged.measures.items()}}


def _table(task: str, found: dict[str, Any]) -> str:
    rows = [f"{'task':<24} {task}"]
    for name, value in found.items():
        if isinstance(value, dict):
            rows.append(f"{name:<24} {value['value']:.4f}  [{value['low']:.4f}, {value['high']:.4f}]")
        else:
            rows.append(f"{name:<24} {value if value is not None else '–'}")
    return "\n".join(rows)
