"""What the pages tell a reader to type exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from services.cli.house import SERVICES
from services.cli.main import COMMANDS, load
from shared.runtime.settings import ROOT
from tests.docs.pages import PAGES, code_lines, name_of

RELAIS = re.compile(r"^(?:\.venv/bin/)?relais (.+)$")
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
SOURCES = [
    *(ROOT / "services").rglob("*.py"),
    *(ROOT / "shared").rglob("*.py"),
    *(ROOT / "tests" / "kit").rglob("*.py"),
]


def _wrong(line: str) -> str | None:
    """What is wrong with a `relais` command line; `None` when it could be typed."""
    words = shlex.split(line, comments=True)
    if words == ["--help"] or words[0] == "…":
        return None
    if words[0] not in COMMANDS:
        return f"no command {words[0]}"
    command = load(words[0])
    if hasattr(command, "commands"):
        if len(words) == 1:
            return None
        if words[1] not in command.commands:
            return f"no command {words[0]} {words[1]}"
        command = command.commands[words[1]]
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    unknown = {word for word in words if word.startswith("--")} - known
    return f"no options {unknown}" if unknown else None


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_relais_command_on_a_page_exists(page: Path) -> None:
    typed = [found[1] for line in code_lines(page) if (found := RELAIS.match(line.strip()))]
    assert not [(line, wrong) for line in typed if (wrong := _wrong(line))]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_target_of_make_and_every_module_on_a_page_exists(page: Path) -> None:
    typed = "\n".join(code_lines(page))
    assert set(re.findall(r"^make ([a-z-]+)", typed, re.MULTILINE)) <= TARGETS
    assert set(re.findall(r"-m services\.([a-z]\w+)", typed)) <= {*SERVICES, "cli"}


def _variables() -> set[str]:
    """Every variable that the code reads: fields of settings, and names that stand in it."""
    named = {name for path in SOURCES for name in re.findall(r"RELAIS_[A-Z_]*[A-Z]", path.read_text())}
    return named | {f"RELAIS_{field.upper()}" for service in SERVICES for field in _fields(service)}


def _fields(service: str) -> Any:
    from importlib import import_module

    return import_module(f"services.{service}.settings").Settings.model_fields


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_variable_on_a_page_exists(page: Path) -> None:
    assert set(re.findall(r"RELAIS_[A-Z_]*[A-Z]", page.read_text())) <= _variables()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_file_that_is_named_in_code_marks_exists(page: Path) -> None:
    named = [
        line
        for line in code_lines(page)
        if re.fullmatch(r"(deploy|docs|services|shared|tests)/[\w./-]+", line)
    ]
    assert not [path for path in named if not (ROOT / path).exists()]
