"""Each judgement passes a world in which all is well and finds the one thing that is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.chaos.oracle.evidence import Evidence
from tests.chaos.oracle.verdict import JUDGEMENTS, caught, judge, told
from tests.chaos.scene import Scene

Play = Callable[[Scene], object]


def _turns(s: Scene) -> None:
    """A person answers, gives the conversation back, and the bot answers again."""
    ref = s.people(s.say())
    token = s.assigned(ref, "ana")
    s.shown(ref, kind="assigned", agent_id="ana", token=token)
    s.entry("replied", work=ref, conversation="c", agent="ana", token=token, text="Voilà", command="1")
    s.reply(ref, "agent", text="Voilà", idempotency_key="x")
    s.entry(
        "closed",
        work=ref,
        conversation="c",
        agent="ana",
        token=token,
        resolution="",
        command="2",
        to_bot=True,
    )
    s.automatic(s.say(), epoch=2)


def _zombie(s: Scene) -> None:
    """Handed over because the bot was late; its late answer is inert and nobody sees it."""
    ref = s.say()
    s.routed(ref)
    s.handed_over(ref)
    s.shown(ref, ref)
    s.answered(ref)


def _swept(s: Scene) -> None:
    """The second message calls for a person: the first, open one goes with it."""
    first, second = s.say(), s.say()
    s.routed(first)
    s.routed(second, "human")
    s.shown(first, first, second)


def _moved(s: Scene, copy: bool = True) -> None:
    ref = s.say("away")
    s.entry("moved", ref=ref, conversation="away", to=0)
    if copy:
        raw = s.evidence.records["inbound"][0].raw
        s.people(s.put("inbound", raw, (("relais-moved-from", ref.encode()),)))


def _transferred(s: Scene) -> None:
    """One lets go before the other takes it."""
    ref = s.people(s.say())
    token = s.assigned(ref, "ana")
    s.entry("released", work=ref, conversation="c", agent="ana", token=token, why="declined")
    token = s.assigned(ref, "ben", attempt=1)
    s.shown(ref, kind="assigned", agent_id="ben", token=token)


GOOD: dict[str, Play] = {
    "an automatic answer": lambda s: s.automatic(s.say()),
    "work for a person": lambda s: s.people(s.say()),
    "a message that can be shown to nobody": lambda s: s.quarantined(s.garbage()),
    "a person, then the bot again": _turns,
    "a zombie's answer": _zombie,
    "two messages in one work": _swept,
    "a message that was moved": _moved,
    "a work that was released": _transferred,
    "a reply that is repeated": lambda s: s.reply(s.automatic(s.say())),
    "the same message again": lambda s: (s.automatic(s.say(identifier="m")), s.routed(s.say(identifier="m"))),
    "commits of finished work": lambda s: (s.automatic(s.say()), s.sample("router", "inbound", 1)),
    "the courier's commit": lambda s: (s.automatic(s.say()), s.sample("courier", "ledger", 2)),
}


@pytest.mark.parametrize("name", GOOD)
def test_nothing_is_found_where_all_is_well(name: str) -> None:
    scene = Scene()
    GOOD[name](scene)
    assert scene.verdict() == set()


def _late(s: Scene, target: str = "") -> None:
    ref = s.say()
    s.at += 100
    if target:
        s.fault(target, 0, 90)
    s.people(ref)


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


def _two_works(s: Scene) -> None:
    ref = s.people(s.say())
    s.shown("0:7", ref)


def _unseen(s: Scene) -> None:
    ref = s.say()
    s.routed(ref)
    s.answered(ref)


BAD: dict[str, tuple[set[str], Play]] = {
    "lost": ({"accounted"}, lambda s: s.say()),
    "routed to the bot and forgotten": ({"accounted"}, lambda s: s.routed(s.say())),
    "answered, and the customer never hears of it": ({"accounted"}, _unseen),
    "with people, and none of them is told": ({"accounted"}, lambda s: s.routed(s.say(), "human")),
    "a reply that nobody decided": ({"accounted"}, lambda s: s.people(s.say()) and s.reply("0:9")),
    "an outcome of no message": (
        {"accounted", "quarantine"},
        lambda s: s.quarantined("0:5") if s.garbage() else 0,
    ),
    "moved to nowhere": ({"accounted"}, lambda s: _moved(s, copy=False)),
    "an entry off the schema": ({"accounted"}, lambda s: s.put("ledger", b'{"kind": "routed"}') and s.say()),
    "answered and on a desk": ({"accounted", "never both"}, _both),
    "in two works": ({"never both"}, _two_works),
    "a repeat with other bytes": ({"repeats"}, lambda s: s.reply(s.automatic(s.say()), text="Non")),
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
    "too late": ({"liveness"}, _late),
    "too late though a bot was down": ({"liveness"}, lambda s: _late(s, "bot-1")),
}


def _early(s: Scene, service: str, committed: int, **ends: int) -> None:
    s.automatic(s.say())
    s.sample(service, "ledger" if service == "courier" else "inbound", committed, **ends)


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_found_and_nothing_else(name: str) -> None:
    judgements, play = BAD[name]
    scene = Scene()
    play(scene)
    if "liveness" not in judgements:
        scene.evidence.deadline = 1000.0
    assert scene.verdict() - {"liveness"} == judgements - {"liveness"}
    assert ("liveness" in scene.verdict()) == ("liveness" in judgements)


@pytest.mark.parametrize("target", ["kafka", "fallback-2"])
def test_time_in_which_the_contingency_plan_could_not_act_is_not_counted(target: str) -> None:
    scene = Scene()
    _late(scene, target)
    assert scene.verdict() == set()


@pytest.mark.parametrize(("said", "found"), [("Camille Canari", {"hygiene"}), ("nothing", set())])
def test_a_canary_is_heard_wherever_it_sings(said: str, found: set[str]) -> None:
    scene = Scene()
    assert scene.verdict(said=[("the log of router-1", f"… {said} …")], canaries=("Camille",)) == found


def test_there_is_a_case_for_every_judgement() -> None:
    assert {name for names, _ in BAD.values() for name in names} | {"hygiene"} == set(JUDGEMENTS)


def test_a_broken_build_is_caught_by_the_first_run_that_finds_anything() -> None:
    good, bad = Scene(), Scene()
    bad.say()
    verdicts = [judge(good.evidence), judge(bad.evidence)]
    assert caught(verdicts) == (2, "accounted")
    assert caught(verdicts[:1]) is None


def test_a_person_reads_the_story_the_fault_and_how_to_see_it_again() -> None:
    scene = Scene()
    scene.fault("courier-1", 1, 9)
    _unseen(scene)
    text = told(judge(scene.evidence), scene.evidence, "relais chaos --replay FILE")
    for part in ("ACCOUNTED: 1 violation", "0:0", "at the door", "routed at ledger 0:0", "kill courier-1"):
        assert part in text
    assert text.endswith("Replay: relais chaos --replay FILE")
    assert "Bonjour" not in text


def test_nothing_seen_is_no_violation_and_says_how_little_was_seen() -> None:
    verdict = judge(Evidence())
    assert verdict.violations == ()
    assert verdict.counts["messages"] == 0
