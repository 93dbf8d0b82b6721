"""Links between the pages lead somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.runtime.settings import ROOT
from tests.docs.pages import PAGES, anchors, links, name_of


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_relative_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    broken = []
    for path, anchor in links(page):
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(f"{path}#{anchor}")
    assert not broken


def test_every_page_can_be_reached_from_the_readme() -> None:
    start = next(page for page in PAGES if page.name == "README.md" and page.parent.name != "decisions")
    reached, waiting = set[Path](), [start]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        targets = [(page.parent / path).resolve() for path, _ in links(page) if path]
        targets += [target / "README.md" for target in targets if target.is_dir()]
        waiting += [target for target in targets if target in PAGES]
    assert {name_of(page) for page in PAGES} == {name_of(page) for page in reached}


def test_the_index_of_decisions_has_every_page_under_its_own_heading() -> None:
    folder = ROOT / "docs" / "decisions"
    told = [line for line in (folder / "README.md").read_text().splitlines() if line[:1].isdecimal()]
    headings = [(path, path.read_text().splitlines()[0]) for path in sorted(folder.glob("0*.md"))]
    cut = [(path, *line.removeprefix("# ").split(". ", 1)) for path, line in headings]
    assert told == [f"{number}. [{heading}]({path.name})" for path, number, heading in cut]
