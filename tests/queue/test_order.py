"""The order of the queue: every term of the score, what changes it, and that nobody starves."""

from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.policy.model import Policy
from shared.policy.queue import Order
from shared.queue.order import HEAD_START, MOST_MINUTES, RE_CONTACTS, Score, lane, next_change, rank, score
from shared.queue.values import Item
from tests.queue.given import HOUR, MINUTE, NOW, POLICY, item, items, policy


class Term(NamedTuple):
    name: str
    item: Item
    term: str
    minutes: float


def _due(left: int, sla: int = 10 * MINUTE) -> Item:
    return item(due_at=NOW + left, sla=sla)


TERMS = [
    Term("a customer who has waited 7 minutes", item(opened_at=NOW - 7 * MINUTE), "age_min", 7),
    Term("a clock that is ahead", item(opened_at=NOW + HOUR), "age_min", 0),
    Term("gold", item(tier="gold"), "value", 8),
    Term("silver", item(tier="silver"), "value", 4),
    Term("a tier that the policy does not name", item(tier="tin"), "value", 0),
    Term("the greatest frustration", item(severity=1.0), "severity", 15),
    Term("some frustration", item(severity=0.4), "severity", 6),
    Term("the whole SLA is left", _due(10 * MINUTE), "sla_push", 0),
    Term("half of it is left", _due(5 * MINUTE), "sla_push", 5),
    Term("a tenth of it is left", _due(1 * MINUTE), "sla_push", 16),
    Term("it is broken", _due(0), "sla_push", 20),
    Term("it has long been broken", _due(-9 * HOUR), "sla_push", 20),
    Term("the clock was paused, so more than all is left", _due(HOUR), "sla_push", 0),
    Term("no SLA", item(), "sla_push", 0),
    Term("an SLA of no length", _due(0, sla=0), "sla_push", 0),
    Term("came back once", item(contacts=1), "re_contact", 2),
    Term("came back nine times", item(contacts=9), "re_contact", 6),
    Term("was transferred", item(transfers=1), "transfer", 3),
    Term("was transferred three times", item(transfers=3), "transfer", 3),
]


@pytest.mark.parametrize("case", TERMS, ids=lambda case: case.name)
def test_each_term_of_the_score(case: Term) -> None:
    found = score(case.item, NOW, POLICY)._asdict()
    assert found[case.term] == pytest.approx(case.minutes)
    others = {name: value for name, value in found.items() if name != case.term}
    assert set(others.values()) == {0.0}


def test_the_score_is_the_sum_of_its_terms_and_the_rank_its_mirror() -> None:
    work = item(opened_at=NOW - 3 * MINUTE, tier="gold", severity=1.0, contacts=1, transfers=1)
    assert score(work, NOW, POLICY) == Score(3, 8, 15, 0, 2, 3)
    assert score(work, NOW, POLICY).total == 31
    assert rank(work, NOW, POLICY) == NOW - 31 * MINUTE


def test_the_bounds_are_those_that_a_policy_is_held_to() -> None:
    most = {name: _le(Order.model_fields[name]) for name in ("severity", "sla_push", "transfer")}
    most["re_contact"] = RE_CONTACTS * _le(Order.model_fields["re_contact"])
    most["value"] = 8.0
    assert most == MOST_MINUTES
    with pytest.raises(ValueError, match="less than or equal to 8"):
        policy(order={"tiers": {"platinum": 9}})


def _le(field: Any) -> float:
    return next(float(bound.le) for bound in field.metadata if hasattr(bound, "le"))


@given(items(), st.integers(0, 2 * HOUR))
def test_no_head_start_is_greater_than_the_bound(work: Item, later: int) -> None:
    assert 0 <= work.opened_at - rank(work, NOW + later, POLICY) <= HEAD_START


