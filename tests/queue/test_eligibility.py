"""Who may be offered a work, and the first rule that says no."""

from typing import NamedTuple, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.vocabulary import EXCLUSIONS
from shared.queue.eligibility import excluded_by, kept_for
from shared.queue.values import Agent, Passed, Rule, Waiting
from tests.queue.given import (
    HOUR,
    MINUTE,
    NOW,
    POLICY,
    SECOND,
    agent,
    agents,
    held,
    items,
    passed,
    policy,
    waiting,
)


class Case(NamedTuple):
    name: str
    rule: Rule | None
    agent: Agent = agent()
    waiting: Waiting = waiting()
    alone: bool = False


def _passed(times: int, seconds: int) -> Waiting:
    return waiting(passed={"ann": Passed(times, NOW - seconds * SECOND)})


FULL = tuple(held(f"0:{n}") for n in range(5))
SKILLED = waiting(skills=(("router", 3),))
RING_2, RING_3, RING_4 = (NOW - s * SECOND for s in (30, 90, 300))
CASES = [
    Case("nothing is in the way", None),
    Case("another team", "not_in_pool", agent(pools=("billing",))),
    Case("no team", "not_in_pool", agent(pools=())),
    Case("a neighbouring team, asked early", "not_in_pool", agent(pools=("billing",)), waiting(since=RING_2)),
    Case("a neighbouring team, asked late", None, agent(pools=("billing",)), waiting(since=RING_3)),
    Case("a far team", "not_in_pool", agent(pools=("technical",)), waiting(since=RING_3)),
    Case("a far team, when nobody else is left", None, agent(pools=("technical",)), waiting(since=RING_4)),
    Case("a pool that the policy forgot", "not_in_pool", waiting=waiting(pool="gone", since=RING_3)),
    Case("another language", "language", agent(languages=("en",))),
    Case(
        "another language is never good enough", "language", agent(languages=("en",)), waiting(since=RING_4)
    ),
    Case("an agent who names no language", None, agent(languages=())),
    Case("a language nobody recognised", None, agent(languages=("en",)), waiting(language="und")),
    Case("a skill is missing", "skill", waiting=SKILLED),
    Case("the skill is there", None, agent(skills=(("router", 3),)), SKILLED),
    Case("its level is too low", "skill", agent(skills=(("router", 2),)), SKILLED),
    Case(
        "one of two skills",
        "skill",
        agent(skills=(("router", 9),)),
        waiting(skills=(("router", 3), ("vip", 1))),
    ),
    Case("a skill is missing, later", None, waiting=waiting(skills=(("router", 3),), since=RING_2)),
    Case("busy", "status", agent(status="busy")),
    Case("finishing", "status", agent(status="drain")),
    Case("away after missed offers", "status", agent(status="away_missed")),
    Case("silent for a minute", "silent", agent(seen=NOW - MINUTE)),
    Case("heard of in time", None, agent(seen=NOW - MINUTE + 1)),
    Case("transferred it", "transferred_it", waiting=waiting(excluded=("ann",), since=RING_4)),
    Case("has it on the table", "already_offered", waiting=waiting(offered=("ann",))),
    Case("another has it on the table", None, waiting=waiting(offered=("bob",), at_once=2)),
    Case("passed it up 29 s ago", "cooldown", waiting=_passed(1, 29)),
    Case("passed it up 30 s ago", None, waiting=_passed(1, 30)),
    Case("passed it up twice, 59 s ago", "cooldown", waiting=_passed(2, 59)),
    Case("passed it up four times, 239 s ago", "cooldown", waiting=_passed(4, 239)),
    Case("passed it up nine times, 240 s ago", None, waiting=_passed(9, 240)),
    Case("the only one, 29 s ago", "cooldown", waiting=_passed(9, 29), alone=True),
    Case("the only one, 30 s ago", None, waiting=_passed(9, 30), alone=True),
    Case("its tool was lost 29 s ago", "cooldown", waiting=_passed(0, 29)),
    Case("no room", "capacity", agent(held=FULL)),
    Case("no room, but the customer knows them", None, agent(held=FULL), waiting(sticky="ann")),
    Case("no room, and the customer knows another", "capacity", agent(held=FULL), waiting(sticky="bob")),
    Case("just come", "ramp", agent(online_since=NOW, held=FULL[:2])),
    Case("after three severe ones", "severe_streak", agent(severe_in_a_row=3), waiting(severity=0.9)),
    Case(
        "after three severe ones, but the customer has waited for long",
        None,
        agent(severe_in_a_row=3),
        waiting(severity=0.9, since=RING_4),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_which_rule_excludes_an_agent(case: Case) -> None:
    assert excluded_by(case.agent, case.waiting, NOW, POLICY, case.alone) == case.rule


def test_the_first_rule_is_named_when_several_hold() -> None:
    everything = waiting(
        skills=(("router", 3),), excluded=("ann",), offered=("ann",), passed=passed(ann=0), severity=1.0
    )
    who = agent(
        pools=(), languages=("en",), status="busy", seen=0, held=FULL, online_since=NOW, severe_in_a_row=9
    )
    mended = [
        ("not_in_pool", {"pools": ("general",)}, {}),
        ("language", {"languages": ()}, {}),
        ("skill", {"skills": (("router", 3),)}, {}),
        ("status", {"status": "available"}, {}),
        ("silent", {"seen": NOW}, {}),
        ("transferred_it", {}, {"excluded": ()}),
        ("already_offered", {}, {"offered": ()}),
        ("cooldown", {}, {"passed": {}}),
        ("capacity", {"held": FULL[:2]}, {}),
        ("ramp", {"online_since": 0}, {}),
        ("severe_streak", {"severe_in_a_row": 0}, {}),
    ]
    for rule, better, work_better in mended:
        assert excluded_by(who, everything, NOW, POLICY) == rule
        who, everything = _with(who, **better), _with_work(everything, **work_better)
    assert excluded_by(who, everything, NOW, POLICY) is None


def _with(who: Agent, **fields: object) -> Agent:
    return agent(**({name: getattr(who, name) for name in who.__struct_fields__ if name != "id"} | fields))


def _with_work(work: Waiting, **fields: object) -> Waiting:
    own = {name: getattr(work, name) for name in work.__struct_fields__ if name != "item"}
    its = {name: getattr(work.item, name) for name in work.item.__struct_fields__ if name != "id"}
    return waiting(**(own | its | fields))


HOLD = {"sticky": "ann", "sticky_until": NOW + MINUTE}
KEPT = [
    ("there without room", True, agent(capacity=0), waiting(**HOLD)),
    ("there and has just come", True, agent(online_since=NOW, held=FULL[:2]), waiting(**HOLD)),
    ("busy", True, agent(status="busy"), waiting(**HOLD)),
    ("busy without room", True, agent(status="busy", capacity=0), waiting(**HOLD)),
    ("there with room: no need to wait", False, agent(), waiting(**HOLD)),
    ("gone", False, agent(status="offline", capacity=0), waiting(**HOLD)),
    ("finishing", False, agent(status="drain", capacity=0), waiting(**HOLD)),
    ("silent", False, agent(seen=NOW - HOUR, capacity=0), waiting(**HOLD)),
    ("busy and silent", False, agent(status="busy", seen=NOW - HOUR), waiting(**HOLD)),
    ("unknown", False, None, waiting(**HOLD)),
    ("passed it up", False, agent(), waiting(**HOLD, passed=passed(ann=0))),
    ("in another team", False, agent(pools=("billing",), capacity=0), waiting(**HOLD)),
    ("after its time", False, agent(capacity=0), waiting(sticky="ann", sticky_until=NOW)),
    ("safety waits for nobody", False, agent(capacity=0), waiting(**HOLD, safety=True)),
]


@pytest.mark.parametrize(("name", "kept", "known", "work"), KEPT, ids=[case[0] for case in KEPT])
def test_for_whom_a_work_is_kept(name: str, kept: bool, known: Agent | None, work: Waiting) -> None:
    assert kept_for(known, work, NOW, POLICY) is kept


def test_every_rule_has_its_sentence_in_their_order() -> None:
    assert tuple(EXCLUSIONS) == get_args(Rule)


@given(agents("a0"), items(), st.integers(0, 9), st.integers(0, HOUR), st.integers(0, 9))
def test_time_and_rounds_never_make_an_agent_unfit(
    who: Agent, work: object, rounds: int, wait: int, more: int
) -> None:
    """Of what a ring asks for, nothing is asked for again later."""
    of_rings = {"not_in_pool", "skill", "severe_streak"}
    one = waiting(item=work, rounds=rounds)
    later = waiting(item=work, rounds=rounds + more)
    at_rest = policy(presence={"stale_after": 604_800})
    if excluded_by(who, one, NOW, at_rest) is None:
        assert excluded_by(who, later, NOW + wait, at_rest) not in of_rings
