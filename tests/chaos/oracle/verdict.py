"""All judgements over one body of evidence, and their words."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from tests.chaos.oracle.book import Book, books, named
from tests.chaos.oracle.evidence import Active, Evidence, Violation
from tests.chaos.oracle.outcomes import Books, accounted, never_both, order, repeats
from tests.chaos.oracle.people import offered, single_holder, waiting
from tests.chaos.oracle.progress import commit_safety, liveness
from tests.chaos.oracle.records import hygiene, quarantine

Judgement = Callable[[Evidence, Books], Iterator[Violation]]
JUDGEMENTS: dict[str, Judgement] = {
    "accounted": accounted,
    "never both": never_both,
    "repeats": repeats,
    "order": order,
    "single holder": single_holder,
    "quarantine": quarantine,
    "commit safety": commit_safety,
    "liveness": lambda evidence, made: chain(liveness(evidence, made), offered(evidence, made)),
    "hygiene": hygiene,
}
KINDS = ("answered", "people", "duplicate", "moved", "quarantined", "canary")
SHOWN = 5
"""Violations of one judgement that are told in full."""


class Verdict(NamedTuple):
    """What was violated, and the evidence that the attacks were real: what was looked at."""

    violations: tuple[Violation, ...]
    counts: dict[str, int]
    faults: dict[str, int]
    """How often each kind of fault was at work."""

    @property
    def by_judgement(self) -> dict[str, list[Violation]]:
        """The violations of each judgement that has any."""
        found: dict[str, list[Violation]] = {}
        for violation in self.violations:
            found.setdefault(violation.judgement, []).append(violation)
        return found


def judge(evidence: Evidence) -> Verdict:
    """Every judgement. Nothing is decided by the first that fails."""
    made = books(evidence.of("ledger"))
    violations = tuple(v for judgement in JUDGEMENTS.values() for v in judgement(evidence, made))
    return Verdict(violations, _counts(evidence, made), dict(Counter(f.name for f in evidence.faults)))


def _counts(evidence: Evidence, made: dict[int, Book]) -> dict[str, int]:
    kinds = [outcome.kind for book in made.values() for outcome in book.outcomes.values()]
    return {
        "messages": len(evidence.doors),
        **{kind: kinds.count(kind) for kind in KINDS},
        "inert entries": sum(1 for book in made.values() for why in book.verdicts.values() if why),
        "waiting works": len(waiting(made)),
        "held works": sum(len(book.holdings) for book in made.values()),
        "replies of people": sum(len(book.spoken) for book in made.values()),
        "samples of commits": len(evidence.samples),
        "faults": len(evidence.faults),
    }


def caught(verdicts: Iterable[Verdict], by: str) -> tuple[int, tuple[str, ...]] | None:
    """10. In which run (from 1) a broken build was caught by the judgement `by`, and by which in all; `None`:
    it never was."""
    for number, verdict in enumerate(verdicts, 1):
        if by in verdict.by_judgement:
            return number, tuple(verdict.by_judgement)
    return None


def told(verdict: Verdict, evidence: Evidence, replay: str) -> str:
    """The verdict for a person: what happened to whom, under which fault, and how to see it again."""
    lines = [f"{name:>20}  {count}" for name, count in verdict.counts.items()]
    lines += [f"{'of these':>20}  {count} {name}" for name, count in sorted(verdict.faults.items())]
    if not verdict.violations:
        return "\n".join([*lines, "", "No violation."])
    made = books(evidence.of("ledger"))
    for name, found in verdict.by_judgement.items():
        lines += ["", f"{name.upper()}: {len(found)} violation{'s' * (len(found) > 1)}"]
        for violation in found[:SHOWN]:
            lines += [f"  {violation.what}", *_stories(violation, evidence, made)]
    return "\n".join([*lines, "", f"Replay: {replay}"])


def _stories(violation: Violation, evidence: Evidence, made: dict[int, Book]) -> Iterator[str]:
    for ref in violation.refs:
        yield f"    {ref}"
        steps = sorted(_steps(ref, evidence, made))
        yield from (f"      {at - steps[0][0]:7.2f} s  {step}" for at, step in steps)
        if steps:
            active = during(evidence.faults, steps[0][0], steps[-1][0])
            names = ", ".join(fault.words for fault in active)
            yield f"      faults meanwhile: {names or 'none'}"


def _steps(ref: str, evidence: Evidence, made: dict[int, Book]) -> Iterator[tuple[float, str]]:
    """The story of a message; no text of it."""
    for door in evidence.doors:
        if door.ref == ref:
            yield door.at, f"at the door: conversation {json.dumps(door.conversation)}"
    for record in evidence.of("ledger"):
        if record.value and ref in named(record.value):
            why = made[record.partition].verdicts[record.offset]
            by = next((value.decode() for name, value in record.headers if name == "relais-by"), "somebody")
            fact = f"{record.value['kind']} at ledger {record.place} by {by}"
            yield record.at, f"{fact}: {'inert, ' + why if why else 'valid'}"
    for record in evidence.of("replies"):
        if record.value and record.value["ref"] == ref:
            yield record.at, f"reply of {record.value['author']['kind']} at {record.place}"
    for record in evidence.of("work"):
        if record.value and (ref in record.value.get("refs", ()) or record.value["work_id"] == ref):
            yield record.at, f"{record.value['type']} in work {record.value['work_id']} on {record.role}"


def during(faults: Iterable[Active], start: float, end: float) -> list[Active]:
    """The faults that were at work in this time, or not yet healed."""
    return [fault for fault in faults if fault.start <= end and fault.healed >= start]
