"""A newcomer's walk through the house stays short."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
WALK = (
    "README.md",
    "shared/contracts/topics.py",
    "shared/ledger/fold.py",
    "services/router/app.py",
    "services/router/decide.py",
    "tests/journey/test_journey.py",
)


def test_the_walk_that_the_readme_names_is_under_300_lines_of_reading() -> None:
    lines = [line for path in WALK for line in (ROOT / path).read_text().splitlines() if line.strip()]
    assert len(lines) < 300


def test_the_readme_leads_to_every_stop_of_the_walk() -> None:
    readme = (ROOT / "README.md").read_text()
    assert all(f"({stop})" in readme for stop in WALK[1:])
