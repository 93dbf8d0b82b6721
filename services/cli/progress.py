"""How a long command says what it does meanwhile."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """One line on a terminal that says what goes on; a line for each step elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        began = time.monotonic()
        yield lambda what: console.print(f"{time.monotonic() - began:5.1f} s  {what}", highlight=False)
        return
    with console.status("") as status:
        yield status.update
