"""The terminal agent without its terminal: records and typed lines go in, commands and lines come out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.cli.agents import desk as desks
from services.cli.agents import typed
from services.cli.agents.desk import Desk, fold
from services.cli.agents.show import case_lines, message_lines, plain
from services.cli.agents.typed import Focus, Mistyped, Typed
from services.cli.agents.wire import command
from services.cli.agents.wording import Say, Tongue, because, clock, helping, say
from shared.contracts.outward import WorkRecord
from shared.contracts.vocabulary import REFUSALS

REMEMBERED = 500
Show = Callable[[str], None]
Send = Callable[[dict[str, Any]], None]


class Clerk:
    """One agent's tool. `presence` has the fields of the presence command but the status. Until `live` is set
    nothing is shown: what is read then happened before the tool was started."""

    def __init__(
        self, agent: str, presence: Mapping[str, Any], tongue: Tongue, show: Show, send: Send
    ) -> None:
        self.desk = Desk(agent)
        self.focus = Focus({})
        self.status = "available"
        self.over = False
        self.live = False
        self._presence, self._tongue, self._show, self._send = dict(presence), tongue, show, send
        self._numbers: dict[str, int] = {}
        self._asked: dict[str, Typed] = {}
        self._leaving = False

    def announce(self, back: bool = False) -> None:
        """Say that the agent is here."""
        fields = {"status": self.status, **self._presence, "back": back or None}
        self._send(command("presence", self.desk.agent, **fields))

    def begin(self, now: datetime) -> None:
        """Everything that was there has been read: show the desk, and be here."""
        self.desk = desks.back(desks.at(self.desk, now))
        self.live = True
        self._say("welcome", agent=self.desk.agent, pools=", ".join(self._presence["pools"]))
        if self.desk.cases:
            self._say("here")
            for work in self.desk.cases:
                self._case(work)
        self.announce(back=True)

    def tick(self, now: datetime) -> None:
        """Take off the desk what is over by the clock; the house tells of it as well, or could not."""
        before, self.desk = self.desk, desks.at(self.desk, now)
        for work in before.cases.keys() - self.desk.cases.keys():
            if before.cases[work].state == "offered":
                over = getattr(REFUSALS["offer_over"], self._tongue)
                self._say("rescinded", n=self._n(work), why=over)

    def hear(self, record: WorkRecord | None) -> None:
        """Take in one record, and show what it means."""
        if record is None:
            return self._say("unreadable") if self.live else None
        before, self.desk = self.desk, fold(self.desk, record)
        if self.live:
            self._tell(record, before)
        return None

    def _tell(self, r: WorkRecord, before: Desk) -> None:
        changed, mine = self.desk is not before, r.agent_id == self.desk.agent
        n = self._n(r.work_id) if r.work_id in self._numbers or changed else ""
        match r.type:
            case "assigned" if changed and mine and r.work_id in before.cases:
                self._say("yours", n=n)
            case "offer" | "assigned" if changed and mine:
                self._case(r.work_id)
            case "message" if changed:
                self._say("message", n=n)
                for message in r.messages:
                    self._lines(message_lines(message, self._tongue))
            case "replied" if mine and self._answered(r):
                self._say("replied", n=n)
            case "held" if changed:
                self._say("on_hold" if r.on_hold else "off_hold", n=n)
            case "rescinded" | "released" if changed:
                self._say(r.type, n=n, why=because(self._tongue, r.reason))
            case "transferred" if changed:
                self._say("transferred", n=n)
            case "assigned" if changed:
                self._say("taken", n=n)
            case "closed" | "wrapped_up" if changed:
                self._over(r, n)
            case "away" if changed:
                self._say("away")
            case "alarm":
                self._say("alarm", pool=plain(r.pool), work=r.work_id, why=because(self._tongue, r.reason))
            case "why" if mine:
                self._why(r)
            case "refused" if mine:
                self._refused(r)

    def _over(self, r: WorkRecord, n: str) -> None:
        until = clock(r.wrap_until)
        if r.type == "wrapped_up":
            return self._say("more_time" if until else "wrapped", n=n, until=until)
        self._say("closed", n=n)
        if r.reason is not None and r.reason.code == "limit_of_moves":
            self._show(because(self._tongue, r.reason))
        if until and r.work_id in self.desk.cases:
            self._say("wrap", n=n, until=until)
        return None

    def _why(self, r: WorkRecord) -> None:
        self._say("why", n=self._n(r.work_id))
        for one in r.excluded:
            self._show(f"  {plain(one.agent_id)}: {one.fr if self._tongue == 'fr' else one.en}")
        if not r.excluded:
            self._show(f"  {say(self._tongue, 'why_nobody')}")

    def _refused(self, r: WorkRecord) -> None:
        """A reply that was not sent goes back to its author."""
        asked = self._answered(r)
        what = asked.kind if asked else "?"
        n = self._n(r.work_id) if r.work_id else ""
        self._say("refused", what=what, n=n, why=because(self._tongue, r.reason))
        if asked is None:
            return
        self.desk = desks.refused(self.desk, r, asked.fields.get("token") or 0)
        text = asked.fields.get("text") or asked.fields.get("note")
        if text:
            self._say("not_sent")
            self._lines(iter(f"  {line}" for line in str(text).split("\n")))

    def _answered(self, r: WorkRecord) -> Typed | None:
        """The command that this record answers, once."""
        return self._asked.pop(r.command_id, None) if r.command_id else None

    def typed(self, line: str) -> None:
        """Carry out one line of the agent's."""
        if not line.strip():
            return
        try:
            asked = typed.read(line, self.desk, self.focus)
        except Mistyped as wrong:
            self._say(wrong.said, **wrong.names)
            return
        match asked.kind:
            case "help":
                self._show(helping(self._tongue))
            case "list":
                self._list()
            case "look":
                self._look(asked.work)
            case "quit":
                self.quit()
            case "presence":
                self.status = asked.fields["status"]
                self.desk = desks.back(self.desk)
                self.announce(back=True)
                self._say("status", status=self.status)
            case _:
                self._ask(asked)

    def quit(self) -> None:
        """Leave; with work in hand only when said twice. Then it is given back."""
        held = self.desk.of("held")
        if held and not self._leaving:
            self._leaving, self.status = True, "drain"
            self.announce()
            return self._say("holding", n=", ".join(self._n(case.work) for case in held))
        for case in held:
            self._send(command("decline", self.desk.agent, work_id=case.work, token=case.token))
            self._say("left", n=self._n(case.work))
        self.status, self.over = "offline", True
        self.announce()
        return self._say("bye")

    def _ask(self, asked: Typed) -> None:
        made = command(asked.kind, self.desk.agent, work_id=asked.work or None, **asked.fields)
        self._send(made)
        self._asked[made["id"]] = asked
        if len(self._asked) > REMEMBERED:
            self._asked.pop(next(iter(self._asked)))
        if asked.kind == "decline" and asked.why:
            self._say("declined", n=self._n(asked.work), why=asked.why)
        ends = asked.kind in ("close", "transfer", "decline")
        if asked.kind in ("accept", "reply", "hold"):
            self._turn_to(asked.work)
        elif ends and asked.work == self.focus.work:
            self._turn_to("")

    def _look(self, work: str) -> None:
        """Show a case again and turn to it."""
        if work not in self.desk.cases:
            return self._list()
        self._case(work)
        if self.desk.cases[work].state == "held":
            self._turn_to(work)
        return None

    def _list(self) -> None:
        for case in self.desk.cases.values():
            until, state = clock(case.until), case.state + (" on hold" if case.on_hold else "")
            self._say("queue", state=state, n=self._n(case.work), pool=plain(case.told.pool), until=until)
        if not self.desk.cases:
            self._say("none")

    def _case(self, work: str) -> None:
        number = int(self._n(work)[1:])
        self._lines(case_lines(self.desk.cases[work], number, self._tongue))

    def _n(self, work: str) -> str:
        number = self._numbers.setdefault(work, len(self._numbers) + 1)
        if number not in self.focus.numbers:
            self.focus = replace(self.focus, numbers={**self.focus.numbers, number: work})
        return f"@{number}"

    def _turn_to(self, work: str) -> None:
        self.focus = replace(self.focus, work=work)

    def _lines(self, lines: Iterator[str]) -> None:
        self._show("\n".join(lines))

    def _say(self, sentence: Say, /, **names: object) -> None:
        self._show(say(self._tongue, sentence, **names))

    @property
    def prompt(self) -> str:
        """Who types, and what the next line is about unless it says otherwise."""
        about = f" {self._n(self.focus.work)}" if self.focus.work else ""
        return f"{self.desk.agent}{about}> "
