"""The page on attacks names what there is."""

from __future__ import annotations

import re
from pathlib import Path

from tests.chaos.faults.catalogue import FAULTS
from tests.chaos.oracle.verdict import JUDGEMENTS

PAGE = (Path(__file__).parents[2] / "docs" / "chaos.md").read_text()


def _first_column(heading: str) -> list[str]:
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| ([^|]+) \|", section, re.MULTILINE)[1:]


def test_every_fault_has_its_row() -> None:
    named = re.findall(r"`(\w+)`", " ".join(_first_column("The faults")))
    assert sorted(named) == sorted(FAULTS)


def test_every_judgement_has_its_row() -> None:
    assert _first_column("The judge") == list(JUDGEMENTS)
