"""Agents' commands: read, checked against the queue, and proposed to the book or refused."""

import json
from typing import Any, get_args

import orjson
import pytest

from services.dispatcher.commands import Commands, Done, read
from services.dispatcher.decide import Refusal
from shared.contracts.agents import MAX_COMMAND_BYTES, Accept, AgentCommand
from shared.contracts.ledger import Assigned, Closed, Entry, Released, Replied, TakenOver
from shared.contracts.placement import home
from tests.services.dispatcher.queue import PARTITION, Queue, policy, ref, work

PARTITIONS = 4
ACCEPT = {"type": "accept", "id": "1", "agent_id": "ana", "work_id": "2:1"}
NAMED = ("1", "ana", "2:1")
NAMELESS = (None, "", "")

UNREADABLE: dict[str, tuple[bytes | None, tuple[str | None, str, str]]] = {
    "no value": (None, NAMELESS),
    "broken JSON": (b'{"type": "accept"', NAMELESS),
    "a list": (b"[]", NAMELESS),
    "a deep nesting": (b"[" * 50_000, NAMELESS),
    "bytes that are not UTF-8": (b'{"id": "\xff"}', NAMELESS),
    "an unknown type": (orjson.dumps(ACCEPT | {"type": "sing"}), NAMED),
    "no agent": (orjson.dumps({"type": "accept", "id": "1", "work_id": "2:1"}), ("1", "", "2:1")),
    "an agent that is a number": (orjson.dumps(ACCEPT | {"agent_id": 7}), ("1", "", "2:1")),
    "an id without end": (orjson.dumps(ACCEPT | {"id": "x" * 600}), ("x" * 512, "ana", "2:1")),
    "an empty reply": (orjson.dumps(ACCEPT | {"type": "reply", "text": ""}), NAMED),
    "a reply that is too long": (orjson.dumps(ACCEPT | {"type": "reply", "text": "a" * 20_001}), NAMED),
    "a token that is a word": (orjson.dumps(ACCEPT | {"type": "decline", "token": "mine"}), NAMED),
    "a capacity below zero": (
        orjson.dumps({"type": "presence", "id": "1", "agent_id": "ana", "status": "busy", "capacity": -1}),
        ("1", "ana", ""),
    ),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_command_is_refused_to_whoever_sent_it(name: str) -> None:
    value, (command, agent, work_id) = UNREADABLE[name]
    assert read(value) == Refusal(command, agent, work_id, "invalid_command")


def test_a_command_of_a_megabyte_is_refused_to_whoever_sent_it() -> None:
    reply = ACCEPT | {"type": "reply", "text": "a" * 1_000_000}
    assert read(orjson.dumps(reply)) == Refusal("1", "ana", "2:1", "command_too_large")
    assert read(b" " * (MAX_COMMAND_BYTES + 1)) == Refusal(None, "", "", "command_too_large")


def test_fields_that_are_not_known_are_ignored() -> None:
    assert read(orjson.dumps(ACCEPT | {"mood": "good"})) == Accept("1", "ana", "2:1")


class Desk:
    """Agents at a queue with one work of each kind: 1 offered to ana, 2 held by eva with token 7, 3
    waiting, 4 of a pool that assigns by itself, 5 the same and held by zoe with token 9."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        self.commands = Commands(queue.store, policy(), PARTITIONS)

    async def prepared(self) -> "Desk":
        external: dict[str, Any] = {"pool": "outside", "external": True}
        await self.queue.put(work(1, attempt=3))
        await self.queue.present("ana", pools=("general", "billing"))
        await self.queue.offers()
        await self.queue.put(
            work(2, agent="eva", token=7),
            work(3),
            work(4, **external, attempt=1),
            work(5, **external, agent="zoe", token=9),
        )
        return self

    async def done(self, kind: str, agent: str, number: int = 0, **fields: Any) -> Done | None:
        given = {"type": kind, "id": "k", "agent_id": agent}
        if number:
            given["work_id"] = ref(number)
        command = read(json.dumps(given | fields).encode())
        assert isinstance(command, get_args(get_args(AgentCommand)[0])), command
        return await self.commands.carry_out(command)


@pytest.fixture
async def desk(queue: Queue) -> Desk:
    return await Desk(queue).prepared()


W, C = ref(2), "c2"
CARRIED_OUT: dict[str, tuple[tuple[str, str, int], dict[str, Any], list[Entry]]] = {
    "an offer is accepted": (("accept", "ana", 1), {}, [Assigned(ref(1), "c1", "ana", 3, "k")]),
    "a held work is accepted again": (("accept", "eva", 2), {}, [Assigned(W, C, "eva", 0, "k")]),
    "an offer is declined": (("decline", "ana", 1), {}, []),
    "a held work is given back": (
        ("decline", "eva", 2),
        {"token": 7},
        [Released(W, C, "eva", 7, "declined", "k")],
    ),
    "without its token": (("decline", "eva", 2), {}, [Released(W, C, "eva", 7, "declined", "k")]),
    "a reply": (("reply", "eva", 2), {"text": "Oui", "token": 7}, [Replied(W, C, "eva", 7, "Oui", "k")]),
    "a close": (("close", "eva", 2), {"token": 7}, [Closed(W, C, "eva", 7, "resolved", "k")]),
    "a close back to the bot": (
        ("close", "eva", 2),
        {"token": 7, "to_bot": True, "resolution": "ok"},
        [Closed(W, C, "eva", 7, "ok", "k", True)],
    ),
    "an external tool speaks first": (
        ("reply", "zoe", 4),
        {"text": "Oui"},
        [Assigned(ref(4), "c4", "zoe", 1, "k/assign"), Replied(ref(4), "c4", "zoe", None, "Oui", "k")],
    ),
    "an external tool speaks again": (
        ("reply", "zoe", 5),
        {"text": "Oui"},
        [Replied(ref(5), "c5", "zoe", None, "Oui", "k")],
    ),
    "an external tool closes": (
        ("close", "zoe", 5),
        {},
        [Closed(ref(5), "c5", "zoe", None, "resolved", "k")],
    ),
}


@pytest.mark.parametrize("name", CARRIED_OUT)
async def test_a_command_in_order_becomes_a_proposal_to_the_book(desk: Desk, name: str) -> None:
    given, fields, expected = CARRIED_OUT[name]
    done = await desk.done(*given, **fields)
    assert done is not None and done.refusal is None
    assert list(done.entries) == [(PARTITION, entry) for entry in expected]


REFUSED: dict[str, tuple[tuple[str, str, int], dict[str, Any], str, str]] = {
    "accept: somebody else's offer": (("accept", "ben", 1), {}, "not_offered", "c1"),
    "accept: a work that waits": (("accept", "ana", 3), {}, "offer_over", "c3"),
    "accept: a held work": (("accept", "ana", 2), {}, "already_held", "c2"),
    "accept: no such work": (("accept", "ana", 99), {}, "unknown_work", ""),
    "accept: no work's name": (("accept", "ana", 0), {"work_id": "nonsense"}, "unknown_work", ""),
    "accept: no such partition": (("accept", "ana", 0), {"work_id": "77:1"}, "unknown_work", ""),
    "accept: another key of the queue": (("accept", "ana", 0), {"work_id": "2:1:offers"}, "unknown_work", ""),
    "decline: somebody else's offer": (("decline", "ben", 1), {}, "not_offered", "c1"),
    "decline: no such work": (("decline", "ana", 99), {}, "unknown_work", ""),
    "decline: a stale token": (("decline", "eva", 2), {"token": 6}, "stale_token", "c2"),
    "decline: an impossible token": (("decline", "eva", 2), {"token": 2**70 - 1}, "stale_token", "c2"),
    "reply: no token": (("reply", "eva", 2), {"text": "a"}, "stale_token", "c2"),
    "reply: a stale token": (("reply", "eva", 2), {"text": "a", "token": 6}, "stale_token", "c2"),
    "reply: not the holder": (("reply", "ana", 2), {"text": "a", "token": 7}, "not_holder", "c2"),
    "reply: an offer that is not accepted": (
        ("reply", "ana", 1),
        {"text": "a", "token": 7},
        "offer_over",
        "c1",
    ),
    "reply: no such work": (("reply", "ana", 99), {"text": "a"}, "unknown_work", ""),
    "reply: another agent of an external tool": (("reply", "max", 5), {"text": "a"}, "not_holder", "c5"),
    "close: a stale token": (("close", "eva", 2), {"token": 6}, "stale_token", "c2"),
    "close: no such work": (("close", "eva", 99), {}, "unknown_work", ""),
    "presence: no such pool": (
        ("presence", "ana", 0),
        {"status": "available", "pools": ["general", "kitchen"]},
        "unknown_pool",
        "",
    ),
    "take over: nobody knows this agent": (
        ("take_over", "max", 0),
        {"conversation_id": "x"},
        "unknown_agent",
        "x",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_command_out_of_order_is_refused_with_a_reason(desk: Desk, name: str) -> None:
    given, fields, code, conversation = REFUSED[name]
    done = await desk.done(*given, **fields)
    assert done is not None and done.refusal is not None
    assert not done.entries
    assert (done.refusal.code, done.refusal.command, done.refusal.agent) == (code, "k", given[1])
    assert done.conversation == conversation


async def test_a_refused_presence_changes_nothing(desk: Desk) -> None:
    await desk.done("presence", "ana", status="offline", pools=["kitchen"])
    assert desk.queue.held("ana") == {ref(1)}


@pytest.mark.parametrize(("pools", "expected"), [(("billing", "general"), "billing"), ((), "general")])
async def test_a_take_over_goes_home_in_the_first_pool_of_its_agent(
    queue: Queue, pools: tuple[str, ...], expected: str
) -> None:
    desk = Desk(queue)
    assert await desk.done("presence", "ana", status="busy", pools=list(pools)) == Done()
    made = await desk.done("take_over", "ana", conversation_id="chat/1")
    entry = TakenOver("chat/1", "ana", expected, "k")
    assert made == Done([(home("chat/1", PARTITIONS), entry)])


@pytest.mark.parametrize("kind", ["accept", "decline", "reply", "close"])
async def test_while_the_queue_is_being_rebuilt_commands_about_work_wait(desk: Desk, kind: str) -> None:
    desk.queue.inside.wipe()
    more = {"text": "Oui"} if kind == "reply" else {}
    assert await desk.done(kind, "eva", 2, **more) is None
    await desk.queue.store.rebuild(PARTITION, 2, [])
    done = await desk.done(kind, "eva", 2, **more)
    assert done is not None and done.refusal is not None and done.refusal.code == "unknown_work"
