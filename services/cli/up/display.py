"""How `relais up` speaks: lines, and on a terminal one live table below them."""

import time
from collections.abc import Callable
from typing import Protocol

from rich.console import Console
from rich.live import Live

from services.cli.up.table import View, address_lines, render, summary

EVERY = 10.0


class Display(Protocol):
    """What is said stays; what is shown may be replaced by what is shown next."""

    def say(self, line: str) -> None: ...
    def show(self, view: View) -> None: ...
    def greet(self, line: str, view: View) -> None: ...
    def close(self) -> None: ...


class Lines:
    """For a log or a pipe: a line when a service becomes ready, and one for the accounts when they
    have changed, every ten seconds at most."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._ready: set[tuple[str, int | None]] = set()
        self._shown: object = None
        self._at = 0.0

    def say(self, line: str) -> None:
        """Print it."""
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)

    def show(self, view: View) -> None:
        """As `Display.show`."""
        ready = {(row.name, row.pid): row for row in view.rows if row.state == "ready"}
        for life in ready.keys() - self._ready:
            row = ready[life]
            self.say(f"{row.name} is ready (process {row.pid}, http://127.0.0.1:{row.port}/metrics)")
        self._ready |= ready.keys()
        outcomes = {name: view.accounts[name] for name in ("accepted", "unsettled")}
        if outcomes["accepted"] and outcomes != self._shown and self._clock() - self._at >= EVERY:
            self._shown, self._at = outcomes, self._clock()
            self.say(summary(view))

    def greet(self, line: str, view: View) -> None:
        """Say it, and where everything is reached."""
        self.show(view)
        for said in (line, *address_lines(view)):
            self.say(said)

    def close(self) -> None:
        """Nothing to clean up."""


class Screen(Lines):
    """For a terminal."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._live: Live | None = None

    def show(self, view: View) -> None:
        """As `Display.show`."""
        if self._live is None:
            self._live = Live(console=self._console, auto_refresh=False)
            self._live.start()
        self._live.update(render(view), refresh=True)

    def greet(self, line: str, view: View) -> None:
        """As `Display.greet`; the table has the addresses."""
        self.say(line)
        self.show(view)

    def close(self) -> None:
        """Leave the last table standing."""
        if self._live is not None:
            self._live.stop()
            self._live = None


def display() -> Display:
    """The one that fits standard output."""
    console = Console()
    return Screen(console) if console.is_terminal else Lines(console)
