"""Opens a house, keeps it, and closes it: the loop behind `relais up`."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from services.cli import state
from services.cli.state import Contact
from services.cli.topics.the_map import the_map
from services.cli.up import launch
from services.cli.up.display import Display
from services.cli.up.hold import Holder
from services.cli.up.last_words import cause
from services.cli.up.supervisor import Child, Supervisor
from services.cli.up.table import View, addresses
from services.cli.up.watch import Rate, Watcher, accounts, rows
from shared.contracts.errors import UserMistake
from shared.runtime.admin import PARTITIONS, Admin
from shared.runtime.processes import bound, free_port

TICK = 0.1
SHOW_EVERY = 0.5
SERVER_WITHIN = 20.0
READY_WITHIN = 60.0
STOP_SERVICES, STOP_SERVERS = 9.2, 0.6
"""Together below the 10 s a stop may take; a service needs up to 9 of them."""
FOR_EVER = float("inf")


class Over(Exception):
    """Somebody asked to stop."""


class Lost(Exception):
    """The house cannot go on."""


class Keeper:
    """One house, from `open` to `close`. All methods belong to one thread, which starts the processes
    and on whose life theirs depend. `over` is set by whoever wants to stop."""

    def __init__(self, home: Path, display: Display, over: threading.Event) -> None:
        self._home = home
        self._display = display
        self._over = over
        self._began = time.monotonic()
        self._servers = self._services = Supervisor([])
        self._holder = Holder(home)
        self._ports: dict[str, int] = {}
        self._running = state.Running("", "", "", os.getpid(), time.time())
        self._watcher = Watcher(lambda: dict(self._ports))
        self._rate = Rate()
        self._shown = 0.0

    # -- opening -----------------------------------------------------------------------------

    def open(self, kafka: str | None, redis: str | None, namespace: str, partitions: int | None) -> None:
        """Start the servers that are not given, make the topics, start the services. Raises
        `UserMistake` when what is given cannot be used."""
        topics = the_map()
        port = free_port()
        children = []
        if redis:
            launch.check_redis(redis)
        else:
            children.append(launch.redis(self._home, port))
        if not kafka:
            children.append(launch.kafka(self._home, partitions or PARTITIONS, namespace, topics))
        self._servers = Supervisor(children)
        self._servers.start(time.monotonic())
        where = Contact(kafka or self._address(), redis or f"redis://127.0.0.1:{port}/0", namespace)
        self._prepare(Admin(where.kafka, namespace, topics), partitions)
        self._running = replace(self._running, **asdict(where))
        self._services = Supervisor(launch.services(self._home, where, not kafka, self._ports))
        self._services.start(time.monotonic())
        self._publish()

    def _address(self) -> str:
        """Of the embedded Kafka, once it serves."""
        found = launch.portfile(self._home)
        self._until(found.exists, SERVER_WITHIN)
        if not found.exists():
            raise Lost(f"the embedded Kafka does not start: see {self._servers.children['kafka'].log}")
        return found.read_text()

    def _prepare(self, admin: Admin, partitions: int | None) -> None:
        made = admin.create(partitions)
        differences = admin.differences()
        if differences.unequal:
            raise UserMistake("; ".join(differences.lines()))
        for line in differences.lines():
            self._display.say(f"note: {line}")
        if made.created:
            self._display.say(f"made {len(made.created)} topics")

    # -- keeping -----------------------------------------------------------------------------

    def stay(self, scenario: bool) -> None:
        """Keep everything running; ends only by raising `Over` or `Lost`."""
        self._until(self._all_ready, READY_WITHIN, show=True)
        self._display.greet(self._how_it_started(), self._view())
        if scenario:
            self._play()
            self._display.greet("the scenario is over; everything stays up until Ctrl-C", self._view())
        self._until(lambda: False, FOR_EVER, show=True)

    def _until(self, done: Callable[[], bool], within: float, show: bool = False) -> None:
        """Keep things running until `done()` or for `within` seconds."""
        deadline = time.monotonic() + within
        while not done() and time.monotonic() < deadline:
            if self._over.wait(TICK):
                raise Over
            self._tick(time.monotonic())
            if show and time.monotonic() - self._shown >= SHOW_EVERY:
                self._shown = time.monotonic()
                self._display.show(self._view())

    def _tick(self, now: float) -> None:
        said = self._holder.tick(now, (self._servers, self._services))
        if said:
            self._display.say(said)
        for child in [*self._servers.tick(now), *self._services.tick(now)]:
            why = cause(child.exit_code, child.log)
            if child.name == "kafka":
                raise Lost(
                    f"the embedded Kafka died ({why}) and all messages with it, so everything stops; "
                    "start again with `relais up`"
                )
            if not child.held:
                self._display.say(f"{child.name} died ({why}); it starts again in {child.delay:.1f} s")
        self._publish()

    def _publish(self) -> None:
        """Tell others what is running, when it has changed."""
        services = {name: _known(child) for name, child in self._services.children.items()}
        for name, port in self._ports.items():
            services[name]["port"] = port
        servers = {name: _known(child) for name, child in self._servers.children.items()}
        running = replace(self._running, services=services, servers=servers)
        if services and running != self._running:
            self._running = running
            state.write(running)

    # -- showing -----------------------------------------------------------------------------

    def _view(self) -> View:
        reports = self._watcher.reports
        kept = accounts(reports)
        rate = self._rate.update(time.monotonic(), kept)
        return View(rows(self._running.services, reports), kept, addresses(self._running), rate)

    def _all_ready(self) -> bool:
        return all(row.state == "ready" for row in self._view().rows)

    def _how_it_started(self) -> str:
        late = [row.name for row in self._view().rows if row.state != "ready"]
        took = time.monotonic() - self._began
        if late:
            return f"not ready after {took:.0f} s: {', '.join(late)}; their logs say why"
        return f"everything is up after {took:.1f} s; Ctrl-C stops it"

    def _play(self) -> None:
        """Run `relais simulate` as it is, so that its own output is seen."""
        self._display.close()
        command = bound([sys.executable, "-m", "services.cli", "simulate"])
        played = subprocess.Popen(command, env={**os.environ, **launch.addresses(self._running)})
        try:
            self._until(lambda: played.poll() is not None, FOR_EVER)
        finally:
            played.kill()
            played.wait()
        if played.returncode:
            self._display.say(f"the scenario ended with exit code {played.returncode}")

    # -- closing -----------------------------------------------------------------------------

    def close(self) -> None:
        """Stop everything: the services first, then the servers they need."""
        began = time.monotonic()
        self._watcher.stop()
        self._display.close()
        if not self._servers.children and not self._services.children:
            return
        try:
            self._display.say("stopping …")
        finally:  # nobody may be there to hear it
            killed = self._services.stop(STOP_SERVICES) + self._servers.stop(STOP_SERVERS)
        if killed:
            self._display.say(f"killed, since they did not stop: {', '.join(killed)}")
        self._display.say(f"stopped after {time.monotonic() - began:.1f} s")


def _known(child: Child) -> dict[str, object]:
    return {"pid": child.pid, "restarts": child.restarts, "held": child.held}
