"""One run: its servers, its subjects, how much of everything."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from services.cli.bench.broker import Broker
from services.cli.bench.process import Subject
from services.cli.bench.servers import Servers
from services.cli.state import Contact
from services.cli.up.launch import addresses


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is done. Counts are messages; times are in seconds."""

    repetitions: int
    naive: int
    bare: int
    hop: int
    house: int
    warm: int = 600
    """Messages that each of them gets before it is measured."""
    rate: float = 200.0
    listen: float = 10.0
    listened: int = 3
    """Repetitions of what is measured by the clock."""
    wide: int = 64
    """Partitions of the house that has many."""
    session: float = 6.0
    deaths: int = 3
    entries: int = 1_000_000
    restarted: tuple[str, ...] = ("router", "bot", "fallback", "dispatcher", "courier")
    conversations: int = 1_000_000


FULL = Sizes(repetitions=5, naive=3000, bare=60_000, hop=60_000, house=16_000)
QUICK = Sizes(
    repetitions=2,
    naive=600,
    bare=12_000,
    hop=8000,
    house=1000,
    warm=150,
    listen=2.0,
    listened=1,
    wide=16,
    session=2.0,
    deaths=1,
    entries=50_000,
    restarted=("router",),
    conversations=40_000,
)


@dataclass
class Bench:
    """Everything a measure needs. `say` tells a person what goes on."""

    servers: Servers
    broker: Broker
    home: Path
    sizes: Sizes
    rivals: str
    """A Python that may have the other frameworks."""
    installed: tuple[str, ...]
    """Those it has."""
    say: Callable[[str], None]
    _stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
        self.broker.clean()

    def start(self, name: str, command: Sequence[str], **environment: str) -> Subject:
        """Start a program that ends with the run."""
        subject = Subject(name, command, self.home / f"{name}.log", **environment)
        self._stack.callback(subject.kill)
        return subject

    def where(self, namespace: str) -> dict[str, str]:
        """The variables that lead a service to its house."""
        return addresses(Contact(self.servers.kafka, self.servers.redis, namespace))
