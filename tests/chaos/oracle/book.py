"""The rules of the ledger, written a second time from their description: what each entry of one partition is
worth, and what became of each message. Slow and plain on purpose; nothing of the house is imported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from tests.chaos.oracle.evidence import Json, Record
from tests.chaos.oracle.values import Inert, Outcome, Talk, Work
from tests.chaos.oracle.works import Works

Speech = tuple[str, str, str]
"""Conversation, agent and text."""


class Book(Works):
    """One partition. `verdicts` has, by ledger offset, `""` for a valid entry or why it is inert."""

    def __init__(self, partition: int) -> None:
        super().__init__(partition)
        self.outcomes: dict[int, Outcome] = {}
        self.answers: dict[str, Json] = {}
        """The valid answers of the bot, by ref."""
        self.open: dict[int, str] = {}
        self.verdicts: dict[int, str] = {}

    def apply(self, record: Record) -> None:
        """Judge the next record of the ledger."""
        self._now = record
        try:
            if record.value is None:
                raise Inert("unreadable")
            rule = getattr(self, f"_{record.value['kind']}", None)
            if rule is not None:
                rule(record.value)
            self.verdicts[record.offset] = ""
        except Inert as why:
            self.verdicts[record.offset] = str(why)

    def _settle(self, offset: int, kind: str, to: str = "") -> None:
        self.open.pop(offset, None)
        conversation = (self._now.value or {}).get("conversation", "")
        self.outcomes[offset] = Outcome(kind, self._now.offset, self._now.at, to, conversation)

    def _untouched(self, ref: str) -> int:
        offset = self.here(ref)
        if offset in self.outcomes:
            raise Inert("settled")
        if offset in self.open:
            raise Inert("routed")
        return offset

    def _routed(self, e: Json) -> None:
        offset, talk = self._untouched(e["ref"]), self._talk(e)
        original = talk.heard(e["message"]["id"], offset)
        if original is not None:
            self._settle(offset, "duplicate", f"{self.partition}:{original}")
        elif e["route"] == "bot" and talk.owner == "bot":
            talk.open = sorted([*talk.open, offset])
            self.open[offset] = e["conversation"]
        else:
            self._to_people(talk, [offset])

    def _to_people(self, talk: Talk, fresh: list[int]) -> None:
        joined = sorted([*talk.open, *fresh])
        talk.work = talk.work or Work(joined[0], self._now.at)
        for offset in joined:
            self._settle(offset, "people", f"{self.partition}:{talk.work.id}")
        talk.pass_to("people")
        talk.open, talk.closed_at = [], None

    def _answered(self, e: Json) -> None:
        offset, talk = self.here(e["ref"]), self._talk(e)
        if offset not in talk.open:
            raise Inert("settled_or_not_routed")
        if e["epoch"] != talk.epoch or talk.owner != "bot":
            raise Inert("epoch_over")
        if talk.open[0] != offset:
            raise Inert("not_oldest")
        talk.open = talk.open[1:]
        self._settle(offset, "answered")
        self.answers[e["ref"]] = e

    def _handed_over(self, e: Json) -> None:
        talk, messages = self._talk(e), {self.here(ref): told for ref, told in e.get("messages", ())}
        listed = [o for o in sorted({self.here(ref) for ref in e["refs"]}) if o not in self.outcomes]
        listed = [o for o in listed if self.open.get(o, e["conversation"]) == e["conversation"]]
        if e["epoch"] != talk.epoch:
            raise Inert("epoch_over")
        fresh, twins = [], 0
        for offset in [o for o in listed if o in messages and o not in talk.open]:
            original = talk.heard(messages[offset]["id"], offset)
            if original is None:
                fresh.append(offset)
            else:
                twins += 1
                self._settle(offset, "duplicate", f"{self.partition}:{original}")
        if fresh or any(offset in talk.open for offset in listed):
            self._to_people(talk, fresh)
        elif not twins:
            raise Inert("settled")

    def _quarantined(self, e: Json) -> None:
        self._settle(self._untouched(e["ref"]), "quarantined")

    def _moved(self, e: Json) -> None:
        self._settle(self._untouched(e["ref"]), "moved", str(e["to"]))

    def _move_done(self, e: Json) -> None:
        if self.outcomes.get(self.here(e["ref"]), Outcome("", 0, 0.0)).kind != "moved":
            raise Inert("not_moving")

    def _canary_passed(self, e: Json) -> None:
        self._settle(self._untouched(e["ref"]), "canary")

    def _gap(self, e: Json) -> None:
        span = range(e["first"], e["last"] + 1)
        if not span or any(offset in span for offset in self.open):
            raise Inert("not_a_gap")
        for offset in [o for o in span if o not in self.outcomes]:
            self._settle(offset, "gap")


def books(ledger: list[Record]) -> dict[int, Book]:
    """The books of all partitions."""
    made: dict[int, Book] = {}
    for record in ledger:
        made.setdefault(record.partition, Book(record.partition)).apply(record)
    return made


def outcomes(made: dict[int, Book]) -> dict[str, Outcome]:
    """What became of every message, by ref."""
    return {f"{p}:{offset}": outcome for p, book in made.items() for offset, outcome in book.outcomes.items()}


def spoken(made: Mapping[int, Book]) -> dict[Speech, list[str]]:
    """What people said by the book: the work of each valid entry, by conversation, agent and text."""
    found: dict[Speech, list[str]] = defaultdict(list)
    for book in made.values():
        for e in book.spoken.values():
            found[e["conversation"], e["agent"], e["text"]].append(e["work"])
    return found


def named(entry: Json) -> set[str]:
    """The refs that an entry names."""
    refs: list[Any] = [entry.get("ref"), entry.get("work"), *entry.get("refs", ())]
    return {ref for ref in refs if isinstance(ref, str)}
