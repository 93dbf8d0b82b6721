"""The pages as values: their code blocks, code spans, tables, headings and links."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from shared.runtime.settings import ROOT

PAGES = tuple(
    sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")], key=lambda path: path.relative_to(ROOT))
)
_BLOCK = re.compile(r"^```(\w*) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block: what follows the fence is its language and the name of what it shows."""

    page: str
    line: int
    language: str
    shows: str
    text: str


def name_of(page: Path) -> str:
    """For the names of tests."""
    return page.relative_to(ROOT).as_posix()


def text_of(page: str) -> str:
    """A page by its name in `docs`."""
    return (ROOT / "docs" / page).read_text()


def blocks(*languages: str) -> list[Block]:
    """All blocks in these languages."""
    return [block for page in PAGES for block in _blocks(page) if block.language in languages]


def _blocks(page: Path) -> list[Block]:
    text = page.read_text()
    return [
        Block(name_of(page), text.count("\n", 0, found.start()) + 1, *found.groups())
        for found in _BLOCK.finditer(text)
    ]


def prose(page: Path) -> str:
    """The page without its blocks."""
    return _BLOCK.sub("", page.read_text())


def code_lines(page: Path) -> list[str]:
    """What a reader may type: each line of blocks for a shell, and each span of code."""
    typed = [block.text for block in _blocks(page) if block.language in ("", "sh")]
    lines = [line for text in typed for line in text.replace("\\\n", " ").splitlines()]
    return [*lines, *re.findall(r"`([^`\n]+)`", prose(page))]


def rows(page: str, heading: str = "") -> list[list[str]]:
    """The cells of all tables of a page, or of its part below a heading, without code marks."""
    text = text_of(page).partition(f"{heading}\n")[2].partition("\n## ")[0] if heading else text_of(page)
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split(" | ")] for line in lines]


def anchors(page: Path) -> set[str]:
    """Where links into the page may lead."""
    headings = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-")) for heading in headings}


def links(page: Path) -> list[tuple[str, str]]:
    """Path and anchor of every relative link."""
    found = re.findall(r"\]\(([^)\s]+)\)", prose(page))
    return [
        (path, anchor)
        for path, _, anchor in (link.partition("#") for link in found)
        if not re.match(r"\w+:", path)
    ]
