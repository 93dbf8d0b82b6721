"""Where an agent's lines come from: a terminal that keeps what is half typed when something is printed, or
any other standard input, a line a command."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager

from prompt_toolkit import PromptSession
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.patch_stdout import patch_stdout

ENDED = None
Lines = asyncio.Queue[str | None]
"""Commands as they are typed; `None`: nothing more comes."""


@asynccontextmanager
async def lines(prompt: Callable[[], str]) -> AsyncIterator[Lines]:
    """The agent's lines as long as the context lasts."""
    found: Lines = asyncio.Queue()
    if sys.stdin.isatty() and sys.stdout.isatty():
        with patch_stdout():
            typing = asyncio.create_task(_type(prompt, found))
            try:
                yield found
            finally:
                typing.cancel()
                await asyncio.wait([typing])
    else:
        threading.Thread(target=_read, args=(asyncio.get_running_loop(), found), daemon=True).start()
        yield found


async def _type(prompt: Callable[[], str], found: Lines) -> None:
    session: PromptSession[str] = PromptSession(prompt, key_bindings=_keys())
    while True:
        try:
            found.put_nowait(await session.prompt_async())
        except (EOFError, KeyboardInterrupt):
            found.put_nowait("quit")


def _keys() -> KeyBindings:
    """Enter ends the command, unless a backslash stands before it; Alt-Enter begins a line too."""
    keys = KeyBindings()

    @keys.add("enter")
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if buffer.document.text_before_cursor.endswith("\\"):
            buffer.delete_before_cursor()
            buffer.insert_text("\n")
        else:
            buffer.validate_and_handle()

    @keys.add("escape", "enter")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return keys


def _read(loop: asyncio.AbstractEventLoop, found: Lines) -> None:
    with _quiet():
        for line in joined(sys.stdin):
            loop.call_soon_threadsafe(found.put_nowait, line)
        loop.call_soon_threadsafe(found.put_nowait, ENDED)


def joined(raw: Iterable[str]) -> Iterator[str]:
    """Lines without their ends; one that ends with a backslash goes on with the next."""
    begun = ""
    for ended in raw:
        line = ended.rstrip("\r\n")
        if line.endswith("\\"):
            begun += line[:-1] + "\n"
            continue
        yield begun + line
        begun = ""
    if begun:
        yield begun


@contextmanager
def _quiet() -> Iterator[None]:
    """The loop may be closed before the input is."""
    try:
        yield
    except RuntimeError:
        return
