"""How the queue's values lie in Redis."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, islice
from typing import Any, cast

import msgspec
import orjson

from shared.contracts.agents import Presence
from shared.policy.model import Policy
from shared.queue.acquaintance import Spoke
from shared.queue.values import (
    Agent,
    Answer,
    Change,
    Held,
    HeldAs,
    Item,
    Offer,
    Passed,
    Placed,
    Told,
    Waiting,
)

_item = msgspec.json.Decoder(Item)
_encode = msgspec.json.Encoder().encode


class Facts(msgspec.Struct, frozen=True):
    """What an agent's tool says of the agent."""

    pools: tuple[str, ...]
    languages: tuple[str, ...]
    skills: tuple[tuple[str, int], ...]
    capacity: int


class Past(msgspec.Struct, frozen=True):
    """What has become of the offers of a work."""

    passed: dict[str, Passed] = {}
    rounds: int = 0
    round_at: int = 0


_facts = msgspec.json.Decoder(Facts)
_past = msgspec.json.Decoder(Past)
_NO_PAST = Past()


def change(change: Change, policy: Policy) -> Iterator[Any]:
    """The arguments of `apply`."""
    yield from (change.partition, change.before, change.after, works(change.put, policy))
    for gone in change.remove:
        yield from (gone.id, gone.wrap)


def works(placed: Sequence[Placed], policy: Policy) -> bytes:
    """What `put` in the scripts takes, by column."""
    items, severe = [one.item for one in placed], policy.capacity.severe
    return orjson.dumps(
        {
            "id": [item.id for item in items],
            "item": [_encode(item).decode() for item in items],
            "lane": [one.lane for one in placed],
            "rank": [str(one.rank) for one in placed],
            "agent": [item.agent for item in items],
            "attempt": [item.attempt for item in items],
            "external": [item.external for item in items],
            "held": [_takes(item) for item in items],
            "severe": [item.severity >= severe for item in items],
        }
    )


def _takes(item: Item) -> str:
    """What a work takes of an agent's capacity, as short as it can be said."""
    turn = () if item.turn == "ours" and not item.turn_at else (item.turn, item.turn_at)
    return _encode((item.channel, item.priority, item.severity, *turn)).decode()


def offers(made: Sequence[Offer], agents: Mapping[str, Agent], stale: int) -> bytes:
    """The argument of `reserve`, by column. Tools of agents are silent after `stale` milliseconds."""
    asked = [(agent, revision, offer) for offer in made for agent, revision in offer.agents]
    return orjson.dumps(
        {
            "work": [offer.work for offer in made],
            "revision": [str(offer.revision) for offer in made],
            "deadline": [str(offer.deadline) for offer in made],
            "silent_at": [min(agents[name].seen for name, _ in offer.agents) + stale for offer in made],
            "offered": [_encode([name for name, _ in offer.agents]).decode() for offer in made],
            "last": list(accumulate(len(offer.agents) for offer in made)),
            "agent": [agent for agent, _, _ in asked],
            "agent_revision": [str(revision) for _, revision, _ in asked],
            "told": [_told(agent, offer) for agent, _, offer in asked],
        }
    )


def _told(agent: str, offer: Offer) -> str:
    return _encode(Told("offer", offer.work, agent, deadline=offer.deadline)).decode()


def facts(command: Presence) -> bytes:
    """The argument of `presence`."""
    languages = tuple(language[:2].lower() for language in command.languages)
    skills = tuple(sorted(command.skills.items()))
    return _encode(Facts(tuple(command.pools), languages, skills, command.capacity))


def pools(found: str) -> list[str]:
    """The pools in what an agent's tool said."""
    return list(_facts.decode(found).pools)


def item(found: str) -> Item:
    """A work as the book has it."""
    return _item.decode(found)


def answer(found: Sequence[str]) -> Answer:
    """What a script says to a command."""
    code, work = found
    return Answer(code, item(work) if work else None)


def spoke(found: str) -> Spoke:
    """Who last spoke with a customer."""
    at, _, agent = found.partition(" ")
    return Spoke(int(at), agent)


def lanes(found: Sequence[Any], works: Sequence[Sequence[Any]]) -> Iterator[tuple[str, tuple[Waiting, ...]]]:
    """The lanes of a view, each with the works that lie there."""
    rows = zip(*works, strict=True)
    for name, count in zip(found[0::2], found[1::2], strict=True):
        yield name, tuple(waiting(*row) for row in islice(rows, count) if row[0] is not None)


def waiting(work: str, past: str | None, revision: str, offered: str = "[]") -> Waiting:
    """A work of a view."""
    before = _past.decode(past) if past else _NO_PAST
    return Waiting(
        item(work),
        passed=before.passed,
        rounds=before.rounds,
        round_at=before.round_at,
        offered=tuple(orjson.loads(offered)),
        revision=int(revision or 0),
    )


def agent(found: Sequence[Any]) -> Agent:
    """An agent of a view."""
    name, revision, facts, flat, hour = found
    fields = dict(zip(flat[0::2], flat[1::2], strict=True))
    held = [_taken(name[5:], value) for name, value in fields.items() if name.startswith("work:")]
    told = _facts.decode(facts) if facts else Facts((), (), (), 0)
    return Agent(
        name,
        status=fields.get("status", "offline"),
        pools=told.pools,
        languages=told.languages,
        skills=told.skills,
        capacity=told.capacity,
        seen=int(fields.get("seen", 0)),
        online_since=int(fields.get("online", 0)),
        last=int(fields.get("last", 0)),
        assigned=tuple(int(at) for at in hour),
        severe_in_a_row=int(fields.get("severe", 0)),
        missed_in_a_row=int(fields.get("missed", 0)),
        held=tuple(sorted(held, key=lambda one: one.work)),
        revision=int(revision),
    )


def _taken(work: str, found: str) -> Held:
    """A work that an agent holds: how, and what it takes (as `board.held` has it)."""
    as_, _, takes = found.partition(" ")
    channel, priority, severity, *turn = orjson.loads(takes)
    return Held(work, channel, cast(HeldAs, as_), priority, severity, *(turn if as_ == "assigned" else ()))
