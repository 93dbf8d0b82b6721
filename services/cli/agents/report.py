"""How a simulated workforce is shown while it works, and what is said of it at the end."""

import time
from collections import Counter
from types import TracebackType
from typing import Any, Protocol, Self

import orjson
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from services.cli.agents.crew import Crew
from services.cli.agents.tally import NUMBERS

EVERY = 1.0
EVERY_LINE = 10.0
MOST_ROWS = 20


class Panel(Protocol):
    """A context manager that may show how the crew is doing, as often as it likes."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def update(self, crew: Crew) -> None: ...


class Lines:
    """For a log or a program: a line now and then."""

    def __init__(self, as_json: bool) -> None:
        self._as_json, self._every = as_json, EVERY if as_json else EVERY_LINE
        self._at = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to clean up."""

    def update(self, crew: Crew) -> None:
        """As `Panel.update`."""
        if time.monotonic() - self._at < self._every:
            return
        self._at = time.monotonic()
        now = _now(crew)
        said = ", ".join(f"{name} {value}" for name, value in now.items())
        print(orjson.dumps({"now": now}).decode() if self._as_json else said, flush=True)


class Screen(Lines):
    """For a terminal: one live table."""

    def __init__(self) -> None:
        super().__init__(False)
        self._every = 0.25
        self._live = Live(auto_refresh=False, transient=True)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the table away."""
        self._live.stop()

    def update(self, crew: Crew) -> None:
        """As `Panel.update`."""
        if time.monotonic() - self._at >= self._every:
            self._at = time.monotonic()
            self._live.update(render(crew, self._at), refresh=True)


def panel(as_json: bool) -> Panel:
    """The one that fits standard output."""
    return Lines(as_json) if as_json or not Console().is_terminal else Screen()


def render(crew: Crew, now: float) -> Group:
    """The agents, the first of them at least, and all numbers in a line."""
    table = Table("agent", "presence", "pools", "languages", "offered", "held", "wrapping", box=None)
    for worker in list(crew.workers.values())[:MOST_ROWS]:
        states = Counter(case.state for case in worker.desk.cases.values())
        table.add_row(
            worker.who.name,
            "lost" if now < worker.lost_until else worker.status,
            " ".join(worker.who.pools),
            " ".join(worker.who.languages) or "all",
            *(str(states[state] or "") for state in ("offered", "held", "wrapping")),
        )
    more = len(crew.workers) - MOST_ROWS
    rest = [Text(f"… and {more} more")] if more > 0 else []
    return Group(table, *rest, Text("  ".join(f"{name} {value}" for name, value in _now(crew).items())))


def _now(crew: Crew) -> dict[str, int]:
    done = {name: getattr(crew.tally, name) for name in NUMBERS}
    held = sum(len(worker.desk.of("held")) for worker in crew.workers.values())
    return {**done, "held": held, "refused": crew.tally.refused.total()}


def figures(crew: Crew, lasted: float) -> dict[str, Any]:
    """What is reported, for a program to read."""
    wrong = crew.witness.wrong
    return {
        "agents": len(crew.workers),
        "seconds": round(lasted, 1),
        **crew.tally.figures(),
        "contradictions": wrong.total(),
        "contradictions_by_kind": {
            kind: {"times": times, "first": crew.witness.examples[kind]}
            for kind, times in sorted(wrong.items())
        },
    }


def show(found: dict[str, Any], as_json: bool) -> None:
    """The report."""
    if as_json:
        print(orjson.dumps({"report": found}).decode(), flush=True)
        return
    table = Table("", "", box=None, show_header=False)
    for name, value in found.items():
        if not isinstance(value, dict):
            table.add_row(name.replace("_", " "), str(value))
    for name in ("refused", "unanswered"):
        for code, times in found[name].items():
            table.add_row(f"{name}: {code}", str(times))
    for kind, how in found["contradictions_by_kind"].items():
        table.add_row(f"[red]{kind}[/]", f"{how['times']}, first of {how['first'] or 'no work'}")
    Console().print(table)
