"""`relais queue`: what a policy would do with a day of customers."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table as Drawn

from services.cli.bench.plot import library
from services.cli.bench.queue.command import bench
from services.cli.contact import JsonOption
from services.cli.output import folder
from services.cli.queue import theory
from services.cli.queue.arrivals import customers
from services.cli.queue.day import Day
from services.cli.queue.figures import as_json as told
from services.cli.queue.plots import plot
from services.cli.queue.scenario import check, load_scenario
from services.cli.queue.tables import Run, Table, markdown, tables
from shared.contracts.errors import UserMistake
from shared.policy.load import load_policy

app = typer.Typer(no_args_is_help=True)
app.command()(bench)
Advance = Callable[[float], None]


@app.callback()
def queue() -> None:
    """Try the human queue without a house: the rules of the queue in simulated time."""


@app.command()
def simulate(
    scenario: Annotated[Path, typer.Argument(help="Who writes and who works: docs/queue-simulation.md.")],
    policy: Annotated[
        Path | None, typer.Option(metavar="POLICY.yaml", help="Instead of the policy the scenario names.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(metavar="OTHER.yaml", help="A policy to compare with: same customers.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Instead of the scenario's.")] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write report.md, report.json and pictures there.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Let the day of SCENARIO pass in seconds, and tell who waited how long.

    Nothing is started and nobody is contacted. The same scenario, policy and seed give the same report.
    """
    if out is not None:
        library("--out")
        folder(out)
    runs = simulated(scenario, [policy, *([against] if against else [])], seed)
    report = {
        "runs": [{"name": r.name, "policy": r.policy.version_hash, **told(r.seen, r.policy)} for r in runs]
    }
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "report.md").write_text(markdown(tables(runs)), encoding="utf-8")
        (out / "report.json").write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2))
        plot(runs, out)
    if as_json:
        typer.echo(orjson.dumps(report).decode())
    else:
        draw(tables(runs))


def _told(run: Run) -> dict[str, Any]:
    return {"name": run.name, "policy": run.policy.version_hash, **told(run.seen, run.policy)}


def simulated(file: Path, policies: list[Path | None], seed: int | None) -> list[Run]:
    """One run for each policy (`None`: the scenario's own). Raises `UserMistake`."""
    scenario = load_scenario(file)
    paths = [path or file.parent / scenario.policy for path in policies]
    rules = [load_policy(path) for path in paths]
    for one in rules:
        check(scenario, one, str(file))
    chosen = scenario.seed if seed is None else seed
    runs = []
    with _progress(len(rules)) as advance:
        for number, (path, one) in enumerate(zip(paths, rules, strict=True)):
            day = Day(scenario, one, customers(scenario, one, chosen), chosen)
            seen = asyncio.run(day.run(lambda share, n=number: advance(n + share)))  # type: ignore[misc]
            if not seen.stays:
                raise UserMistake(f"{file}: nobody writes; give `arrivals` a rate above 0")
            runs.append(Run(path.stem, one, seen))
    return runs


@app.command("check")
def check_theory(
    customers_: Annotated[
        int, typer.Option("--customers", min=100, help="For each case; more need longer.")
    ] = 20_000,
    seed: int = 1,
    as_json: JsonOption = False,
) -> None:
    """Hold the simulation against queueing theory (Erlang C); exit code 1 when it is off by more than 3 %."""
    found = []
    with _progress(len(theory.CASES)) as advance:
        for number, (agents, load) in enumerate(theory.CASES):
            found.append(asyncio.run(theory.compare(agents, load, customers_, seed)))
            advance(number + 1)
    if as_json:
        typer.echo(orjson.dumps([{**one._asdict(), "off": one.off} for one in found]).decode())
    else:
        draw([_against_theory(found)])
    if any(one.off > theory.WITHIN for one in found):
        raise typer.Exit(1)


def _against_theory(found: list[theory.Compared]) -> Table:
    head = ("agents, load", "customers", "mean wait, s", "must wait", "95 % wait, s", "off", "uncontrolled")
    rows = [
        (
            f"{one.agents}, {one.load:.0%}",
            f"{one.customers}",
            f"{one.wait:.2f} ({one.wait_known:.2f})",
            f"{one.waits:.4f} ({one.waits_known:.4f})",
            f"{one.p95:.1f} ({one.p95_known:.1f})",
            f"{one.off:.2%}",
            f"{one.raw_wait:.2f}",
        )
        for one in found
    ]
    return Table("Simulated (known from Erlang C)", head, rows)


def draw(made: list[Table]) -> None:
    """Tables on the terminal."""
    console = Console()
    for table in made:
        drawn = Drawn(title=table.title, title_justify="left", box=box.SIMPLE)
        drawn.add_column(table.head[0])
        for name in table.head[1:]:
            drawn.add_column(name, justify="right")
        for row in table.rows:
            drawn.add_row(*row)
        console.print(drawn)


@contextmanager
def _progress(total: int) -> Iterator[Advance]:
    """A bar on standard error, where there is a terminal to draw it on."""
    console = Console(stderr=True)
    columns = (
        TextColumn("simulating"),
        BarColumn(),
        TextColumn("{task.percentage:.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=total)
        yield lambda done: progress.update(task, completed=done)
