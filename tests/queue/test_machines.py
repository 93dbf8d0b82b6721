"""The three state machines: works, offers, assignments."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.queue import assignment, offer, work
from shared.queue.assignment import ASSIGNMENT
from shared.queue.machine import By, Impossible, Machine, Never
from shared.queue.offer import OFFER
from shared.queue.values import Item
from shared.queue.work import WORK
from tests.docs.pages import text_of
from tests.queue.given import HOUR, NOW, POLICY, SECOND, agent, held, item

MACHINES: list[tuple[Any, Machine[Any, Any]]] = [(work, WORK), (offer, OFFER), (assignment, ASSIGNMENT)]
IDS = ["work", "offer", "assignment"]
any_machine = pytest.mark.parametrize(("module", "machine"), MACHINES, ids=IDS)


@any_machine
def test_no_state_lacks_a_deadline_or_the_reason_why_it_has_none(
    module: Any, machine: Machine[Any, Any]
) -> None:
    assert set(machine.deadlines) == set(get_args(module.State))
    for state, deadline in machine.deadlines.items():
        goes_on = any(before == state for before, _ in machine.steps)
        assert isinstance(deadline, By) is goes_on
        assert deadline[0]
        if isinstance(deadline, By):
            assert machine.step(state, deadline.then) != state or state == "queued"


@any_machine
def test_every_state_and_event_takes_part(module: Any, machine: Machine[Any, Any]) -> None:
    assert {event for _, event in machine.steps} == set(get_args(module.Event))
    assert {machine.start, *machine.steps.values()} == set(get_args(module.State))


@any_machine
def test_every_state_can_be_reached_and_left_for_an_end(module: Any, machine: Machine[Any, Any]) -> None:
    ends = {state for state, deadline in machine.deadlines.items() if isinstance(deadline, Never)}
    for state in machine.deadlines:
        assert machine.path(machine.start, state) is not None
        assert any(_leads(machine, state, end) for end in ends)


def _leads(machine: Machine[Any, Any], state: str, end: str) -> bool:
    try:
        machine.path(state, end)
    except Impossible:
        return False
    return True


@any_machine
def test_what_cannot_happen_is_refused_by_name(module: Any, machine: Machine[Any, Any]) -> None:
    for state in machine.deadlines:
        for event in get_args(module.Event):
            if (state, event) not in machine.steps:
                with pytest.raises(Impossible, match=f"'{event}' cannot happen to what is '{state}'"):
                    module.step(state, event)


@any_machine
def test_the_page_draws_what_the_code_does(module: Any, machine: Machine[Any, Any]) -> None:
    assert f"```mermaid\n{machine.diagram()}\n```" in text_of("queue.md")
    for state, deadline in machine.deadlines.items():
        then = f"`{deadline.then}`" if isinstance(deadline, By) else "none"
        assert f"| `{state}` | {then} | {deadline[0]} |" in text_of("queue.md")


@any_machine
@given(data=st.data())
def test_whatever_happens_ends_when_only_deadlines_pass(
    module: Any, machine: Machine[Any, Any], data: st.DataObject
) -> None:
    """After any events, time alone brings an offer to its end, and a work back to where it is offered."""
    state = machine.start
    for _ in range(data.draw(st.integers(0, 20))):
        possible = sorted(event for before, event in machine.steps if before == state)
        if not possible:
            break
        state = machine.step(state, data.draw(st.sampled_from(possible)))
    for _ in machine.deadlines:
        deadline = machine.deadlines[state]
        state = machine.step(state, deadline.then) if isinstance(deadline, By) else state
    assert isinstance(machine.deadlines[state], Never) or state == "queued"


STATES: list[tuple[str, Item, bool, work.State]] = [
    ("it waits", item(), False, "queued"),
    ("it is on the table of somebody", item(), True, "offered"),
    ("somebody has it", item(agent="ann"), False, "assigned"),
    ("the customer has the word", item(agent="ann", turn="customer"), False, "waiting_customer"),
    ("the agent waits for somebody else", item(agent="ann", turn="hold"), False, "assigned"),
    ("its pool is closed", item(opens_at=NOW + HOUR), False, "deferred"),
    ("its pool has opened", item(opens_at=NOW), False, "queued"),
    ("its pool has closed meanwhile", item(opens_at=NOW + HOUR, agent="ann"), False, "assigned"),
]


@pytest.mark.parametrize(("name", "one", "offered", "state"), STATES, ids=[case[0] for case in STATES])
def test_the_state_of_an_open_work(name: str, one: Item, offered: bool, state: work.State) -> None:
    assert work.state_of(one, offered, NOW) == state


def test_the_state_of_what_an_agent_holds() -> None:
    silent = agent(seen=NOW - 60 * SECOND)
    assert assignment.state_of(held(), agent(), NOW, POLICY) == "active"
    assert assignment.state_of(held(turn="hold"), agent(), NOW, POLICY) == "on_hold"
    assert assignment.state_of(held(turn="hold"), silent, NOW, POLICY) == "grace"
    assert assignment.state_of(held(as_="wrapping"), silent, NOW, POLICY) == "wrapping"


def test_several_events_seen_as_one_have_a_path_or_are_refused() -> None:
    assert WORK.path("queued", "waiting_customer") == ("assign", "reply")
    assert WORK.path("assigned", "deferred") == ("release", "defer")
    assert WORK.path("offered", "offered") == ()
    with pytest.raises(Impossible, match="nothing makes 'queued' of what is 'closed'"):
        WORK.path("closed", "queued")


def test_accepting_twice_is_accepting_once() -> None:
    assert offer.step(offer.step("pending", "accept"), "accept") == "accepted"
