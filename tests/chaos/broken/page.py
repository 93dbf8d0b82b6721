"""docs/broken-builds.md: the table of broken builds, with what caught them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from tests.chaos.broken.builds import BUILDS
from tests.chaos.broken.hunt import RUNS, Found

PAGE = Path(__file__).parents[3] / "docs" / "broken-builds.md"
HEAD = f"""# Broken builds

A judge who finds nothing proves nothing unless he finds what is there. So Relais is broken on purpose, in
{len(BUILDS)} ways, and each broken build is attacked like the real one ([chaos](chaos.md)) until the judge
finds what it must, in {RUNS} runs at most. What breaks them is in `tests/chaos/broken`, not in the product.

`make broken` (or `make broken NAMES="no_epoch leak"`) hunts them and writes this table, in about 15 minutes.

| build | what is wrong with it | caught by | in run |
|---|---|---|---|
"""
ROW = re.compile(r"^\| `(\w+)` \|[^|]*\| ([^|]*) \| (\d+) \|$", re.MULTILINE)
MISSED = "**not caught**"


def read(text: str) -> dict[str, Found]:
    """What a page says of the builds that there still are."""
    rows = ROW.findall(text)
    return {
        name: Found(int(run), () if by == MISSED else tuple(by.split(", ")))
        for name, by, run in rows
        if name in BUILDS
    }


def written(found: Mapping[str, Found]) -> str:
    """The page."""
    rows = [
        f"| `{name}` | {build.mistake} | {', '.join(found[name].by) or MISSED} | {found[name].run} |\n"
        for name, build in BUILDS.items()
        if name in found
    ]
    return HEAD + "".join(rows)
