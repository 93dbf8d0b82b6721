"""How the queue's values lie in Redis."""

from collections.abc import Sequence
from typing import Any

import msgspec
import orjson
from msgspec.structs import replace

from shared.contracts.agents import Presence
from shared.policy.model import Policy
from shared.queue.acquaintance import Spoke
from shared.queue.board import held
from shared.queue.values import Agent, Answer, Change, Held, Item, Offer, Passed, Placed, Waiting

_item = msgspec.json.Decoder(Item)
_held = msgspec.json.Decoder(Held)
_passed = msgspec.json.Decoder(dict[str, Passed])
_encode = msgspec.json.Encoder().encode
_EMPTY: dict[str, Passed] = {}


class Facts(msgspec.Struct, frozen=True):
    """What an agent's tool says of the agent."""

    pools: tuple[str, ...]
    languages: tuple[str, ...]
    skills: tuple[tuple[str, int], ...]
    capacity: int


_facts = msgspec.json.Decoder(Facts)


def change(change: Change, policy: Policy) -> tuple[int, int, int, bytes]:
    """The arguments of `apply`."""
    put = [_row(one, policy) for one in change.put]
    gone = [{"id": one.id, "wrap": one.wrap} for one in change.remove]
    return change.partition, change.before, change.after, orjson.dumps({"put": put, "remove": gone})


def works(placed: Sequence[Placed], policy: Policy) -> bytes:
    """The argument of `rebuild`."""
    return orjson.dumps([_row(one, policy) for one in placed])


def _row(placed: Placed, policy: Policy) -> dict[str, Any]:
    item = placed.item
    return {
        "id": item.id,
        "partition": item.partition,
        "lane": placed.lane,
        "rank": placed.rank,
        "agent": item.agent,
        "attempt": item.attempt,
        "external": "1" if item.external else "0",
        "severe": item.severity >= policy.capacity.severe,
        "held": _encode(held(item)).decode(),
        "item": _encode(item).decode(),
    }


def facts(command: Presence) -> bytes:
    """The argument of `presence`."""
    languages = tuple(language[:2].lower() for language in command.languages)
    skills = tuple(sorted(command.skills.items()))
    return _encode(Facts(tuple(command.pools), languages, skills, command.capacity))


def pools(found: str) -> list[str]:
    """The pools in what an agent's tool said."""
    return list(_facts.decode(found).pools)


def offer(made: Offer) -> bytes:
    """An argument of `reserve`."""
    return orjson.dumps((made.work, made.revision, made.deadline, *made.agents))


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


def waiting(found: Sequence[str | None]) -> Waiting:
    """A work of a view: item, passed, rounds, when the last was over, revision, offered."""
    work, passed, rounds, round_at, revision, offered = found
    return Waiting(
        item(work or ""),
        passed=_passed.decode(passed) if passed else _EMPTY,
        rounds=int(rounds or 0),
        round_at=int(round_at or 0),
        offered=tuple(orjson.loads(offered)) if offered else (),
        revision=int(revision or 0),
    )


def agent(found: Sequence[Any]) -> Agent:
    """An agent of a view."""
    name, flat, works_held, hour = found
    fields = dict(zip(flat[0::2], flat[1::2], strict=True))
    told = _facts.decode(fields["facts"]) if "facts" in fields else Facts((), (), (), 0)
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
        held=tuple(sorted(map(_taken, works_held[1::2]), key=lambda one: one.work)),
        revision=int(fields.get("revision", 0)),
    )


def _taken(found: str) -> Held:
    as_, _, held_ = found.partition(" ")
    taken = _held.decode(held_)
    if as_ == "assigned":
        return taken
    return replace(taken, as_=as_, turn="ours", turn_at=0)
