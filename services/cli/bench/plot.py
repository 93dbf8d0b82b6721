"""The picture of a result: every measure as a share of its goal."""

from pathlib import Path
from typing import Any

from services.cli.bench.run import Result
from shared.contracts.errors import UserMistake

MET, MISSED = "#2a7f62", "#b5443a"


def library(option: str = "--plot") -> Any:
    """What `option` draws with. Raises `UserMistake` when there is nothing to draw with."""
    try:
        import matplotlib as found  # noqa: PLC0415  (no service needs it)
        import matplotlib.pyplot as plots  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise UserMistake(f"{option} needs matplotlib: run `make venv` first") from error
    found.use("Agg")
    return plots


def plot(result: Result, path: Path) -> None:
    """Write a PNG with a bar for each measure that has a goal; whiskers from lowest to highest."""
    plots = library()
    rows = [each for each in result.rows if each.goal and each.value is not None][::-1]
    shares = [(each.value or 0) / (each.goal or 1) for each in rows]
    below = [((each.value or 0) - (each.low or 0)) / (each.goal or 1) for each in rows]
    above = [((each.high or 0) - (each.value or 0)) / (each.goal or 1) for each in rows]
    figure, axes = plots.subplots(figsize=(10, 0.45 * len(rows) + 1.2), layout="constrained")
    colours = [MET if each.met else MISSED for each in rows]
    names = [f"{each.name}{'  (at least)' if each.sense == 'at least' else ''}" for each in rows]
    axes.barh(names, shares, xerr=[below, above], color=colours, height=0.6, error_kw={"ecolor": "#333"})
    axes.axvline(1.0, color="#333", linewidth=1)
    axes.set_xlabel("share of the goal (1 = the goal; green: met)")
    figure.savefig(path, dpi=120)
    plots.close(figure)
