"""The lanes of a view as a decision takes them up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.queue.desk import Desk
from shared.queue.line import Line, Standing
from shared.queue.match import match
from shared.queue.order import rank, rank_changes
from shared.queue.rings import ring, ring_changes
from shared.queue.values import Agent, Item, View, Waiting
from tests.queue.given import HOUR, MINUTE, NOW, POLICY, SECOND, agent, items, view, views, waiting

CALM, OLD = waiting("0:1"), waiting("0:2", opened_at=NOW - MINUTE)
MAIL = waiting("0:3", channel="email")
KNOWN = waiting("0:4", sticky="ann")


def _groups(line: Line) -> dict[object, list[str]]:
    """What each group's lanes begin with, in order."""
    return {
        need: [lane.first.waiting.item.id for lane in lanes] for need, lanes in line.groups.items() if lanes
    }


@pytest.mark.parametrize(
    ("name", "lanes", "groups"),
    [
        ("none", [], {}),
        ("an empty lane is none", [()], {}),
        ("in the order of their first works", [(CALM,), (OLD,)], {("fr", "chat"): ["0:2", "0:1"]}),
        ("by language and channel", [(CALM,), (MAIL,)], {("fr", "chat"): ["0:1"], ("fr", "email"): ["0:3"]}),
        ("a known customer is apart", [(KNOWN,), (MAIL,)], {None: ["0:4"], ("fr", "email"): ["0:3"]}),
        ("what differs is apart", [(CALM, MAIL)], {None: ["0:1"]}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_lanes_are_taken_up_together(
    name: str, lanes: list[tuple[Waiting, ...]], groups: dict[object, list[str]]
) -> None:
    line = Line(POLICY)
    line.look([], NOW)
    line.look(lanes, NOW)
    assert _groups(line) == groups, name
    line.look([], NOW)
    assert _groups(line) == {}


def test_only_a_lane_that_is_another_one_is_looked_at() -> None:
    line, lanes = Line(POLICY), [(CALM,), (MAIL,)]
    line.look(lanes, NOW)
    calm, mail = line.groups["fr", "chat"][0], line.groups["fr", "email"][0]
    line.look([lanes[0], (OLD,), (waiting("0:3", channel="email"),)], NOW)
    assert line.groups["fr", "chat"][1] is calm
    assert line.groups["fr", "email"][0] is not mail


def test_a_lane_is_looked_at_again_when_time_moves_its_first_work() -> None:
    pressed = waiting("0:5", opened_at=NOW, due_at=NOW + HOUR, sla=HOUR)
    line, lanes = Line(POLICY), [(pressed,), (OLD,)]
    line.look(lanes, NOW)
    assert _groups(line) == {("fr", "chat"): ["0:2", "0:5"]}
    line.look(lanes, NOW + HOUR)
    assert _groups(line) == {("fr", "chat"): ["0:5", "0:2"]}
    line.look(lanes, NOW)
    assert _groups(line) == {("fr", "chat"): ["0:2", "0:5"]}


def test_a_kept_work_wants_less_as_its_ring_widens() -> None:
    desk, lanes = Desk(POLICY), [(waiting("0:1", skills=(("router", 3),)), waiting("0:2"))]
    pools = []
    for later in (0, 90 * SECOND - 1, 90 * SECOND, 300 * SECOND):
        desk.line.look(lanes, NOW + later)
        [lane] = desk.line.groups["fr", "chat"]
        pools.append([lane.standing(at, NOW + later).general[0] for at in (0, 1)])
    own, near = ("general",), ("general", "billing")
    assert pools == [[own, own], [own, own], [near, near], [None, None]]


@given(items(), st.integers(0, 4), st.integers(0, 2 * HOUR))
def test_nothing_changes_before_it_is_said_to(one: Item, rounds: int, later: int) -> None:
    ranks, rings = rank_changes(one, NOW, POLICY), ring_changes(one, NOW, POLICY)
    then = NOW + later
    if ranks is None or then < ranks:
        assert rank(one, then, POLICY) == rank(one, NOW, POLICY)
    else:
        assert rank(one, ranks, POLICY) < rank(one, NOW, POLICY)
    if rings is None or then < rings:
        assert ring(one, then, rounds, POLICY) == ring(one, NOW, rounds, POLICY)


@given(views(), views(), st.lists(st.integers(-60, 4000), min_size=2, max_size=3))
def test_a_kept_line_answers_as_a_new_one(one: View, other: View, seconds: list[int]) -> None:
    """Whatever time passes, and whichever works come and go in lanes of several."""
    desk, mixed = Desk(POLICY), tuple(lane[0] for lane in one.lanes)
    for later in seconds:
        lanes = (mixed,) if later % 2 else other.lanes[later % 3 :]
        here = View(NOW + later * SECOND, lanes, one.agents)
        assert match(here, POLICY, desk=desk) == match(here, POLICY)


def test_when_nobody_has_room_for_a_channel_its_lanes_are_not_taken_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = list[str]()

    def choose(_search: object, standing: Standing) -> list[Agent]:
        tried.append(standing.waiting.item.id)
        return []

    monkeypatch.setattr("shared.queue.match._Search.choose", choose)
    match(view([CALM, MAIL, KNOWN, waiting("0:6", language="de")], agent(capacity=5)), POLICY)
    assert tried == ["0:3", "0:4"]
