"""Carries out schedules, and keeps account of what was at work when."""

from __future__ import annotations

import threading
import time
from typing import Self

from tests.chaos.agents import Agents
from tests.chaos.faults.door import DoorFaults
from tests.chaos.faults.people import PeopleFaults
from tests.chaos.faults.processes import Processes
from tests.chaos.faults.schedule import Planned, Schedule
from tests.chaos.faults.servers import ServerFaults
from tests.chaos.house import LABELS, PairHouse, instances
from tests.chaos.load import Load
from tests.chaos.oracle.evidence import Active
from tests.chaos.oracle.witness import Witness
from tests.kit.traffic import Keeper

LOOK_EVERY = 0.3
NOT_YET = float("inf")


class Injector:
    """`with Injector(…) as injector: injector.play(schedule)`."""

    def __init__(
        self, house: PairHouse, keeper: Keeper, witness: Witness, load: Load, agents: Agents
    ) -> None:
        self._house = house
        self.processes = Processes(house, keeper)
        servers, door = ServerFaults(house, witness), DoorFaults(load, house.partitions)
        self._kinds = (self.processes, servers, door, PeopleFaults(agents))
        self._active: list[Active] = []
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._doctor = threading.Thread(target=self._look_after, name="doctor")
        self.failed: list[str] = []
        """Faults that could not be carried out as planned, and why."""

    def __enter__(self) -> Self:
        self._doctor.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._doctor.join()

    @property
    def faults(self) -> list[Active]:
        with self._lock:
            return list(self._active)

    def note(self, fault: str, target: str, began: float, detail: str) -> None:
        """Keep account of what struck by itself, and is over."""
        with self._lock:
            self._active.append(Active(fault, target, began, time.monotonic(), NOT_YET, detail))

    def play(self, schedule: Schedule) -> None:
        """Return when the schedule is over and every fault has ended."""
        began, threads = time.monotonic(), []
        for planned in schedule.planned:
            self._over.wait(max(0.0, began + planned.at - time.monotonic()))
            threads.append(threading.Thread(target=self._carry_out, args=(planned,), name=planned.fault))
            threads[-1].start()
        self._over.wait(max(0.0, began + schedule.seconds - time.monotonic()))
        for thread in threads:
            thread.join()

    def _carry_out(self, planned: Planned) -> None:
        with self._lock:
            place = len(self._active)
            began = time.monotonic()
            self._active.append(
                Active(planned.fault, planned.target, began, NOT_YET, NOT_YET, planned.detail)
            )
        what = next(getattr(kind, planned.fault) for kind in self._kinds if hasattr(kind, planned.fault))
        try:
            with what(planned):
                self._over.wait(planned.seconds)
        except Exception as error:
            self.failed.append(f"{planned.fault} {planned.target}: {type(error).__name__}: {error}")
        with self._lock:
            self._active[place] = self._active[place]._replace(end=time.monotonic())

    def _look_after(self) -> None:
        """Note when what was struck is ready again."""
        while not self._over.wait(LOOK_EVERY):
            waiting = [fault for fault in self.faults if fault.end < NOT_YET and fault.healed == NOT_YET]
            labels = {label for fault in waiting for label in struck(fault.target)}
            ready = {label for label in labels if self._house.ready(label)}
            with self._lock:
                for place, fault in enumerate(self._active):
                    if fault in waiting and set(struck(fault.target)) <= ready:
                        self._active[place] = fault._replace(healed=time.monotonic())


def struck(target: str) -> tuple[str, ...]:
    """Who must be ready again before a fault is over: all of the service, or of the house."""
    if target in ("door", "agents"):
        return ()
    if target == "redis":
        return instances("dispatcher")
    if target == "kafka":
        return LABELS
    label = instances(target)[0]
    return instances(label.rpartition("-")[0])
