"""`relais drill`: take a part away for a while, and measure what happens."""

import sys
import time
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from services.cli import state
from services.cli.contact import JsonOption
from services.cli.drill.measure import figures
from services.cli.drill.parts import PARTS, Part, check
from services.cli.drill.report import markdown
from services.cli.drill.run import Drill
from services.cli.output import file
from services.cli.progress import progress
from services.cli.up.hold import LONGEST
from shared.contracts.errors import UserMistake
from shared.runtime import drills
from shared.runtime.drills import PartName


def drill(
    part: Annotated[PartName, typer.Argument(help="What to take away.")],
    seconds: Annotated[
        float, typer.Option("--for", min=1, max=LONGEST, help="For how many seconds to take it away.")
    ] = 60,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    rate: Annotated[float, typer.Option(min=0.1, max=50, help="Messages of the drill a second.")] = 1,
    as_json: JsonOption = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.md", help="Write the report there as well.")
    ] = None,
) -> None:
    """Take a part away from the house that `relais up` runs here, and measure what happens.

    The part is killed, held down, and started again when the time is over or on Ctrl-C. Messages of the
    channel `drill` are published meanwhile; those that go to people are work for them like any other. Exits
    with 1 when the promise was broken, when the part was gone for longer than its loss may go unnoticed and
    nobody noticed, or when the house was not as before two minutes after the return.
    """
    running = state.read()
    if running is None:
        raise UserMistake(
            f"nothing is up in {state.home()}: a drill is for a house that `relais up` runs on this machine"
        )
    check(PARTS[part], running)
    if out is not None:
        file(out)
    if not yes:
        _ask(PARTS[part], seconds, rate)
    told = _drill(part, seconds, rate, running)
    if out is not None:
        out.write_text(markdown(told))
    typer.echo(orjson.dumps(told).decode() if as_json else markdown(told))
    if not told["passed"]:
        raise typer.Exit(1)


def _ask(part: Part, seconds: float, rate: float) -> None:
    if not sys.stdin.isatty():
        raise UserMistake("a drill asks first, and nobody is here to answer: say --yes")
    typer.echo(f"This kills {part.child} and holds it down for {seconds:.0f} s.")
    typer.echo(f"Meanwhile {part.notice}.")
    typer.echo(f"{rate:g} messages a second of the channel `drill` are published; people get some of them.")
    typer.confirm("Go on?", abort=True)


def _drill(name: PartName, seconds: float, rate: float, running: state.Running) -> dict[str, Any]:
    home, at = state.home(), time.time()
    with progress() as say:
        done = Drill(home, PARTS[name], seconds, rate, say)
        try:
            done.run(running)
        except KeyboardInterrupt:
            typer.echo(f"\ninterrupted: {PARTS[name].child} is given back", err=True)
            raise typer.Exit(130) from None
    drills.note(drills.record(home), name, at)
    told = figures(PARTS[name], done.moments, done.account, done.deadline)
    return {"part": name, "at": round(at), "asked_s": seconds, **told}