@given(st.lists(items(), min_size=1, max_size=30), st.data())
def test_nobody_is_served_after_somebody_who_came_so_much_later(
    works: list[Item], data: st.DataObject
) -> None:
    """One after the other is served, at any pace, while others arrive."""
    now = NOW - HOUR
    queue = [_plain(work, data.draw(st.integers(0, 5 * HOUR))) for work in works]
    while queue:
        now += data.draw(st.integers(0, 30 * MINUTE))
        here = [work for work in queue if work.opened_at <= now]
        if not here:
            now = min(work.opened_at for work in queue)
            continue
        first = min(here, key=lambda work: rank(work, now, POLICY))
        assert first.opened_at <= min(work.opened_at for work in here) + HEAD_START
        queue.remove(first)


def _plain(work: Item, after: int) -> Item:
    fields = {name: getattr(work, name) for name in ("severity", "tier", "contacts", "transfers", "sla")}
    opened = NOW - HOUR + after
    return item(f"0:{after}", opened_at=opened, due_at=opened + work.sla, **fields)


class Lane(NamedTuple):
    name: str
    item: Item
    lane: str


LANES = [
    Lane("what it wants", item(), "general|fr||chat|normal||"),
    Lane("skills", item(skills=(("vip", 1), ("router", 3))), "general|fr|router:3,vip:1|chat|normal||"),
    Lane("a severe one", item(severity=0.6), "general|fr||chat|normal|severe|"),
    Lane("safety", item(safety=True), "general|fr||chat|normal||safety"),
    Lane("held for one", item(sticky="ann", sticky_until=NOW + 1), "general|fr||chat|normal||@ann"),
    Lane("held no more", item(sticky="ann", sticky_until=NOW), "general|fr||chat|normal||"),
    Lane(
        "safety waits for nobody",
        item(safety=True, sticky="ann", sticky_until=NOW + 1),
        "general|fr||chat|normal||safety",
    ),
    Lane("somebody has it", item(agent="ann"), ""),
    Lane("another tool assigns it", item(external=True), ""),
    Lane("its pool is closed", item(opens_at=NOW + 1), ""),
    Lane("its pool has opened", item(opens_at=NOW), "general|fr||chat|normal||"),
]


@pytest.mark.parametrize("case", LANES, ids=lambda case: case.name)
def test_in_which_lane_a_work_waits(case: Lane) -> None:
    assert lane(case.item, NOW, POLICY) == case.lane


class Change(NamedTuple):
    name: str
    item: Item
    after: int | None


CHANGES = [
    Change("nothing will change", item(), None),
    Change("the hold ends", item(sticky="ann", sticky_until=NOW + 60), 60),
    Change("the pool opens", item(opens_at=NOW + HOUR, sticky="ann", sticky_until=NOW + 60), HOUR),
    Change("the first minute of the push", _due(HOUR, sla=HOUR), 804_985),
    Change("the last minute of the push", _due(1, sla=HOUR), 1),
    Change("no more push", _due(0, sla=HOUR), None),
    Change("somebody has it", item(agent="ann", due_at=NOW + 9, sla=HOUR), None),
    Change("another tool assigns it", item(external=True, opens_at=NOW + 9), None),
]


@pytest.mark.parametrize("case", CHANGES, ids=lambda case: case.name)
def test_when_the_place_of_a_work_next_changes_by_itself(case: Change) -> None:
    at = next_change(case.item, NOW, POLICY)
    assert at == (None if case.after is None else NOW + case.after)


def _place(work: Item, now: int, rules: Policy) -> tuple[int, str]:
    return rank(work, now, rules), lane(work, now, rules)


@given(items(), st.integers(0, 2 * HOUR), st.sampled_from([POLICY, policy(order={"sla_push": 7.5})]))
def test_until_then_it_stays_and_then_it_changes(work: Item, wait: int, rules: Policy) -> None:
    now = NOW + wait
    at = next_change(work, now, rules)
    assert at is None or at > now
    assert _place(work, (at or now + HOUR) - 1, rules) == _place(work, now, rules)
    assert at is None or _place(work, at, rules) != _place(work, now, rules)
