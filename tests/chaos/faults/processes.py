"""Faults of single processes."""

from __future__ import annotations

import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from tests.chaos.faults.schedule import Planned
from tests.chaos.house import PairHouse, instances
from tests.kit.process import wait_until
from tests.kit.traffic import Keeper

ARMED_WITHIN = 8.0
"""Seconds in which a process must reach its failpoint to stop there; else it is left alone."""
AGAIN = 1.5
"""Seconds between two deaths of a storm."""
SHARE = 0.05
"""Seconds that a starved process gets at a time."""


class Processes:
    """Each method is a fault: it begins when entered and ends when left."""

    def __init__(self, house: PairHouse, keeper: Keeper) -> None:
        self.house, self.keeper = house, keeper
        self.armed: list[tuple[str, str]] = []
        """Instances that were given a failpoint, and which."""

    def _signal(self, label: str, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            self.house.processes[label].send_signal(number)

    def _anew(self, label: str, **environment: str) -> None:
        """Kill it and start it again otherwise; the keeper must not come first."""
        with self._down(label):
            self.house.kill(label)
            self.house.again(label, **environment)

    @contextmanager
    def _down(self, *labels: str) -> Iterator[None]:
        self.keeper.down |= set(labels)
        try:
            yield
        finally:
            self.keeper.down -= set(labels)

    @contextmanager
    def kill(self, planned: Planned) -> Iterator[None]:
        self._signal(planned.target, signal.SIGKILL)
        yield

    @contextmanager
    def restart(self, planned: Planned) -> Iterator[None]:
        self._signal(planned.target, signal.SIGTERM)
        yield

    @contextmanager
    def pause(self, planned: Planned) -> Iterator[None]:
        self._signal(planned.target, signal.SIGSTOP)
        yield
        self._signal(planned.target, signal.SIGCONT)

    zombie = pause

    @contextmanager
    def absent(self, planned: Planned) -> Iterator[None]:
        labels = instances(planned.target)
        with self._down(*labels):
            self.house.kill(*labels)
            yield

    @contextmanager
    def forget(self, planned: Planned) -> Iterator[None]:
        labels = instances(planned.target)
        with self._down(*labels):
            self.house.kill(*labels)
            self._forget_group(f"{self.house.namespace}.{planned.target}")
            yield

    def _forget_group(self, group: str) -> None:
        admin = AdminClient({"bootstrap.servers": self.house.kafka, "log_level": 0})

        def gone() -> bool:
            try:
                admin.delete_consumer_groups([group], request_timeout=5)[group].result(5)
            except KafkaException as error:
                return error.args[0].name() == "GROUP_ID_NOT_FOUND"
            return True

        with suppress(TimeoutError):  # Kafka itself may be away just now
            wait_until(gone, 8, f"{group} is forgotten", every=0.3)

    @contextmanager
    def failpoint(self, planned: Planned) -> Iterator[None]:
        self._anew(planned.target, RELAIS_FAILPOINT=planned.detail)
        self.armed.append((planned.target, planned.detail))
        yield

    blocked = failpoint

    @contextmanager
    def clock(self, planned: Planned) -> Iterator[None]:
        self._anew(planned.target, RELAIS_CLOCK_OFFSET=planned.detail)
        yield

    @contextmanager
    def stopped(self, planned: Planned) -> Iterator[None]:
        self._anew(planned.target, RELAIS_FAILPOINT=planned.detail)
        pid = self.house.processes[planned.target].pid
        try:
            wait_until(lambda: state(pid) in ("T", ""), ARMED_WITHIN, f"{planned.target} has stopped")
        except TimeoutError:
            self._anew(planned.target)  # It would stop later, when nobody is there to wake it.
        yield
        self._signal(planned.target, signal.SIGCONT)

    @contextmanager
    def storm(self, planned: Planned) -> Iterator[None]:
        with self._again_and_again(AGAIN, lambda: self._signal(planned.target, signal.SIGKILL)):
            yield

    @contextmanager
    def starved(self, planned: Planned) -> Iterator[None]:
        def a_while() -> None:
            self._signal(planned.target, signal.SIGCONT)
            time.sleep(SHARE)
            self._signal(planned.target, signal.SIGSTOP)

        with self._again_and_again(9 * SHARE, a_while):
            yield
        self._signal(planned.target, signal.SIGCONT)

    @contextmanager
    def _again_and_again(self, pause: float, what: Callable[[], None]) -> Iterator[None]:
        over = threading.Event()

        def repeat() -> None:
            while not over.wait(pause):
                what()

        thread = threading.Thread(target=repeat, name="again and again")
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    @contextmanager
    def mute(self, planned: Planned) -> Iterator[None]:
        self.house.mute.add(planned.target)
        self._anew(planned.target)
        self.house.mute.discard(planned.target)
        yield

    @contextmanager
    def bot(self, planned: Planned) -> Iterator[None]:
        self.house.bot.mood = planned.detail
        yield
        self.house.bot.mood = "fair"

    @contextmanager
    def descriptors(self, planned: Planned) -> Iterator[None]:
        pid = self.house.processes[planned.target].pid
        with (
            suppress(OSError),
            _limited(pid, resource.RLIMIT_NOFILE, len(list(Path(f"/proc/{pid}/fd").iterdir()))),
        ):
            yield
            return
        yield

    @contextmanager
    def memory(self, planned: Planned) -> Iterator[None]:
        pid = self.house.processes[planned.target].pid
        with suppress(OSError), _limited(pid, resource.RLIMIT_AS, _virtual(pid)):
            yield
            return
        yield


@contextmanager
def _limited(pid: int, what: int, limit: int) -> Iterator[None]:
    """A process that is gone has no limits; `OSError` only before anything was limited."""
    soft, hard = resource.prlimit(pid, what)
    resource.prlimit(pid, what, (limit, hard))
    yield
    with suppress(OSError):
        resource.prlimit(pid, what, (soft, hard))


def _virtual(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def state(pid: int) -> str:
    """The process's state letter; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return ""
