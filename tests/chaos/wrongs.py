"""What happens in small worlds in which one thing is wrong, with the judgements that find it."""

from __future__ import annotations

from tests.chaos.oracle.outcomes import CANARY
from tests.chaos.plays import (
    Play,
    canary,
    gap,
    handed_over,
    moved,
    nested,
    offered,
    passed_on,
    repaired,
    spoken,
    taken_over,
    to_and_fro,
)
from tests.chaos.scene import Scene


def late(s: Scene, target: str = "") -> None:
    ref = s.say()
    s.at += 100
    if target:
        s.fault(target, 0, 90)
    s.people(ref)


def _stuck(s: Scene) -> None:
    s.put("inbound", CANARY)
    s.at += 100
    s.automatic(s.say())


def _holder(s: Scene, agent: str = "ben") -> None:
    ref = s.people(s.say())
    s.assigned(ref, "ana")
    s.shown(ref, kind="assigned", agent_id=agent, token=s.assigned(ref, agent))


def _speaks(s: Scene) -> None:
    ref = s.people(s.say())
    s.reply(ref, "agent", text="Voilà", idempotency_key="x")


def _bot_after_person(s: Scene) -> None:
    ref = s.people(s.say())
    token = s.assigned(ref, "ana")
    s.entry("replied", work=ref, conversation="c", agent="ana", token=token, text="Voilà", command="1")
    s.reply(ref, "agent", text="Voilà", idempotency_key="x")
    s.reply(s.say())


def _answers_swapped(s: Scene) -> None:
    first, second = s.say(), s.say()
    for ref in (first, second):
        s.routed(ref)
    for ref in (first, second):
        s.answered(ref)
    for ref in (second, first):
        s.reply(ref)


def _settled_swapped(s: Scene) -> None:
    first, second = s.say("a"), s.say("a")
    s.people(second)
    s.people(first)


def _both(s: Scene) -> None:
    ref = s.automatic(s.say())
    s.shown(ref, ref)


def _unacknowledged(s: Scene) -> None:
    ref = s.say()
    s.routed(ref, "human")
    s.shown(ref, ref)


def _acknowledgements_swapped(s: Scene) -> None:
    refs = [s.say(), s.say()]
    for ref in refs:
        s.routed(ref, "human")
        s.shown("0:0", ref)
    for ref in reversed(refs):
        s.acknowledged(ref)


def _two_works(s: Scene) -> None:
    ref = s.people(s.say())
    s.shown("0:7", ref)


def unseen(s: Scene) -> None:
    ref = s.say()
    s.routed(ref)
    s.answered(ref)


def _in_two_talks(s: Scene) -> None:
    """Everybody but the customer has it in conversation `b`."""
    ref = s.say("a")
    s.routed(ref, conversation_id="b")
    s.answered(ref, conversation="b")
    s.reply(ref, conversation_id="b")


def _acknowledged_elsewhere(s: Scene) -> None:
    _unacknowledged(s)
    s.acknowledged("0:0", conversation_id="b")


def _answer(s: Scene, **fields: str) -> None:
    """Published otherwise than the book has it."""
    unseen(s)
    s.reply("0:0", **fields)


def _informed_elsewhere(s: Scene) -> None:
    taken_over(s, told=False)
    s.reply("", "notice", purpose="information", idempotency_key="0/2/notice", conversation_id="b")


def _swallowed(s: Scene) -> None:
    """Another message settled as a duplicate, by the id of the first."""
    s.automatic(s.say(identifier="m"))
    s.routed(s.say(identifier="n"), id="m")


def _quarantined_too(s: Scene) -> None:
    repaired(s, b'{"id": "m", "text": "Oui"}', id="m", conversation_id="k", text="Oui")
    s.quarantined("0:0", book=False)


