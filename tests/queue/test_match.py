"""Which work is offered to whom."""

from typing import NamedTuple

import msgspec
import pytest
from hypothesis import given

from shared.queue.capacity import load
from shared.queue.eligibility import excluded_by, kept_for
from shared.queue.match import match
from shared.queue.order import rank
from shared.queue.values import Agent, Offer, Passed, View, Waiting
from tests.queue.given import MINUTE, NOW, POLICY, SECOND, agent, held, passed, view, views, waiting

FULL = tuple(held(f"9:{n}") for n in range(5))
OLD, OLDER = NOW - MINUTE, NOW - 2 * MINUTE
LATE = NOW - 300 * SECOND
NEXT = agent("bob", pools=("billing",), last=NOW)
OFTEN = {"ann": Passed(9, NOW - 30 * SECOND)}
HOLD = {"sticky": "bob", "sticky_until": NOW + MINUTE}


class Case(NamedTuple):
    name: str
    view: View
    offers: list[tuple[str, str]]
    """Works and their agents, in the order of the offers."""


CASES = [
    Case("nothing waits", view([], agent()), []),
    Case("nobody is there", view([waiting()]), []),
    Case("one waits, one is there", view([waiting()], agent()), [("0:1", "ann")]),
    Case(
        "the oldest of all lanes first",
        view([waiting("0:1"), waiting("0:2", opened_at=OLD)], agent(capacity=20)),
        [("0:2", "ann")],
    ),
    Case(
        "safety before all that is older",
        view([waiting("0:1", opened_at=LATE), waiting("0:2", safety=True)], agent(capacity=20)),
        [("0:2", "ann")],
    ),
    Case(
        "the first for whom somebody is there",
        view([waiting("0:1", opened_at=OLD, language="de"), waiting("0:2")], agent()),
        [("0:2", "ann")],
    ),
    Case(
        "the next of a lane when its head has nobody",
        view([[waiting("0:1", excluded=("ann",)), waiting("0:2")]], agent()),
        [("0:2", "ann")],
    ),
    Case(
        "as many as there is room for",
        view([[waiting(f"0:{n}") for n in range(9)]], agent(held=FULL[:3])),
        [("0:0", "ann"), ("0:1", "ann")],
    ),
    Case(
        "in turn to whoever has waited longest",
        view([[waiting(f"0:{n}") for n in range(4)]], agent("ann", last=OLD), agent("bob", last=OLDER)),
        [("0:0", "bob"), ("0:1", "ann"), ("0:2", "bob"), ("0:3", "ann")],
    ),
    Case(
        "the best match before a worse one that has waited longer",
        view(
            [waiting(skills=(("router", 3),), since=LATE)],
            agent("ann", pools=("technical",), skills=(("router", 9),)),
            agent("bob", pools=("billing",)),
            agent("cid"),
            agent("dan", skills=(("router", 3),), last=NOW),
        ),
        [("0:1", "dan")],
    ),
    Case(
        "their own team before a neighbouring one",
        view([waiting(since=LATE)], agent("ann", pools=("billing",)), agent("bob", last=NOW)),
        [("0:1", "bob")],
    ),
    Case(
        "a neighbouring team before a far one",
        view([waiting(since=LATE)], agent("ann", pools=("technical",)), NEXT),
        [("0:1", "bob")],
    ),
    Case(
        "the person whom the customer knows",
        view([waiting(**HOLD)], agent("ann"), agent("bob", last=NOW)),
        [("0:1", "bob")],
    ),
    Case(
        "the person whom the customer knows uses the reserve",
        view([waiting(**HOLD)], agent("ann"), agent("bob", held=FULL)),
        [("0:1", "bob")],
    ),
    Case(
        "and does so when nobody has any room",
        view([waiting(**HOLD)], agent("bob", held=FULL)),
        [("0:1", "bob")],
    ),
    Case(
        "a calm one that fits, behind one like it that does not",
        view([[waiting("0:1", severity=0.5), waiting("0:2")]], agent(held=FULL[:4])),
        [("0:2", "ann")],
    ),
    Case(
        "an older one whose ring is wider, behind one like it whose ring is narrow",
        view([[waiting("0:1", safety=True), waiting("0:2", since=LATE)]], NEXT),
        [("0:2", "bob")],
    ),
    Case(
        "held for them while they have no room",
        view([waiting(**HOLD)], agent("ann"), agent("bob", held=FULL, capacity=60)),
        [],
    ),
    Case("not held when they are not there", view([waiting(**HOLD)], agent("ann")), [("0:1", "ann")]),
    Case(
        "not held when they are silent",
        view([waiting(**HOLD)], agent("ann"), agent("bob", seen=0)),
        [("0:1", "ann")],
    ),
    Case(
        "not held after its time",
        view([waiting(sticky="bob", sticky_until=NOW)], agent("ann"), agent("bob", capacity=0)),
        [("0:1", "ann")],
    ),
    Case(
        "whoever passed it up, when nobody else is there",
        view([waiting(passed=OFTEN)], agent("ann"), agent("bob", status="busy")),
        [("0:1", "ann")],
    ),
    Case(
        "somebody else, before whoever passed it up",
        view([waiting(passed=OFTEN)], agent("ann"), agent("bob", last=NOW)),
        [("0:1", "bob")],
    ),
    Case("nobody straight after passing it up", view([waiting(passed=passed(ann=0))], agent("ann")), []),
    Case("an offer stands alone", view([waiting(offered=("bob",))], agent("ann")), []),
    Case(
        "a second at the same time, if the pool wants two",
        view([waiting(offered=("bob",), at_once=2)], agent("ann"), agent("bob")),
        [("0:1", "ann")],
    ),
    Case(
        "a calm one after a streak",
        view([waiting("0:1", severity=0.9), waiting("0:2")], agent(severe_in_a_row=3)),
        [("0:2", "ann")],
    ),
    Case(
        "the streak counts what has just been offered",
        view([[waiting(f"0:{n}", severity=0.9) for n in range(4)]], agent(severe_in_a_row=1, capacity=300)),
        [("0:0", "ann"), ("0:1", "ann")],
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_offered_to_whom(case: Case) -> None:
    assert [
        (offer.work, name) for offer in match(case.view, POLICY) for name, _ in offer.agents
    ] == case.offers


def test_a_work_is_offered_to_several_at_once_in_one_offer() -> None:
    four = [agent(name, last=NOW - n, revision=n) for n, name in enumerate(("ann", "bob", "cid", "dan"))]
    one = waiting(at_once=3, life=30_000, revision=7)
    assert match(view([one], *four), POLICY) == [
        Offer("0:1", 7, (("dan", 3), ("cid", 2), ("bob", 1)), NOW + 30_000)
    ]


def test_every_offer_says_how_the_agents_were_when_it_was_decided() -> None:
    lane = [waiting(f"0:{n}", revision=n) for n in range(3)]
    made = match(view([lane], agent(revision=40)), POLICY)
    assert [(offer.revision, offer.agents) for offer in made] == [
        (0, (("ann", 40),)),
        (1, (("ann", 40),)),
        (2, (("ann", 40),)),
    ]


def test_no_more_than_asked_for() -> None:
    lane = [waiting(f"0:{n}") for n in range(5)]
    assert len(match(view([lane], agent()), POLICY, most=3)) == 3


def _after(here: View, offer: Offer) -> View:
    """The view as it stands when an offer has been made."""
    people = dict(here.agents)
    work = next(w for lane in here.lanes for w in lane if w.item.id == offer.work)
    for name, revision in offer.agents:
        assert people[name].revision == revision
        takes = held(
            work.item.id,
            channel=work.item.channel,
            as_="offered",
            priority=work.item.priority,
            severity=work.item.severity,
        )
        changed = {"held": (*people[name].held, takes), "last": here.now}
        people[name] = msgspec.structs.replace(people[name], **changed)
    left = tuple(tuple(w for w in lane if w is not work) for lane in here.lanes)
    return View(here.now, left, people)


def _may(who: Agent, work: Waiting, here: View) -> bool:
    alone = all(excluded_by(other, work, here.now, POLICY) is not None for other in here.agents.values())
    return excluded_by(who, work, here.now, POLICY, alone) is None


@given(views())
def test_only_who_may_is_offered_a_work_and_no_limit_is_broken(here: View) -> None:
    for offer in match(here, POLICY):
        work = next(w for lane in here.lanes for w in lane if w.item.id == offer.work)
        assert all(_may(here.agents[name], work, here) for name, _ in offer.agents)
        assert len({name for name, _ in offer.agents}) == len(offer.agents) <= work.item.at_once
        before, here = here, _after(here, offer)
        for name, _ in offer.agents:
            reserve = 1.2 if name == work.item.sticky else 1.0
            assert load(here.agents[name], NOW, POLICY) <= before.agents[name].capacity * reserve + 1e-6


@given(views())
def test_what_is_not_offered_has_nobody_or_is_kept(here: View) -> None:
    """Looked at again while there are offers: a lane that is given away ends a decision."""
    while offers := match(here, POLICY):
        for offer in offers:
            here = _after(here, offer)
    for work in (w for lane in here.lanes for w in lane):
        known = here.agents.get(work.item.sticky)
        kept = kept_for(known, work, NOW, POLICY)
        assert kept or not any(_may(who, work, here) for who in here.agents.values())


@given(views())
def test_whoever_stands_first_is_offered_first(here: View) -> None:
    made = match(here, POLICY)
    by_name = {w.item.id: w.item for lane in here.lanes for w in lane}
    places = [(not by_name[o.work].safety, rank(by_name[o.work], NOW, POLICY)) for o in made]
    assert places == sorted(places)
