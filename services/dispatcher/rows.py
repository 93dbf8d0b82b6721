"""How the queue's values lie in Redis."""

from collections.abc import Iterator, Sequence
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


def change(change: Change, policy: Policy) -> Iterator[Any]:
    """The arguments of `apply`."""
    yield from (change.partition, change.before, change.after, len(change.put))
    yield from works(change.put, policy)
    for gone in change.remove:
        yield from (gone.id, gone.wrap)


def works(placed: Sequence[Placed], policy: Policy) -> Iterator[bytes]:
    """The rows of works, as `put` in `common.lua` reads them."""
    for one in placed:
        item = one.item
        flags = int(item.external), int(item.severity >= policy.capacity.severe)
        head = (item.id, item.partition, one.lane, one.rank, item.agent, item.attempt, *flags)
        yield b"\n".join((_encode([str(value) for value in head]), _encode(held(item)), _encode(item)))


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
    name, flat, hour = found
    fields = dict(zip(flat[0::2], flat[1::2], strict=True))
    held = [_taken(value) for name, value in fields.items() if name.startswith("work:")]
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
        held=tuple(sorted(held, key=lambda one: one.work)),
        revision=int(fields.get("revision", 0)),
    )


def _taken(found: str) -> Held:
    as_, _, held_ = found.partition(" ")
    taken = _held.decode(held_)
    if as_ == "assigned":
        return taken
    return replace(taken, as_=as_, turn="ours", turn_at=0)
