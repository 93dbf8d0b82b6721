"""What can be given messages and asked what they cost: a bare hop, or services of Relais."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from services.cli.bench.bench import Bench, Sizes
from services.cli.bench.broker import Letter
from services.cli.bench.load import Load
from services.cli.bench.process import Subject, measured, python, until
from services.cli.house import SERVICES
from services.cli.up.watch import ask
from services.fallback.app import CARD as FALLBACK
from services.router.app import CARD as ROUTER
from shared.contracts.topics import AGENTS, INBOUND, INTENTS, LEDGER, SENTIMENTS, Topic
from shared.runtime.processes import free_port

PARTITIONS = 4
HOUSES = ("house", "metered", "hop", "router", "ledger", "plain", "few", "many", "restart", "death")
WIDE = "wide"
"""The house that has many partitions."""
DONE_WITHIN = 180.0
READS: dict[str, tuple[Topic, ...]] = {
    "intent_classifier": (INBOUND,),
    "sentiment_scorer": (INBOUND,),
    "router": ROUTER.reads,
    "bot": (LEDGER,),
    "dispatcher": (LEDGER, AGENTS),
    "courier": (LEDGER,),
    "fallback": FALLBACK.reads,
}
PATIENT = {
    # They are paused while others are measured, and nobody is to take their partitions or end them.
    "RELAIS_SESSION_TIMEOUT": "300",
    "RELAIS_STUCK_AFTER": "600",
    "RELAIS_SILENCE": "600",
    "RELAIS_PATIENCE": "600",
    "RELAIS_BOT_DEADLINE": "600",
    "RELAIS_CANARY_EVERY": "0",
    "RELAIS_LOG_LEVEL": "error",
    "OPENBLAS_NUM_THREADS": "1",
}


class Cost(NamedTuple):
    """What `count` messages took: CPU in µs per message by subject, and all of them by the clock."""

    cpu: Mapping[str, float]
    seconds: float
    messages: int

    @property
    def total(self) -> float:
        """CPU of all subjects in µs per message."""
        return sum(self.cpu.values())


def houses(sizes: Sizes) -> dict[str, int]:
    """All houses there will be, and how many partitions they have."""
    return {**dict.fromkeys(HOUSES, PARTITIONS), WIDE: sizes.wide}


def sides(hop: str) -> tuple[str, str]:
    """The topics that a bare hop reads and writes."""
    return f"{hop}-in", f"{hop}-out"


class Bare:
    """A hop from one topic to another; its subject knows nothing of Relais."""

    def __init__(self, bench: Bench, name: str, command: Sequence[str]) -> None:
        self.name = name
        self._bench = bench
        self.source, self.target = map(bench.broker.name, sides(name))
        self._load = Load(name, PARTITIONS)
        where = [bench.broker.address, self.source, self.target]
        self.subject = bench.start(name, [*command, *where], OPENBLAS_NUM_THREADS="1")

    def warm_up(self) -> None:
        """Wait until it works, then pause it."""
        self.drain(self._bench.sizes.warm)

    def drain(self, count: int) -> Cost:
        """Let it work off so many messages that lie ready."""
        self._bench.broker.fill(self._letters(count))

        def done() -> bool:
            self.subject.check()
            return self._bench.broker.total(self.target, PARTITIONS) >= self._load.sent

        return _cost([self.subject], done, count, self.name)

    def end(self) -> None:
        """End its process."""
        self.subject.kill()

    def letter(self) -> tuple[str, Letter]:
        """The next message's id, and its record."""
        message, letter = self._load.message()
        return message, letter._replace(topic=self.source)

    def _letters(self, count: int) -> Iterator[Letter]:
        return (self.letter()[1] for _ in range(count))


class Served:
    """Services of Relais on topics of their own. `names` have a process each, or with `rules` (`ledger` or
    `plain`) one together; `alone` gets its readings from the bench instead of the enrichers."""

    def __init__(
        self,
        bench: Bench,
        name: str,
        names: Sequence[str] = SERVICES,
        rules: str = "",
        before: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = name
        self._bench = bench
        self.namespace = bench.broker.name(name)
        self.partitions = houses(bench.sizes)[name]
        self.load = Load(self.namespace, self.partitions)
        self._alone = "router" in names and "intent_classifier" not in names
        self._reads = {CLASSIFIERS.get(each, each): READS[CLASSIFIERS.get(each, each)] for each in names}
        if self._alone:  # nobody answers what it routes, so its positions of the other topics stay behind
            self._reads["router"] = (LEDGER,)
        if rules == "plain":
            self._reads["router"] = (INBOUND, INTENTS, SENTIMENTS)
        self.ports = {each: free_port() for each in names}
        before()
        self.subjects = self._started(names, rules)

    def _started(self, names: Sequence[str], rules: str) -> list[Subject]:
        if rules:
            port = self.ports[names[0]] if len(names) == 1 else 0
            return [self._start(self.name, python(HOUSE, rules, *names), port)]
        return [self._start(each, python(f"services.{each}"), self.ports[each]) for each in names]

    def _start(self, label: str, command: Sequence[str], port: int) -> Subject:
        return self._bench.start(
            label,
            command,
            **self._bench.where(self.namespace),
            **PATIENT,
            RELAIS_HTTP_PORT=str(port),
            RELAIS_INSTANCE=label,
        )

    def warm_up(self) -> None:
        """Wait until all work, then pause them."""
        self.drain(self._bench.sizes.warm)

    def drain(self, count: int) -> Cost:
        """Let them work off so many messages that lie ready."""
        self._bench.broker.fill(self.load.with_readings(count) if self._alone else self.load.messages(count))
        return _cost(self.subjects, self.done, count, self.name)

    def end(self) -> None:
        """End its processes."""
        for subject in self.subjects:
            subject.kill()

    def done(self) -> bool:
        """Whether everything there is has been worked off."""
        for subject in self.subjects:
            subject.check()
        broker = self._bench.broker
        if self._alone and broker.total(LEDGER.name(self.namespace), self.partitions) < self.load.sent:
            return False
        return broker.caught_up(self.namespace, self.partitions, self._reads)

    def status(self, service: str) -> dict[str, Any]:
        """What a service says of itself; empty when it does not answer."""
        return ask(self.ports[service])


HOUSE = "services.cli.bench.subjects.house"
CLASSIFIERS = {"hop": "intent_classifier", "metered": "intent_classifier"}
"""Variants that read in the group of the service they stand for."""


def _cost(subjects: Sequence[Subject], done: Any, count: int, name: str) -> Cost:
    seconds = 0.0

    def work() -> None:
        nonlocal seconds
        began = time.monotonic()
        until(done, DONE_WITHIN, f"{name} works off {count} messages")
        seconds = time.monotonic() - began

    used = measured(subjects, work)
    return Cost({each: 1e6 * cpu / count for each, cpu in used.items()}, seconds, count)
