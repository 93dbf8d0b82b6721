"""A workforce in one process: records go in, commands come out. Times are seconds of a given clock."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.cli.agents import desk as desks
from services.cli.agents.desk import Case, Desk, fold
from services.cli.agents.person import (
    Habits,
    Person,
    about,
    choice,
    gets_lost,
    on_shift,
    passes_on,
    says_at_once,
    within,
)
from services.cli.agents.tally import Tally
from services.cli.agents.wire import command
from services.cli.agents.witness import Witness
from shared.contracts.outward import WorkRecord

SAY_AGAIN = 8.0
TIMES = 3
"""How often a command is said before it counts as unanswered."""
SENTENCES = {"fr": "Bonjour, je regarde votre dossier.", "en": "Hello, I am looking into it."}
NOTE = "Simulation : à reprendre par votre équipe."


@dataclass
class Worker:
    """An agent at work. `todo`: what is due next of each work, and when."""

    who: Person
    desk: Desk
    status: str = "offline"
    announced: float = float("-inf")
    lost_until: float = 0.0
    todo: dict[str, tuple[float, str]] = field(default_factory=dict)
    offered: Counter[str] = field(default_factory=Counter)
    taken_at: dict[str, float] = field(default_factory=dict)


@dataclass
class Asked:
    """A command that has no answer yet."""

    command: dict[str, Any]
    at: float
    times: int = 1


class Crew:
    """`hear` every record, and `act` several times a second: it returns the commands to send now."""

    def __init__(
        self, people: Sequence[Person], habits: Habits, transfer_to: Sequence[str], start: float
    ) -> None:
        self.workers = {who.name: Worker(who, Desk(who.name)) for who in people}
        self.tally = Tally()
        self.witness = Witness()
        self._habits, self._pools, self._start = habits, transfer_to, start
        self._asked: dict[str, Asked] = {}
        self._outbox: list[dict[str, Any]] = []

    def hear(self, record: WorkRecord | None, now: float) -> None:
        """Take in one record of any pool, in the order of its partition."""
        self.witness.hear(record)
        if record is None:
            return
        asked = self._asked.pop(record.command_id or "", None)
        self.tally.replied += asked is not None and record.type == "replied"
        for worker in self._concerned(record):
            before, worker.desk = worker.desk, fold(worker.desk, record)
            if record.type == "refused" and asked is not None:
                worker.desk = desks.refused(worker.desk, record, asked.command.get("token") or 0)
                self.tally.refused[record.reason.code if record.reason else ""] += 1
            if worker.desk is not before:
                self._changed(worker, before, record, now)
            elif record.type == "refused" and asked is not None:
                self._finish(worker, record.work_id, now)

    def _concerned(self, r: WorkRecord) -> list[Worker]:
        """Whom the record is for, and who has its work on the desk."""
        return [w for w in self.workers.values() if w.who.name == r.agent_id or r.work_id in w.desk.cases]

    def _changed(self, worker: Worker, before: Desk, r: WorkRecord, now: float) -> None:
        was, case = before.cases.get(r.work_id), worker.desk.cases.get(r.work_id)
        self.tally.note(worker.taken_at, was, case, r, now)
        if was is not None and was.state == "offered":
            self._forget(worker, r.work_id, "accept", "decline")
        if case is None:
            worker.todo.pop(r.work_id, None)
        elif was is None or was.state != case.state or was.token != case.token:
            self._begin(worker, case, now)
        elif r.type == "message" and case.state == "held":
            worker.todo[case.work] = (now + self._time(worker, 10, 60, case, len(case.messages)), "reply")
        self.tally.most_held = max(self.tally.most_held, len(worker.desk.of("held")))

    def _begin(self, worker: Worker, case: Case, now: float) -> None:
        """What comes first in a new state."""
        who, habits = worker.who, self._habits
        match case.state:
            case "offered":
                chosen = choice(who, habits, case.work, worker.offered[case.work])
                worker.offered[case.work] += 1
                worker.todo[case.work] = (now + self._time(worker, 2, 10, case), chosen)
            case "held":
                silent = gets_lost(who, habits, case.work, case.attempt)
                if silent:
                    self.tally.lost += 1
                    worker.lost_until = max(worker.lost_until, now + silent)
                worker.todo[case.work] = (now + self._time(worker, 10, 60, case), "reply")
            case "wrapping":
                worker.todo[case.work] = (now + self._time(worker, 5, 30, case), "wrap_up")

    def act(self, now: float, wall: datetime) -> list[dict[str, Any]]:
        """The commands to send now."""
        for worker in self.workers.values():
            if now < worker.lost_until:
                continue
            self._expire(worker, wall)
            self._be_present(worker, now)
            for work, (at, step) in list(worker.todo.items()):
                if at <= now:
                    self._step(worker, worker.desk.cases[work], step, now)
        self._say_again(now)
        made, self._outbox = self._outbox, []
        return made

    def _expire(self, worker: Worker, wall: datetime) -> None:
        before, worker.desk = worker.desk, desks.at(worker.desk, wall)
        for work in before.cases.keys() - worker.desk.cases.keys():
            worker.todo.pop(work, None)
            self.tally.timed_out += before.cases[work].state == "offered"

    def _be_present(self, worker: Worker, now: float) -> None:
        here = on_shift(worker.who, self._habits, now - self._start)
        status = "available" if here else "drain" if worker.desk.of("held") else "offline"
        due = status != "offline" and now - worker.announced >= self._habits.heartbeat
        if status == worker.status and not due and not worker.desk.away:
            return
        who, worker.status, worker.announced = worker.who, status, now
        worker.desk = desks.back(worker.desk)
        fields = {"pools": who.pools, "languages": who.languages, "skills": who.skills, "back": True}
        self._outbox.append(command("presence", who.name, status=status, **fields))

    def _step(self, worker: Worker, case: Case, step: str, now: float) -> None:
        worker.todo.pop(case.work)
        who, token = worker.who, case.token
        match step:
            case "accept" | "decline":
                self._ask(step, who, case, now)
            case "reply":
                language = str(case.told.enrichment.get("language") or "")[:2]
                self._ask("reply", who, case, now, token=token, text=SENTENCES.get(language, SENTENCES["fr"]))
                worker.todo[case.work] = (now + self._time(worker, 10, 60, case, "close"), "close")
            case "close" | "finish":
                self._end(worker, case, now, may_pass_on=step == "close")
            case "wrap_up":
                disposition, solved = about(who, self._habits, case.work)
                self._ask("wrap_up", who, case, now, disposition=disposition, solved=solved)

    def _end(self, worker: Worker, case: Case, now: float, may_pass_on: bool) -> None:
        """Close, or now and then pass on."""
        who, habits = worker.who, self._habits
        others = [pool for pool in self._pools if pool != case.told.pool]
        pool = passes_on(who, habits, case.work, case.attempt, others) if may_pass_on else ""
        if pool:
            self._ask("transfer", who, case, now, token=case.token, pool=pool, note=NOTE)
            return
        said: dict[str, Any] = {}
        if says_at_once(who, habits, case.work):
            said["disposition"], said["solved"] = about(who, habits, case.work)
        self._ask("close", who, case, now, token=case.token, **said)

    def _finish(self, worker: Worker, work: str, now: float) -> None:
        """What was asked was not done, the work is still in hand and nothing else is due: just close it."""
        case = worker.desk.cases.get(work)
        if case is not None and case.state == "held" and work not in worker.todo:
            worker.todo[work] = (now + self._time(worker, 10, 30, case, "finish"), "finish")

    def _ask(self, kind: str, who: Person, case: Case, now: float, **fields: Any) -> None:
        made = command(kind, who.name, work_id=case.work, **fields)
        self._asked[made["id"]] = Asked(made, now)
        self._outbox.append(made)

    def _say_again(self, now: float) -> None:
        """Without an answer, with the same id: Relais does it once."""
        for name, asked in list(self._asked.items()):
            worker = self.workers[asked.command["agent_id"]]
            if now - asked.at < SAY_AGAIN or now < worker.lost_until:
                continue
            if asked.times >= TIMES:
                del self._asked[name]
                self.tally.unanswered[asked.command["type"]] += 1
                self._finish(worker, asked.command["work_id"], now)
                continue
            asked.at, asked.times = now, asked.times + 1
            self._outbox.append(asked.command)

    def _forget(self, worker: Worker, work: str, *kinds: str) -> None:
        """An offer that is over needs no answer to what was said of it."""
        name = worker.who.name
        for key, asked in list(self._asked.items()):
            said = asked.command
            if said["agent_id"] == name and said["work_id"] == work and said["type"] in kinds:
                del self._asked[key]

    def leave(self, now: float) -> list[dict[str, Any]]:
        """Everybody goes home and gives back what they hold."""
        for worker in self.workers.values():
            for case in worker.desk.of("held"):
                self._ask("decline", worker.who, case, now, token=case.token)
            self._outbox.append(command("presence", worker.who.name, status="offline"))
            worker.todo.clear()
        made, self._outbox = self._outbox, []
        return made

    def _time(self, worker: Worker, low: float, high: float, case: Case, *more: object) -> float:
        return within(worker.who, self._habits, low, high, case.work, case.state, case.attempt, *more)

    @property
    def waiting_for_answers(self) -> int:
        """Commands that nothing has answered yet."""
        return len(self._asked)
