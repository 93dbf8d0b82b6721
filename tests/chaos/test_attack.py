"""Two of each service under attack on real servers: the oracle finds nothing.

One house serves all: it takes longer to start than to attack. The tests come in the order in which they
leave it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.faults.catalogue import SHORT
from tests.chaos.faults.schedule import one_after_another, schedule, to_json
from tests.chaos.house import LABELS
from tests.chaos.oracle.verdict import told
from tests.chaos.session import Session
from tests.kit.process import wait_until
from tests.kit.report import RanAgainst
from tests.kit.server import Unavailable

RUNS, SECONDS = 25, 1.2
ARMED = {
    "router-1": "after_poll:5:exit",
    "intent_classifier-1": "after_decode:5:exit",
    "bot-1": "before_send:3:exit",
    "courier-1": "after_send:3:exit",
    "sentiment_scorer-1": "after_ack:5:exit",
    "fallback-1": "after_commit:3:exit",
    "dispatcher-1": "in_revoke:1:exit",
    "router-2": "in_assign:1:exit",
}
"""Every failpoint once, each in another process."""


@pytest.fixture(scope="module")
def session(ran_against: RanAgainst) -> Iterator[Session]:
    session = Session(1, **{label.replace("-", "_"): point for label, point in ARMED.items()})
    try:
        session.__enter__()
    except Unavailable as reason:
        pytest.skip(str(reason))
    ran_against("chaos", "two of each service on a Kafka and a Redis of their own")
    yield session
    session.__exit__()


@pytest.mark.timeout(100)
def test_at_every_failpoint_a_process_dies_and_is_started_again(session: Session) -> None:
    first = dict(session.pids)

    def alive() -> set[str]:
        return {label for label in ARMED if session.house.processes[label].pid == first[label]}

    session.wait_ready()
    session.let_in()
    # Partitions are taken away from whoever has some when another one of the kind comes.
    session.house.processes["dispatcher-2"].terminate()
    try:
        wait_until(lambda: not alive(), 60, "everybody has died", every=0.5)
    except TimeoutError as error:
        error.add_note(f"still alive: {sorted(alive())}")
        raise
    for label, point in ARMED.items():
        session.injector.note("failpoint", label, session.began, point)
    session.wait_ready()


@pytest.mark.timeout(100)
def test_seeded_runs_of_all_kinds_of_faults_violate_nothing(session: Session, tmp_path: Path) -> None:
    run = one_after_another([schedule(seed, SECONDS, SHORT) for seed in range(RUNS)])
    again = tmp_path / "schedule.json"
    again.write_text(to_json([run]))
    session.play(run)
    verdict = session.verdict()
    assert verdict.violations == (), told(verdict, session.evidence(), f"relais chaos --replay {again}")
    assert session.injector.failed == []


def test_the_attack_was_real(session: Session) -> None:
    """Green would say nothing of a house where nothing happened."""
    evidence = session.evidence()
    assert len(evidence.doors) > 500
    assert len({fault.name for fault in evidence.faults}) > 10
    assert all(proxy.passed["down"] > 0 for proxy in session.house.servers.proxies.by_name.values())
    assert session.keeper.restarts > len(ARMED)
    counts = session.verdict().counts
    assert all(counts[kind] > 0 for kind in ("answered", "people", "duplicate", "moved", "quarantined"))
    assert counts["inert entries"] > 0 and counts["replies of people"] > 0
    assert set(session.pids) == set(LABELS)
