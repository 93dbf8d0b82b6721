"""The broken builds are broken in one place each, and the page says what became of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos.broken.builds import BUILDS
from tests.chaos.broken.hunt import RUNS, Found
from tests.chaos.broken.page import PAGE, read, written
from tests.chaos.faults.catalogue import FAULTS
from tests.chaos.oracle.verdict import JUDGEMENTS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", BUILDS)
def test_a_build_is_attacked_with_faults_that_there_are(name: str) -> None:
    assert set(BUILDS[name].faults) <= set(FAULTS)


@pytest.mark.parametrize("name", BUILDS)
def test_a_build_can_be_broken(name: str) -> None:
    """In a process of its own: it stays broken."""
    code = f"from tests.chaos.broken.builds import BUILDS; BUILDS[{name!r}].break_it()"
    there = {**os.environ, "RELAIS_REDIS": "redis://127.0.0.1:1/0", "RELAIS_NAMESPACE": "t"}
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=there)


def test_the_product_knows_nothing_of_broken_builds() -> None:
    product = [path for folder in ("services", "shared") for path in (ROOT / folder).rglob("*.py")]
    assert [path for path in product if "RELAIS_TEST_BROKEN" in path.read_text()] == []


def test_the_page_is_written_as_it_is_read() -> None:
    found = {name: Found(n % RUNS + 1, ("accounted", "order")[: n % 3]) for n, name in enumerate(BUILDS)}
    assert read(written(found)) == found


def test_the_page_says_of_every_build_what_caught_it() -> None:
    found = read(PAGE.read_text())
    assert set(found) == set(BUILDS)
    assert [name for name, one in found.items() if not one.by] == []
    assert {by for one in found.values() for by in one.by} <= set(JUDGEMENTS)
    assert PAGE.read_text() == written(found), "make broken writes it"
