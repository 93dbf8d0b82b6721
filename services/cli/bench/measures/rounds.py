"""What things cost in CPU: everything takes its turn, several times over."""

import subprocess
from collections import defaultdict
from pathlib import Path

from services.cli.bench.bare_redis import evalsha
from services.cli.bench.bench import Bench
from services.cli.bench.measures.large import large
from services.cli.bench.process import python
from services.cli.bench.subjects import rivals
from services.cli.bench.workers import WIDE, Bare, Cost, Served
from services.cli.house import SERVICES
from shared.contracts.errors import UserMistake

BASELINES, KINDS = "services.cli.bench.subjects.baselines", ("b0", "b1", "b2")


class Rounds:
    """The costs of everything, by name, one for each repetition."""

    def __init__(self, bench: Bench, house: Served) -> None:
        self._bench = bench
        self.costs: dict[str, list[Cost]] = defaultdict(list)
        self.model: list[float] = []
        """CPU of the classifier's model, µs per message."""
        self.redis: list[float] = []
        """CPU of this process for a pipelined EVALSHA, µs per call."""
        self._metered = Served(bench, "metered", ["metered"], "ledger")
        self._takers: list[Bare | Served] = [
            *[Bare(bench, kind, python(BASELINES, kind)) for kind in KINDS],
            *[
                Bare(bench, name, [bench.rivals, str(Path(rivals.__file__)), name])
                for name in bench.installed
            ],
            Served(bench, "hop", ["hop"], "ledger"),
            self._metered,
            Served(bench, "router", ["router"], "ledger"),
            Served(bench, "ledger", SERVICES, "ledger"),
            Served(bench, "plain", SERVICES, "plain"),
            Served(bench, WIDE, SERVICES, "ledger"),
            *large(bench),
            house,
        ]

    def run(self) -> None:
        """All of it."""
        self._takers = [taker for taker in self._takers if self._works(taker)]
        for repetition in range(self._bench.sizes.repetitions):
            for taker in self._takers:
                self._bench.say(f"CPU, {repetition + 1} of {self._bench.sizes.repetitions}: {taker.name}")
                self._turn(taker)
            self.redis.append(evalsha(self._bench.servers.redis, self._bench.broker.name("r1")).cpu)

    def _works(self, taker: Bare | Served) -> bool:
        self._bench.say(f"waiting for {taker.name}")
        try:
            taker.warm_up()
        except UserMistake:
            if taker.name not in rivals.MODULES:
                raise
            taker.end()
            return False  # other people's program does not work here; ours are measured
        return True

    def _turn(self, taker: Bare | Served) -> None:
        count = self._count(taker.name)
        before = self._model_seconds(taker)
        self.costs[taker.name].append(taker.drain(count))
        if taker is self._metered:
            self.model.append(1e6 * (self._model_seconds(taker) - before) / count)

    def _count(self, name: str) -> int:
        sizes = self._bench.sizes
        if name in ("b0", *rivals.MODULES):
            return sizes.naive
        return {"b1": sizes.bare, "b2": sizes.bare, "hop": sizes.hop, "router": sizes.hop}.get(
            name, sizes.house
        )

    def _model_seconds(self, taker: Bare | Served) -> float:
        if taker is not self._metered:
            return 0.0
        subject = self._metered.subjects[0]
        subject.resume()
        found = self._metered.status("metered")["model_seconds"]
        subject.pause()
        return float(found)

    def bare(self, name: str) -> Bare:
        """A bare hop, to be used for something else."""
        return next(taker for taker in self._takers if isinstance(taker, Bare) and taker.name == name)

    def end(self) -> None:
        """End every process."""
        for taker in self._takers:
            taker.end()

    def totals(self, name: str) -> list[float]:
        """µs of CPU per message, one for each repetition."""
        return [cost.total for cost in self.costs[name]]


def installed(python_of_rivals: str) -> tuple[str, ...]:
    """The frameworks that this Python can run."""
    return tuple(
        name
        for name, module in rivals.MODULES.items()
        if not subprocess.run(
            [python_of_rivals, "-c", f"import {module}"], capture_output=True, check=False
        ).returncode
    )
