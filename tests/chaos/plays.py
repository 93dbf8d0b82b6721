"""What happens in small worlds in which all is well."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.chaos.oracle.evidence import Active
from tests.chaos.oracle.outcomes import CANARY
from tests.chaos.scene import Scene

Play = Callable[[Scene], object]
TWICE = b'{"id": "m", "conversation_id": "c", "channel": "chat", "text": "Non", "text": "Oui"}'


def _turns(s: Scene) -> None:
    """A person answers, gives the conversation back, and the bot answers again."""
    ref = s.people(s.say())
    token = s.assigned(ref, "ana")
    s.shown(ref, kind="assigned", agent_id="ana", token=token)
    s.entry("replied", work=ref, conversation="c", agent="ana", token=token, text="Voilà", command="1")
    s.reply(ref, "agent", text="Voilà", idempotency_key="x")
    s.informed(s.of_work("closed", ref, "ana", token=token, resolution="", to_bot=True))
    s.automatic(s.say(), epoch=2)


def _zombie(s: Scene) -> None:
    """Handed over because the bot was late; its late answer is inert and nobody sees it."""
    ref = s.say()
    s.routed(ref)
    s.handed_over(ref)
    s.shown(ref, ref)
    s.acknowledged(ref)
    s.answered(ref)


def _swept(s: Scene) -> None:
    """The second message calls for a person: the first, open one goes with it."""
    first, second = s.say(), s.say()
    s.routed(first)
    s.routed(second, "human")
    s.shown(first, first, second)
    s.acknowledged(first)
    s.acknowledged(second)


def moved(s: Scene, copy: bool = True, wrong: bytes = b"") -> None:
    """Brought home (with `wrong`: as another conversation's)."""
    ref = s.say("away")
    s.entry("moved", ref=ref, conversation="away", to=0)
    if copy:
        raw = s.evidence.records["inbound"][0].raw
        raw = raw.replace(b"away", wrong or b"away")
        s.people(s.put("inbound", raw, (("relais-moved-from", ref.encode()),)))


def _moved_twice(s: Scene) -> None:
    """Who brought it home died before he said so, and brings it again: the second copy is a duplicate."""
    moved(s)
    copy = s.evidence.records["inbound"][1]
    s.routed(s.put("inbound", copy.raw, copy.headers), "human")


def repaired(s: Scene, raw: bytes, **read: str) -> None:
    """A damaged message goes to a person, as Relais could read it."""
    ref = s.garbage(raw)
    s.routed(ref, "human", **{"channel": "chat", **read})
    talk = read["conversation_id"]
    s.shown(ref, ref, conversation_id=talk)
    s.acknowledged(ref, conversation_id=talk, in_reply_to=read["id"])


def handed_over(s: Scene, **changes: str) -> None:
    """Nobody has routed two of them, nor one that was sent again: the contingency plan brings the messages
    themselves."""
    refs = [s.say(identifier=name) for name in ("m", "n", "n")]
    s.handed_over(*refs, messages=[(ref, s.message(ref, **changes)) for ref in refs])
    s.shown(refs[0], *refs[:2])
    for ref in refs[:2]:
        s.acknowledged(ref)


def spoken(s: Scene, *keys: str, times: int = 1, **fields: str) -> None:
    """A person says the same so many times, and it is published under these keys."""
    ref = s.people(s.say())
    token = _holds(s, ref, "ana", 0)
    for _ in range(times):
        s.of_work("replied", ref, "ana", token=token, text="Voilà")
    for key in keys:
        s.reply(ref, "agent", **{"text": "Voilà", "idempotency_key": key, **fields})


def gap(s: Scene, fault: str) -> None:
    """The book says that there is no message where there was one, after a fault."""
    ref = s.say()
    s.evidence.faults.append(Active(fault, "kafka", s.at, s.at, s.at))
    s.at += 1
    s.entry("gap", first=int(ref.partition(":")[2]), last=9)


def _released(s: Scene) -> None:
    """One lets go before the other takes it."""
    ref = s.people(s.say())
    s.of_work("released", ref, "ana", token=s.assigned(ref, "ana"), why="declined")
    _holds(s, ref, "ben", 1)


def _holds(s: Scene, ref: str, agent: str, attempt: int) -> int:
    token = s.assigned(ref, agent, attempt)
    s.shown(ref, kind="assigned", agent_id=agent, token=token)
    return token


def passed_on(s: Scene, told: bool = True) -> None:
    """Passed on from person to person; once more than it may be, which changes nothing."""
    ref = s.people(s.say())
    for attempt in range(4):
        token = _holds(s, ref, "ana", attempt)
        place = s.of_work("transferred", ref, "ana", token=token, pool="billing", note="Voir facture")
        if attempt < 3 and told:
            s.informed(place)
    s.of_work("on_hold", ref, "ana", token=token, on=True)
    s.of_work("replied", ref, "ana", token=token, text="Voilà")
    s.reply(ref, "agent", text="Voilà", idempotency_key="x")
    s.of_work("closed", ref, "ana", token=token, resolution="")
    s.of_work("wrapped_up", ref, "ana", token=token, disposition="other", solved=True)


def _full(s: Scene) -> None:
    """An offer of before the work went to another pool is over."""
    ref = s.people(s.say())
    s.of_work("overflowed", ref, None, command=None, pool="billing", attempt=0, why="full")
    s.assigned(ref, "ana", 0)
    _holds(s, ref, "ben", 1)


def nested(levels: int) -> dict[str, Any]:
    """An object in an object in an object …"""
    found: dict[str, Any] = {}
    for _ in range(levels):
        found = {"a": found}
    return found


def offered(s: Scene, late: float) -> None:
    """A work that is offered `late` seconds before all ends."""
    ref = s.people(s.say())
    s.at += 100
    s.shown(ref, kind="offer", agent_id="ana")
    s.evidence.until += late


def to_and_fro(s: Scene, back: bool = False) -> None:
    """Given back twice: the second time people keep it (with `back`: the bot speaks all the same)."""
    for epoch in (0, 2):
        ref = s.people(s.say())
        token = _holds(s, ref, "ana", 0)
        place = s.of_work("closed", ref, "ana", token=token, resolution="", to_bot=True)
        if epoch == 0:
            s.informed(place)
    ref = s.say()
    if back:
        s.automatic(ref, epoch=4)
    else:
        s.people(ref)


def taken_over(s: Scene, told: bool = True) -> None:
    """A person takes a conversation in which nothing waits: its customer is told."""
    s.automatic(s.say())
    place = s.entry("taken_over", conversation="c", agent="ana", pool="general", command="t")
    if told:
        s.informed(place)
    s.people(s.say())


def canary(s: Scene, raw: bytes) -> None:
    """What is settled as a canary."""
    s.entry("canary_passed", ref=s.put("inbound", raw))


GOOD: dict[str, Play] = {
    "an automatic answer": lambda s: s.automatic(s.say()),
    "work for a person": lambda s: s.people(s.say()),
    "a message that can be shown to nobody": lambda s: s.quarantined(s.garbage()),
    "a person, then the bot again": _turns,
    "a zombie's answer": _zombie,
    "two messages in one work": _swept,
    "a message that was moved": moved,
    "a message that was moved twice": _moved_twice,
    "a number for a text": lambda s: repaired(
        s, b'{"id": 7, "conversation_id": "c", "text": "Oui"}', id="7", conversation_id="c", text="Oui"
    ),
    "bytes that are not UTF-8": lambda s: repaired(
        s,
        b'{"id": "m", "conversation_id": "a\xff", "text": "Oui\xff"}',
        id="m",
        conversation_id="a\ufffd…5e",
        text="Oui\ufffd",
    ),
    "half a character": lambda s: repaired(
        s,
        b'{"id": "m", "conversation_id": "c", "channel": "chat", "text": "Oui\\udc00"}',
        id="m",
        conversation_id="c",
        text="Oui\ufffd",
    ),
    "no id, and a conversation by its key": lambda s: repaired(
        s, b'{"text": "Oui", "id": ""}', id="ref:0:0", conversation_id="k", text="Oui"
    ),
    "an id that is too long": lambda s: repaired(
        s, b'{"id": "%s", "text": "Oui"}' % (b"x" * 513), id="x…5e", conversation_id="k", text="Oui"
    ),
    "the same key twice": lambda s: s.people(s.garbage(TWICE)),
    "handed over unrouted": handed_over,
    "a person's reply that is repeated": lambda s: spoken(s, "x", "x"),
    "a person who says the same twice": lambda s: spoken(s, "x", "y", times=2),
    "deleted before it was read": lambda s: gap(s, "retention"),
    "too large": lambda s: s.quarantined(s.say(text="x" * 2**20), reason="too_large"),
    "nested too deeply": lambda s: s.quarantined(s.say(metadata=nested(600)), reason="too_deep"),
    "a work that was released": _released,
    "a work that was passed on, three times": passed_on,
    "a work that went to another pool": _full,
    "offered in time": lambda s: offered(s, 40),
    "given back twice": to_and_fro,
    "taken over": taken_over,
    "a canary": lambda s: canary(s, CANARY),
    "a canary on its way": lambda s: s.put("inbound", CANARY),
    "a reply that is repeated": lambda s: s.reply(s.automatic(s.say())),
    "the same message again": lambda s: (s.automatic(s.say(identifier="m")), s.routed(s.say(identifier="m"))),
    "commits of finished work": lambda s: (s.automatic(s.say()), s.sample("router", "inbound", 1)),
    "the courier's commit": lambda s: (s.automatic(s.say()), s.sample("courier", "ledger", 2)),
}
