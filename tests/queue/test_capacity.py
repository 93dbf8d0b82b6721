"""What an agent can have at once."""

from typing import NamedTuple

import pytest
from hypothesis import given

from shared.queue.capacity import cost, load, load_changes, no_room, severe_streak, share
from shared.queue.values import Agent, Held, Item, Rule
from tests.queue.given import HOUR, MINUTE, NOW, POLICY, SECOND, agent, agents, held, item, items, policy


class Cost(NamedTuple):
    name: str
    work: Held | Item
    capacity: int
    cost: float


COSTS = [
    Cost("a chat", item(), 100, 20),
    Cost("a call", item(channel="voice"), 100, 100),
    Cost("a channel that the policy does not name", item(channel="fax"), 100, 20),
    Cost("a frustrated customer", item(severity=0.6), 100, 26),
    Cost("the same held", held(severity=1.0), 100, 30),
    Cost(
        "a frustrated caller fits an agent with nothing else", item(channel="voice", severity=1.0), 100, 100
    ),
    Cost("a frustrated customer fits whoever has one chat at a time", item(severity=1.0), 20, 20),
    Cost("a call does not fit half an agent", item(channel="voice"), 50, 100),
]


@pytest.mark.parametrize("case", COSTS, ids=lambda case: case.name)
def test_what_a_work_costs(case: Cost) -> None:
    assert cost(case.work, case.capacity, POLICY) == pytest.approx(case.cost)


class Turn(NamedTuple):
    name: str
    held: Held
    share: float


TURNS = [
    Turn("ours", held(turn_at=NOW - HOUR), 1.0),
    Turn("the customer's", held(turn="customer", turn_at=NOW - 10 * MINUTE + 1), 0.5),
    Turn("the customer has been silent", held(turn="customer", turn_at=NOW - 10 * MINUTE), 0.1),
    Turn("on hold", held(turn="hold"), 0.0),
    Turn("an offer takes room from the start", held(as_="offered", turn="customer"), 1.0),
    Turn("so does wrapping up", held(as_="wrapping", turn="customer"), 1.0),
]


@pytest.mark.parametrize("case", TURNS, ids=lambda case: case.name)
def test_whose_turn_it_is_weighs(case: Turn) -> None:
    assert share(case.held, NOW, POLICY) == case.share
    assert load(agent(held=(case.held,)), NOW, POLICY) == 20 * case.share


class Room(NamedTuple):
    name: str
    agent: Agent
    item: Item
    rule: Rule | None
    returning: bool = False


CHAT = item()
FULL = tuple(held(f"0:{n}") for n in range(5))
CALM, ANGRY = item(), item(severity=0.9)
URGENT = held(priority="urgent")
NEW = NOW - 25 * SECOND
HOURS_WORK = tuple(NOW - HOUR + n for n in range(1, 101))

SILENT = tuple(TURNS[2].held for _ in range(9))
CALL = item(channel="voice")

ROOMS = [
    Room("nothing held", agent(), CHAT, None),
    Room("room for one more", agent(held=FULL[:4]), CHAT, None),
    Room("full", agent(held=FULL), CHAT, "capacity"),
    Room("full, but their own customer comes back", agent(held=FULL), CHAT, None, returning=True),
    Room("the reserve is used too", agent(held=(*FULL, held("0:6"))), CHAT, "capacity", returning=True),
    Room("frustration takes more than there is", agent(held=FULL[:4]), ANGRY, "capacity"),
    Room("customers who are silent take little", agent(held=SILENT), CHAT, None),
    Room("not one", agent(capacity=0), CHAT, "capacity"),
    Room("what costs nothing always fits", agent(capacity=0), item(channel="free"), None),
    Room("one call at a time", agent(capacity=300, held=(held(channel="voice"),)), CALL, "channel_limit"),
    Room("a chat beside a call", agent(capacity=300, held=(held(channel="voice"),)), CHAT, None),
    Room("two urgent ones at most", agent(held=(URGENT, URGENT)), item(priority="urgent"), "priority_limit"),
    Room("a plain one beside them", agent(held=(URGENT, URGENT)), CHAT, None),
    Room("a hundred in this hour", agent(assigned=HOURS_WORK), CHAT, "hour_limit"),
    Room("the first of them was an hour ago", agent(assigned=(NOW - HOUR, *HOURS_WORK[1:])), CHAT, None),
    Room(
        "an offer counts as taken",
        agent(assigned=HOURS_WORK[1:], held=(held(as_="offered"),)),
        CHAT,
        "hour_limit",
    ),
    Room("just come: two", agent(online_since=NOW, held=FULL[:2]), CHAT, "ramp"),
    Room("just come: the second", agent(online_since=NOW, held=FULL[:1]), CHAT, None),
    Room("after 25 seconds: four", agent(online_since=NEW, held=FULL[:3]), CHAT, None),
    Room("after 25 seconds: not five", agent(online_since=NEW, held=FULL[:4]), CHAT, "ramp"),
    Room("a clock that is ahead", agent(online_since=NOW + HOUR, held=FULL[:2]), CHAT, "ramp"),
]  # fmt: skip
WITH_FREE = policy(capacity={"costs": {"free": 0, "chat": 20, "voice": 100}})


@pytest.mark.parametrize("case", ROOMS, ids=lambda case: case.name)
def test_whether_there_is_room(case: Room) -> None:
    assert no_room(case.agent, case.item, NOW, WITH_FREE, case.returning) == case.rule


STREAKS = [
    ("none yet", agent(), ANGRY, False),
    ("two", agent(severe_in_a_row=2), ANGRY, False),
    ("three", agent(severe_in_a_row=3), ANGRY, True),
    ("three, and now a calm one", agent(severe_in_a_row=3), CALM, False),
    (
        "two, and one is offered",
        agent(severe_in_a_row=2, held=(held(as_="offered", severity=0.8),)),
        ANGRY,
        True,
    ),
    ("two, and a calm one is offered", agent(severe_in_a_row=2, held=(held(as_="offered"),)), ANGRY, False),
]


@pytest.mark.parametrize(("name", "who", "work", "too_many"), STREAKS, ids=[case[0] for case in STREAKS])
def test_a_streak_of_severe_conversations(name: str, who: Agent, work: Item, too_many: bool) -> None:
    assert severe_streak(who, work, POLICY) is too_many


@given(agents("ann"), items())
def test_a_work_that_fits_leaves_no_limit_broken(who: Agent, work: Item) -> None:
    if no_room(who, work, NOW, POLICY) is None:
        now_has = (*who.held, held(work.id, as_="offered", channel=work.channel, severity=work.severity))
        assert load(agent(capacity=who.capacity, held=now_has), NOW, POLICY) <= who.capacity + 1e-6


@given(agents("ann"))
def test_a_load_stays_until_it_says_that_it_changes(who: Agent) -> None:
    at = load_changes(who, NOW, POLICY)
    until = NOW + HOUR if at is None else at - 1
    assert load(who, until, POLICY) == load(who, NOW, POLICY)
    assert at is None or load(who, at, POLICY) <= load(who, NOW, POLICY)
