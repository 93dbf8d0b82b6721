"""Pictures of one or two runs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from services.cli.bench.plot import library
from services.cli.queue.figures import Seen, wait_of
from services.cli.queue.tables import Run

COLOURS = ("#1f4e79", "#c8702a")
STEP = 300_000
"""The width of the steps over the day, in ms."""


def plot(runs: Sequence[Run], folder: Path) -> list[Path]:
    """Write `waits.png` (who waits longer than how long, by tier) and `day.png` (how many wait when)."""
    plots = library("--out")
    waits, day = folder / "waits.png", folder / "day.png"
    _waits(plots, runs, waits)
    _day(plots, runs, day)
    return [waits, day]


def _waits(plots: Any, runs: Sequence[Run], path: Path) -> None:
    tiers = sorted({stay.tier or "none" for run in runs for stay in run.seen.stays.values()})
    size = (4 * max(1, len(tiers)), 3.6)
    figure, panels = plots.subplots(1, max(1, len(tiers)), figsize=size, sharey=True, squeeze=False)
    for tier, axes in zip(tiers, panels[0], strict=False):
        for run, colour in zip(runs, COLOURS, strict=False):
            waits = sorted(
                wait_of(stay, run.seen.ended_at) / 60
                for stay in run.seen.stays.values()
                if (stay.tier or "none") == tier
            )
            longer = [1 - n / len(waits) for n in range(len(waits))]
            axes.step(waits, longer, where="post", color=colour, label=run.name)
        axes.set_title(f"tier: {tier}")
        axes.set_xlabel("minutes")
        axes.set_yscale("log")
    panels[0][0].set_ylabel("share that waits longer")
    panels[0][0].legend(fontsize="small")
    _save(plots, figure, path)


def _day(plots: Any, runs: Sequence[Run], path: Path) -> None:
    figure, axes = plots.subplots(figsize=(9, 3.6))
    for run, colour in zip(runs, COLOURS, strict=False):
        times, counts = waiting(run.seen)
        axes.step(times, counts, where="post", color=colour, label=run.name)
    axes.set_xlabel("hours since the beginning")
    axes.set_ylabel("works that wait")
    axes.legend(fontsize="small")
    _save(plots, figure, path)


def waiting(seen: Seen) -> tuple[list[float], list[int]]:
    """How many works wait every five minutes, in hours since the beginning."""
    stays = seen.stays.values()
    moments = range(seen.began_at, seen.ended_at, STEP)
    spans = [(s.opened_at, seen.ended_at if s.taken_at is None else s.taken_at) for s in stays]
    counts = [sum(since <= at < until for since, until in spans) for at in moments]
    return [(at - seen.began_at) / 3_600_000 for at in moments], counts


def _save(plots: Any, figure: Any, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, dpi=120)
    plots.close(figure)
