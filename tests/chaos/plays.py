"""What happens in small worlds in which all is well."""

from __future__ import annotations

from collections.abc import Callable

from tests.chaos.oracle.outcomes import CANARY
from tests.chaos.scene import Scene

Play = Callable[[Scene], object]


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


def moved(s: Scene, copy: bool = True) -> None:
    ref = s.say("away")
    s.entry("moved", ref=ref, conversation="away", to=0)
    if copy:
        raw = s.evidence.records["inbound"][0].raw
        s.people(s.put("inbound", raw, (("relais-moved-from", ref.encode()),)))


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
