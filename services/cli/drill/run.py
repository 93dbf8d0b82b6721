"""One drill: a light load, the part taken away and given back, until all is as before."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from services.cli import state
from services.cli.drill.measure import Moments, recovered
from services.cli.drill.parts import Part
from services.cli.follow import WORK, House, reach
from services.cli.simulate.account import Account, Letter
from services.cli.simulate.lines import Line, letter, run_id
from services.cli.simulate.play import Simulation
from services.cli.simulate.publish import Publisher
from services.cli.up import hold
from services.cli.up.watch import Watcher, accounts
from shared.contracts.errors import UserMistake
from shared.contracts.record import Record
from shared.contracts.topics import AGENTS, INBOUND, LEDGER, REPLIES

CHANNEL = "drill"
LOOK_EVERY = 0.05
NORMAL_WITHIN = 60.0
OFFERED_WITHIN = 3.0
LOOK_BACK = 200
TAKEN_WITHIN, BACK_WITHIN = 10.0, 30.0
RECOVERED_WITHIN = 120.0
SETTLED_WITHIN = 90.0
"""In seconds, but `LOOK_BACK`: as many records of each partition tell who is here and was offered work.
The last one is longer than all deadlines of the fallback after each other."""
Say = Callable[[str], None]


class Drill:
    """One part of the house in `home` taken away for `seconds`, with `rate` messages a second meanwhile."""

    def __init__(self, home: Path, part: Part, seconds: float, rate: float, say: Say) -> None:
        self.part, self.moments, self.deadline = part, Moments(), part.usual
        self._letters: list[Letter] = []
        self.account = Account(self._letters)
        self._home, self._rate, self._say = home, rate, say
        self._run = run_id("drill")
        self._numbers: dict[str, int] = {}
        self._hold = hold.Hold(part.child, seconds, os.getpid())
        self._over = self._asked = False

    def run(self, running: state.Running) -> None:
        """Drill; the part is given back however this ends. Raises `UserMistake` when the house is not well
        beforehand, or goes away."""
        ports = {name: known["port"] for name, known in running.services.items()}
        watcher = Watcher(lambda: ports)
        try:
            with _ended_by_signal():
                asyncio.run(self._play(running, watcher))
        finally:
            hold.withdraw(self._home, self._hold)
            watcher.stop()

    async def _play(self, running: state.Running, watcher: Watcher) -> None:
        def watch() -> None:
            now = time.monotonic()
            self.moments.watch(self.account, now)
            self.moments.house_has(accounts(watcher.reports)["unsettled"])
            self.moments.floor.told(watcher.reports.get("dispatcher", {}), now)
            if self.moments.gone is None:
                self._asked = bool(watcher.reports)
                self.deadline = self.part.due(watcher.reports)

        house = await reach(running, INBOUND, LEDGER, REPLIES, AGENTS)
        simulation = Simulation(house, self._run, self.account, self._listener(house), (AGENTS,), LOOK_BACK)
        await simulation.play(self._publish, SETTLED_WITHIN, watch)

    def _listener(self, house: House) -> Callable[[Record], None]:
        """Notes what passes between the house and agents' tools."""
        agents, work = AGENTS.name(house.namespace), WORK(house.namespace)

        def hear(record: Record) -> None:
            at = time.monotonic()
            if self.moments.gone is None:
                at -= max(0.0, time.time() - record.timestamp / 1000)
            if record.topic == agents:
                self.moments.floor.command(_object(record.value), at)
            elif record.topic.startswith(work):
                self.moments.floor.work(_object(record.value), self._numbers, at)

        return hear

    async def _publish(self, publisher: Publisher, _: Simulation) -> None:
        load = asyncio.create_task(self._load(publisher))
        try:
            await self._take_away()
        finally:
            self._over = True
        await load

    async def _load(self, publisher: Publisher) -> None:
        began = time.monotonic()
        while not self._over:
            number = len(self._letters)
            line = Line(number + 1, self.part.texts[number % len(self.part.texts)], channel=CHANNEL)
            self._letters.append(letter(number, line, self._run, f"{self._run}-c{number}"))
            self._numbers[self._letters[-1].id] = number
            await publisher.publish(self._letters[-1:], 0)
            await asyncio.sleep(max(0.0, began + (number + 1) / self._rate - time.monotonic()))

    async def _take_away(self) -> None:
        self._say("looking whether all is as usual")
        if not await _until(self._answers, NORMAL_WITHIN):
            raise UserMistake("the bot does not answer the messages of the drill: see `relais status`")
        if self.part.serves_queue:
            if not await _until(self._announces, NORMAL_WITHIN):
                raise UserMistake(
                    "the dispatcher announces no work of the drill, or does not reach its queue: see "
                    "`relais status`"
                )
            await _until(self._offers, OFFERED_WITHIN)
        hold.ask(self._home, self._hold)
        if not await _until(self._gone, TAKEN_WITHIN):
            raise UserMistake(f"`relais up` does not take {self.part.child} away: is it still running?")
        self.moments.gone = time.monotonic()
        self._say(f"{self.part.child} is gone for {self._hold.seconds:.0f} s")
        if not await _until(self._back, self._hold.seconds + BACK_WITHIN):
            raise UserMistake(f"{self.part.child} did not start again: see its log, and `relais status`")
        self.moments.back = time.monotonic()
        self._say(f"{self.part.child} is started again; waiting until all is as before")
        await _until(self._recovered, RECOVERED_WITHIN)

    def _answers(self) -> bool:
        return self._asked and any(fate.outcome == "answered" for fate in self.account.fates.values())

    def _announces(self) -> bool:
        return bool(self.moments.floor.works) and self.moments.floor.found() is not None

    def _offers(self) -> bool:
        return self.moments.floor.waits_for_offer(time.monotonic())

    def _recovered(self) -> bool:
        return recovered(self.part, self.moments, self.account.fates) is not None

    def _gone(self) -> bool:
        return _process(self.part.child) == (True, None)

    def _back(self) -> bool:
        held, pid = _process(self.part.child)
        return not held and pid is not None


def _object(value: bytes | None) -> dict[str, Any]:
    """What a record says; nothing when it cannot be read."""
    try:
        found = orjson.loads(value or b"{}")
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _process(child: str) -> tuple[bool, int | None]:
    """Whether it is held down, and its process."""
    running = state.read()
    if running is None:
        raise UserMistake("the house went away during the drill: see what `relais up` said")
    known = {**running.services, **running.servers}[child]
    return known["held"], known["pid"]


async def _until(done: Callable[[], bool], within: float) -> bool:
    deadline = time.monotonic() + within
    while not done():
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(LOOK_EVERY)
    return True


@contextmanager
def _ended_by_signal() -> Iterator[None]:
    """Ctrl-C and a polite end give the part back, also when started by a shell that ignores Ctrl-C."""
    handlers = {
        signal.SIGINT: signal.default_int_handler,
        signal.SIGTERM: lambda *_: sys.exit(128 + signal.SIGTERM),
    }
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