BAD: dict[str, tuple[set[str], Play]] = {
    "lost": ({"accounted"}, lambda s: s.say()),
    "routed to the bot and forgotten": ({"accounted"}, lambda s: s.routed(s.say())),
    "answered, and the customer never hears of it": ({"accounted"}, unseen),
    "with people, and none of them is told": (
        {"accounted"},
        lambda s: s.acknowledged(s.routed(s.say(), "human") and "0:0"),
    ),
    "with people, and the customer is not told": ({"accounted"}, _unacknowledged),
    "told to wait for a person who will never come": (
        {"accounted"},
        lambda s: s.acknowledged(s.automatic(s.say())),
    ),
    "acknowledged under the name of another message": (
        {"accounted", "repeats"},
        lambda s: s.acknowledged(s.people(s.say()), in_reply_to="m9"),
    ),
    "acknowledged twice": (
        {"repeats"},
        lambda s: s.acknowledged(s.people(s.say()), idempotency_key="again"),
    ),
    "acknowledged in the wrong order": ({"order"}, _acknowledgements_swapped),
    "passed on, and the customer is not told": ({"accounted"}, lambda s: passed_on(s, told=False)),
    "taken over, and the customer is not told": ({"accounted"}, lambda s: taken_over(s, told=False)),
    "told of a change that was none": ({"accounted"}, lambda s: s.informed(s.routed(s.automatic(s.say())))),
    "the bot speaks though people keep it": ({"accounted"}, lambda s: to_and_fro(s, back=True)),
    "a reply that nobody decided": ({"accounted"}, lambda s: s.people(s.say()) and s.reply("0:9")),
    "an outcome of no message": (
        {"accounted", "quarantine"},
        lambda s: s.quarantined("0:5") if s.garbage() else 0,
    ),
    "a customer's message with the marks of a canary, hidden": (
        {"accounted"},
        lambda s: canary(s, CANARY.replace(b"no customer wrote this", b"help me")),
    ),
    "a canary on a desk": ({"accounted"}, lambda s: s.people(s.put("inbound", CANARY))),
    "a canary that is never settled": ({"liveness"}, _stuck),
    "moved to nowhere": ({"accounted"}, lambda s: moved(s, copy=False)),
    "brought home as another conversation's": ({"accounted"}, lambda s: moved(s, wrong=b"c")),
    "in the book in another conversation": ({"accounted"}, _in_two_talks),
    "in the book with other words": ({"accounted"}, lambda s: s.people(s.say(), text="Non")),
    "damaged, and in the book with other words": (
        {"accounted"},
        lambda s: repaired(s, b'{"text": "Oui"}', id="ref:0:0", conversation_id="k", text="Non"),
    ),
    "handed over with other words": ({"accounted"}, lambda s: handed_over(s, text="Non")),
    "another message, settled as a duplicate": ({"accounted"}, _swallowed),
    "answered in another conversation": ({"accounted"}, lambda s: _answer(s, conversation_id="b")),
    "answered with other words": ({"accounted"}, lambda s: _answer(s, text="Non")),
    "answered without the disclosure": ({"accounted"}, lambda s: _answer(s, disclosure="Robot")),
    "acknowledged in another conversation": ({"accounted"}, _acknowledged_elsewhere),
    "another customer told of the change": ({"accounted"}, _informed_elsewhere),
    "shown to people in another conversation": (
        {"accounted"},
        lambda s: s.shown(s.people(s.say()), "0:0", conversation_id="b"),
    ),
    "a person's reply in another conversation": (
        {"accounted", "single holder"},
        lambda s: spoken(s, "x", conversation_id="b"),
    ),
    "a person's reply in other words": (
        {"accounted", "single holder"},
        lambda s: spoken(s, "x", text="Non"),
    ),
    "a person's reply that goes out once, said twice": ({"accounted"}, lambda s: spoken(s, "x", times=2)),
    "a person's reply under another key": ({"repeats"}, lambda s: spoken(s, "x", "y")),
    "a gap where a message is": ({"accounted"}, lambda s: gap(s, "kill")),
    "readable, and quarantined": ({"quarantine"}, lambda s: s.quarantined(s.say(), reason="not_json")),
    "quarantined as too deep, and it is not": (
        {"quarantine"},
        lambda s: s.quarantined(s.say(metadata=nested(40)), reason="too_deep"),
    ),
    "quarantined as too large, and it is not": (
        {"quarantine"},
        lambda s: s.quarantined(s.say(), reason="too_large"),
    ),
    "quarantined and with people": ({"quarantine"}, _quarantined_too),
    "an entry off the schema": ({"accounted"}, lambda s: s.put("ledger", b'{"kind": "routed"}') and s.say()),
    "answered and on a desk": ({"accounted", "never both"}, _both),
    "in two works": ({"never both"}, _two_works),
    "a repeat with other bytes": ({"repeats"}, lambda s: s.reply(s.automatic(s.say()), language="en")),
    "a repeat under another key": ({"repeats"}, lambda s: s.reply(s.automatic(s.say()), idempotency_key="n")),
    "answers in the wrong order": ({"order"}, _answers_swapped),
    "the later one settled first": ({"order"}, _settled_swapped),
    "the bot goes on after a person": ({"order", "accounted"}, _bot_after_person),
    "told to hold what another holds": ({"single holder"}, _holder),
    "spoke without holding": ({"single holder"}, _speaks),
    "quarantined in silence": ({"quarantine"}, lambda s: s.quarantined(s.garbage(), record=False)),
    "a wrong hash": ({"quarantine"}, lambda s: s.quarantined(s.garbage(), sha256="0" * 64)),
    "a commit before the outcome": ({"commit safety"}, lambda s: _early(s, "router", 1, ledger=1)),
    "a commit of what nobody read": ({"commit safety"}, lambda s: _early(s, "intent_classifier", 1)),
    "a commit before the reply": ({"commit safety"}, lambda s: _early(s, "courier", 2, replies=0)),
    "offered long ago and forgotten": ({"liveness"}, lambda s: offered(s, 61)),
    "too late": ({"liveness"}, late),
    "too late though a bot was down": ({"liveness"}, lambda s: late(s, "bot-1")),
}


def _early(s: Scene, service: str, committed: int, **ends: int) -> None:
    s.automatic(s.say())
    s.sample(service, "ledger" if service == "courier" else "inbound", committed, **ends)
