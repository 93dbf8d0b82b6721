"""What became of every conversation, read from the topics alone."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from shared.contracts.ledger import Closed, decode
from shared.ledger.book import Book
from tests.kit.house import House


@dataclass
class Verdict:
    """Counts, and what is wrong: empty when nothing is."""

    conversations: int = 0
    closed: int = 0
    messages: int = 0
    assignments: int = 0
    most_held: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def judge(house: House, said: dict[str, list[str]], limit: int) -> Verdict:
    """`said` are the accepted messages (external ids) by conversation; `limit` is how many works an agent may
    hold at once. Every conversation was closed by its holder, who was the only one at every position of the
    book; no agent held more than fits; every message was acknowledged once."""
    found = Verdict(conversations=len(said), messages=sum(map(len, said.values())))
    _the_book(house, said, limit, found)
    _acknowledgements(house, said, found)
    return found


def _the_book(house: House, said: dict[str, list[str]], limit: int, found: Verdict) -> None:
    """All partitions by the broker's own times, each entry with the works before and after it."""
    entries = sorted((_placed(record) for record in house.read("ledger")), key=lambda e: (e[2], e[0], e[1]))
    books = {p: Book(p) for p in range(house.partitions)}
    holders: dict[tuple[int, int], str] = {}
    held: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
    closed: Counter[str] = Counter()
    for partition, offset, at, raw in entries:
        made = decode(raw)
        verdict = books[partition].apply(made, offset, at)
        if verdict.inert is not None or verdict.work is None:
            continue
        name = (partition, verdict.work.id)
        before, after = holders.pop(name, None), verdict.work.agent
        if before is not None:
            held[before].discard(name)
        if isinstance(made, Closed):
            closed[made.conversation] += 1
            if before != made.agent:
                found.wrong.append(f"{name} was closed by {made.agent} and held by {before}")
            continue
        if after is None:
            continue
        if before is not None and before != after:
            found.wrong.append(f"{name} went from {before} to {after} without being released")
        found.assignments += before is None
        holders[name] = after
        held[after].add(name)
        found.most_held[after] = max(found.most_held[after], len(held[after]))
    found.closed = len(closed.keys() & said.keys())
    found.wrong += [f"{c} was not closed" for c in said if c not in closed]
    found.wrong += [f"{a} held {n} works, {limit} fit" for a, n in found.most_held.items() if n > limit]
    still = [f"{work} is still held by {agent}" for work, agent in holders.items()]
    found.wrong += still


def _placed(record: dict[str, Any]) -> tuple[int, int, int, bytes]:
    partition, _, offset = record["ref"].partition(":")
    return int(partition), int(offset), record["at"], record["raw"]


def _acknowledgements(house: House, said: dict[str, list[str]], found: Verdict) -> None:
    """Repeats have the same key and the same bytes."""
    bytes_of: dict[str, bytes] = {}
    acknowledged: Counter[tuple[str, str]] = Counter()
    for record in house.read("replies"):
        key = record["value"]["idempotency_key"]
        if bytes_of.setdefault(key, record["raw"]) != record["raw"]:
            found.wrong.append(f"{key} was written twice with other bytes")
    for value in bytes_of.values():
        reply = json.loads(value)
        if reply["purpose"] == "acknowledgement" or reply["author"]["kind"] == "bot":
            acknowledged[reply["conversation_id"], reply["in_reply_to"]] += 1
    for conversation, ids in said.items():
        for one in ids:
            times = acknowledged[conversation, one]
            if times != 1:
                found.wrong.append(f"{conversation}/{one} was acknowledged {times} times")
