"""From the SIGKILL of a router to the first new outcome on its partitions, which another one took over."""

import threading
import time

from services.cli.bench.bench import Bench
from services.cli.bench.load import PERSON, Load
from services.cli.bench.process import Subject, python, until
from services.cli.bench.workers import PARTITIONS, PATIENT
from services.cli.up.watch import ask
from shared.contracts.topics import LEDGER
from shared.runtime.processes import free_port

READY_WITHIN, TAKEN_WITHIN = 30.0, 60.0
RATE = 100
SETTLE = 0.2


class Pair:
    """Two routers that share the partitions of a house, with traffic for both."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._namespace = bench.broker.name("death")
        self._ledger = LEDGER.name(self._namespace)
        self._load = Load(self._namespace, PARTITIONS)
        self._over = threading.Event()
        self._started = 0
        self._routers = [self._router(), self._router()]
        self._traffic = threading.Thread(target=self._publish, daemon=True)

    def __enter__(self) -> "Pair":
        self._traffic.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._traffic.join()
        for router, _port in self._routers:
            router.kill()

    def death(self) -> float:
        """Kill one; seconds until its partitions have a new outcome. Another one takes its place."""
        until(self._shared, READY_WITHIN, "two routers share the partitions", every=0.1)
        router, port = self._routers.pop(0)
        partitions = ask(port)["partitions"]
        router.kill()
        killed = time.monotonic()
        before = self._at_rest(partitions)
        until(lambda: self._ends(partitions) > before, TAKEN_WITHIN, "the partitions are taken over")
        took = time.monotonic() - killed
        self._routers.append(self._router())
        return took

    def _ends(self, partitions: list[int]) -> int:
        ends = self._bench.broker.ends({self._ledger: PARTITIONS})
        return sum(ends[self._ledger, partition] for partition in partitions)

    def _at_rest(self, partitions: list[int]) -> int:
        """Where they end when what the dead one had under way has arrived."""
        ends = -1
        while ends != (now := self._ends(partitions)):
            ends = now
            time.sleep(SETTLE)
        return ends

    def _shared(self) -> bool:
        for router, _ in self._routers:
            router.check()
        return all(len(ask(port).get("partitions", ())) == PARTITIONS // 2 for _, port in self._routers)

    def _router(self) -> tuple[Subject, int]:
        port = free_port()
        self._started += 1
        own = {
            "RELAIS_SESSION_TIMEOUT": str(self._bench.sizes.session),
            "RELAIS_HTTP_PORT": str(port),
            "RELAIS_INSTANCE": f"router-{self._started}",
        }
        where = self._bench.where(self._namespace)
        name = f"death-{self._started}"
        return self._bench.start(name, python("services.router"), **where, **{**PATIENT, **own}), port

    def _publish(self) -> None:
        """What asks for a person: the router's word is then the outcome."""
        while not self._over.wait(0.1):
            self._bench.broker.fill(self._load.with_readings(RATE // 10, PERSON))


def deaths(bench: Bench) -> list[float]:
    """Seconds to the first new outcome ÷ session time-out, for each death."""
    found = []
    with Pair(bench) as pair:
        for number in range(bench.sizes.deaths):
            bench.say(f"death of a router, {number + 1} of {bench.sizes.deaths}")
            found.append(pair.death() / bench.sizes.session)
    return found
