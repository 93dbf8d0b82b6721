"""A desk that is kept from decision to decision gives the answers of a new one."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.queue.desk import Desk
from shared.queue.match import match
from shared.queue.values import Agent, News, View
from tests.queue.given import HOUR, MINUTE, NOW, POLICY, SECOND, agent, held, view, views, waiting

FULL = tuple(held(f"9:{n}") for n in range(5))


@given(views(), st.lists(st.integers(-60, 300), max_size=4))
def test_whatever_time_passes_a_kept_desk_answers_as_a_new_one(here: View, seconds: list[int]) -> None:
    desk = Desk(POLICY)
    for later in seconds:
        then = View(NOW + later * SECOND, here.lanes, here.agents)
        assert match(then, POLICY, desk=desk) == match(then, POLICY)


@given(views(), views())
def test_a_desk_that_is_kept_changes_no_answer(one: View, other: View) -> None:
    """As long as a revision stands for one state of an agent."""
    desk = Desk(POLICY)
    renewed = {
        name: msgspec.structs.replace(who, revision=who.revision + 1000) for name, who in other.agents.items()
    }
    for here in (one, one, View(other.now, other.lanes, renewed)):
        assert match(here, POLICY, desk=desk) == match(here, POLICY)


@given(views(), st.data())
def test_a_kept_desk_that_is_told_who_changed_looks_at_nobody_else(here: View, data: st.DataObject) -> None:
    """As long as it has seen the look before; otherwise it looks at everybody."""
    desk = Desk(POLICY)
    for look in range(1, 5):
        names = data.draw(st.sets(st.sampled_from(sorted(here.agents)))) if here.agents else set[str]()
        changed = {
            name: msgspec.structs.replace(
                here.agents[name],
                held=data.draw(st.sampled_from(((), FULL))),
                revision=here.agents[name].revision + 1000,
            )
            for name in names
        }
        here = View(NOW, here.lanes, {**here.agents, **changed}, News(look - 1, look, frozenset(changed)))
        if data.draw(st.booleans()):  # not every look is for this desk
            assert match(here, POLICY, desk=desk) == match(here, POLICY)


@given(views())
def test_nothing_is_missed_by_what_was_looked_for_in_vain(here: View) -> None:
    """A search that forgets whom it has asked in vain decides the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("shared.queue.match._Search._vain", lambda search, standing: False)
        patch.setattr(Desk, "anybody", lambda desk, item: True)
        forgetful = match(here, POLICY)
    assert match(here, POLICY) == forgetful


BUSY = tuple(held(f"9:{n}", turn="customer", turn_at=NOW - 599 * SECOND) for n in range(10))
SOON: list[tuple[str, int, Agent]] = [
    ("its customers fall silent", SECOND, agent(held=BUSY)),
    ("its ramp goes on", 10 * SECOND, agent(online_since=NOW, held=FULL[:2])),
    ("its hour is over", 25 * SECOND, agent(assigned=tuple([NOW - HOUR + 25 * SECOND] * 100))),
]


@pytest.mark.parametrize(("name", "after", "who"), SOON, ids=[case[0] for case in SOON])
def test_a_kept_desk_sees_whom_time_frees(name: str, after: int, who: Agent) -> None:
    desk = Desk(POLICY)
    for later, offers in ((0, 0), (after - 1, 0), (after, 1)):
        work = waiting(opened_at=NOW + later)
        assert len(match(view([work], who, now=NOW + later), POLICY, desk=desk)) == offers


def test_a_kept_desk_sees_who_is_heard_of_again_and_who_is_not() -> None:
    desk = Desk(POLICY)
    for seen, now, offers in ((NOW, 0, 1), (NOW, MINUTE, 0), (NOW + MINUTE, MINUTE, 1), (NOW + MINUTE, 0, 1)):
        here = view([waiting()], agent(seen=seen), now=NOW + now)
        assert len(match(here, POLICY, desk=desk)) == offers, (seen, now)


def test_a_kept_desk_is_no_older_than_a_clock_that_was_put_back() -> None:
    desk, who = Desk(POLICY), agent()
    assert match(view([waiting()], who, now=NOW + MINUTE), POLICY, desk=desk) == []
    assert len(match(view([waiting()], who), POLICY, desk=desk)) == 1


def test_a_kept_desk_forgets_what_it_offered_when_the_offer_was_not_made() -> None:
    desk, work = Desk(POLICY), [waiting()]
    assert len(match(view(work, agent(capacity=20)), POLICY, desk=desk)) == 1
    assert len(match(view(work, agent(capacity=20, revision=1)), POLICY, desk=desk)) == 1
