"""When everybody eligible has passed a work up."""

import pytest

from shared.queue.rounds import rounds_over
from shared.queue.values import Agent, Passed, Waiting
from tests.queue.given import NOW, POLICY, SECOND, agent, held, passed, view, waiting

ANN, BOB = agent("ann"), agent("bob")
FULL = agent("bob", held=tuple(held(f"9:{n}") for n in range(5)))
AWAY, MISSED = agent("bob", status="busy"), agent("ann", status="away_missed")
EARLIER = {"ann": Passed(1, NOW - 9), "bob": Passed(1, NOW - 8)}
CASES: list[tuple[str, bool, Waiting, tuple[Agent, ...]]] = [
    ("nobody has passed it up", False, waiting(), (ANN,)),
    ("one of two", False, waiting(passed=passed(ann=5)), (ANN, BOB)),
    ("both", True, waiting(passed=passed(ann=5, bob=1)), (ANN, BOB)),
    ("the only one", True, waiting(passed=passed(ann=5)), (ANN,)),
    ("who is full is not waited for", True, waiting(passed=passed(ann=5)), (ANN, FULL)),
    ("who is away is not waited for", True, waiting(passed=passed(ann=5)), (ANN, AWAY)),
    ("who passed it up is away now", True, waiting(passed=passed(ann=5)), (MISSED,)),
    ("whoever speaks another language does not count", True, waiting(passed=passed(ann=5)),
     (ANN, agent("bob", languages=("en",)))),
    ("it is on the table of another", False, waiting(passed=passed(ann=5), offered=("cid",)), (ANN,)),
    ("that round is over already", False, waiting(passed=EARLIER, rounds=1, round_at=NOW - 8), (ANN, BOB)),
    ("in the next round one has passed it up again", False,
     waiting(passed=EARLIER | {"ann": Passed(2, NOW)}, rounds=1, round_at=NOW - 8), (ANN, BOB)),
    ("in the next round both have", True,
     waiting(passed={"ann": Passed(2, NOW), "bob": Passed(2, NOW)}, rounds=1, round_at=NOW - 8), (ANN, BOB)),
    ("the wider ring has somebody new", False,
     waiting(passed=passed(ann=5), rounds=2, round_at=NOW - 6), (ANN, agent("bob", pools=("billing",)))),
]  # fmt: skip


@pytest.mark.parametrize(("name", "over", "work", "people"), CASES, ids=[case[0] for case in CASES])
def test_when_a_round_is_over(name: str, over: bool, work: Waiting, people: tuple[Agent, ...]) -> None:
    assert rounds_over(view([work], *people), POLICY) == ([(work.item.id, work.revision)] if over else [])


def test_every_work_of_every_lane_is_looked_at() -> None:
    lanes = [[waiting("0:1"), waiting("0:2", passed=passed(ann=SECOND), revision=4)]]
    assert rounds_over(view(lanes, ANN), POLICY) == [("0:2", 4)]
