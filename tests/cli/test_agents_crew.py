"""A simulated workforce, without a house: its chance, its days, its work."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from services.cli.agents.crew import Crew
from services.cli.agents.person import BREAK, Habits, choice, dice, on_shift, person
from services.cli.agents.report import figures
from services.cli.agents.witness import Witness
from shared.contracts.outward import WorkRecord
from tests.cli.agents_records import BEN, assigned, offer, record, refusal

NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
POOLS = ("billing", "general")
DILIGENT = Habits(declines=0, lapses=0, lost=0, transfers=0)
ME = "sim-1-0"


def test_chance_depends_on_what_it_is_about_and_on_nothing_else() -> None:
    assert dice(1, "a", "b") == dice(1, "a", "b") != dice(2, "a", "b")
    drawn = [dice(1, number) for number in range(2000)]
    assert 0.47 < sum(drawn) / len(drawn) < 0.53 and min(drawn) >= 0 and max(drawn) < 1


def test_the_same_seed_makes_the_same_people_and_the_first_can_do_everything() -> None:
    assert [person(n, 7, POOLS, ["law"]) for n in range(9)] == [
        person(n, 7, POOLS, ["law"]) for n in range(9)
    ]
    first = person(0, 7, POOLS, ["law"])
    assert (first.pools, first.languages, first.skills) == (POOLS, (), {"law": 10})
    assert all(set(person(n, 7, POOLS).pools) & set(POOLS) for n in range(50))


def test_everybody_begins_at_work_and_rests_after_the_shift() -> None:
    habits = Habits(shift=60)
    for number in range(20):
        who = person(number, 1, POOLS)
        assert on_shift(who, habits, 0)
        cycle = 60 * (1 + BREAK)
        worked = sum(on_shift(who, habits, second) for second in range(750)) / 750
        assert worked == pytest.approx(60 / cycle, abs=0.01)


def test_declines_and_lapses_come_as_often_as_they_should() -> None:
    habits = Habits(declines=0.1, lapses=0.05)
    made = [choice(person(1, 1, POOLS), habits, f"0:{n}", 0) for n in range(4000)]
    assert 0.08 < made.count("decline") / 4000 < 0.12 and 0.03 < made.count("lapse") / 4000 < 0.07


class Play:
    """A crew of one, and a clock that the test moves."""

    def __init__(self, habits: Habits = DILIGENT) -> None:
        self.crew = Crew([person(0, 1, POOLS)], habits, POOLS, 0.0)
        self.now = 0.0

    def hear(self, *records: WorkRecord | None) -> None:
        for each in records:
            self.crew.hear(each, self.now)

    def until(self, kind: str) -> dict[str, Any]:
        """The next command of this kind."""
        while self.now < 10_000:
            self.now += 0.5
            for made in self.crew.act(self.now, NOW):
                if made["type"] == kind:
                    return made
        raise AssertionError(f"no {kind}")


def test_a_work_is_taken_answered_closed_and_wrapped_up() -> None:
    play = Play()
    assert play.until("presence")["status"] == "available"
    play.hear(offer(ME))
    accept = play.until("accept")
    play.hear(assigned(5, ME, command_id=accept["id"]))
    reply = play.until("reply")
    play.hear(record("replied", ME, token=5, command_id=reply["id"]))
    close = play.until("close")
    assert close["token"] == reply["token"] == 5
    play.hear(record("closed", ME, token=5, command_id=close["id"], wrap_until="2026-03-14T09:40:00+00:00"))
    wrap_up = play.until("wrap_up")
    play.hear(record("wrapped_up", ME, command_id=wrap_up["id"]))
    found = figures(play.crew, 1)
    done = ("offered", "taken", "replied", "closed", "wrapped_up", "contradictions")
    assert [found[name] for name in done] == [1, 1, 1, 1, 1, 0]
    assert found["mean_handling_seconds"] > 0 and not play.crew.waiting_for_answers


def test_what_is_not_answered_is_said_again_with_the_same_id_and_then_counted() -> None:
    play = Play()
    play.hear(offer(ME))
    said = [play.until("accept")["id"] for _ in range(3)]
    assert len(set(said)) == 1
    play.until("presence")
    for _ in range(40):
        play.crew.act(play.now, NOW)
        play.now += 1
    assert play.crew.tally.unanswered == {"accept": 1}


def test_a_lost_tool_is_silent_and_comes_back() -> None:
    play = Play(Habits(declines=0, lapses=0, lost=1, lost_for=100))
    play.hear(assigned(5, ME))
    assert play.crew.tally.lost == 1
    silence = play.crew.workers[ME].lost_until
    assert play.until("presence") and play.now >= silence > 0


def test_work_that_cannot_be_passed_on_is_closed() -> None:
    play = Play(Habits(declines=0, lapses=0, lost=0, transfers=1))
    play.hear(assigned(5, ME))
    transfer = play.until("transfer")
    assert transfer["pool"] == "billing"
    play.hear(refusal("too_many_transfers", transfer["id"], agent=ME))
    assert play.until("close") and play.crew.tally.refused == {"too_many_transfers": 1}


def test_at_the_end_all_is_given_back() -> None:
    play = Play()
    play.hear(assigned(5, ME))
    assert [c["type"] for c in play.crew.leave(1.0)] == ["decline", "presence"]


CONTRADICTIONS: dict[str, tuple[tuple[WorkRecord | None, ...], list[str]]] = {
    "a life with repeats": (
        (offer(), assigned(), record("released", attempt=1), assigned(9, BEN, attempt=1), assigned()),
        [],
    ),
    "no record": ((None,), ["a record that is none"]),
    "no token": ((record("assigned"),), ["an assignment without an agent or a token"]),
    "two agents with one token": ((assigned(), assigned(agent=BEN)), ["one token for two agents"]),
    "two holders": ((assigned(), assigned(9, BEN)), ["two holders at once"]),
    "a release that nobody heard of": (
        (assigned(), assigned(9, BEN, attempt=1)),
        ["a new holder, and the old one was told of no release"],
    ),
    "closed, and given to somebody": (
        (assigned(), record("closed", token=5), assigned(9, BEN, attempt=1)),
        ["an assignment of closed work"],
    ),
    "closed by two": (
        (assigned(), record("closed", token=5), record("closed", BEN, token=9)),
        ["work closed twice"],
    ),
    "closed by another": (
        (assigned(), record("closed", BEN, token=5)),
        ["work closed by somebody who did not hold it"],
    ),
    "a message for another": (
        (assigned(), record("message", BEN, token=5)),
        ["a message for an agent who does not hold the work"],
    ),
    "a token out of nowhere": (
        (offer(), assigned(), record("replied", token=6)),
        ["a replied with a token that was given to nobody"],
    ),
    "a tool that assigns by itself": ((assigned(), record("replied", token=6)), []),
    "what began before": ((record("closed", token=5), record("message", work="0:7", token=2)), []),
    "an offer without an end": ((record("offer"),), ["an offer to nobody or without an end"]),
    "a refusal that says nothing": ((record("refused"),), ["a refusal without a reason"]),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_the_witness_names_what_contradicts_the_protocol(name: str) -> None:
    records, expected = CONTRADICTIONS[name]
    witness = Witness()
    for each in records:
        witness.hear(each)
    assert list(witness.wrong) == expected
