"""docs/operations.md says what is so: settings, metrics and the alerts' runbook."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import PydanticUndefined

from services.cli import state
from shared.runtime.settings import ROOT
from tests.deploy.catalogue import names
from tests.deploy.parts import COMPOSE, RULES, SERVICES, settings_of

DOC = (ROOT / "docs" / "operations.md").read_text()
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in DOC.splitlines() if line[:1] == "|"]
HOME = "RELAIS_HOME"
"""Read by the `relais` command alone."""
HEADINGS = re.findall(r"^#+ (.*)$", DOC, re.MULTILINE)


def anchor(heading: str) -> str:
    return re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-"))


def written(default: Any) -> str:
    """A default as the table has it."""
    if default is PydanticUndefined:
        return "host-pid"
    if isinstance(default, Path):
        return default.relative_to(ROOT).as_posix()
    if isinstance(default, bool) or default is None:
        return str(default).lower()
    return f"{default:g}" if isinstance(default, float) else str(default)


def test_the_table_of_settings_is_that_of_the_code() -> None:
    told = {(row[0], row[1], row[2]) for row in ROWS if row[0].startswith("RELAIS_")}
    fields: dict[tuple[str, str], list[str]] = {}
    for service in SERVICES:
        for name, field in settings_of(service).model_fields.items():
            fields.setdefault((f"RELAIS_{name.upper()}", written(field.default)), []).append(service)
    taken = {
        (*field, "all" if len(services) == len(SERVICES) else ", ".join(services))
        for field, services in fields.items()
    }
    assert told == taken


def test_every_variable_that_is_named_exists() -> None:
    named = set(re.findall(r"RELAIS_\w+", DOC))
    known = {f"RELAIS_{name.upper()}" for service in SERVICES for name in settings_of(service).model_fields}
    assert named == known | {HOME}


def test_the_folder_of_a_house_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(HOME, raising=False)
    assert f"`{HOME}` (`~/{state.home().relative_to(Path.home())}`)" in DOC
    monkeypatch.setenv(HOME, str(tmp_path))
    assert state.home() == tmp_path


def test_the_table_of_metrics_is_the_catalogue() -> None:
    told = {row[0]: set(row[1].split(", ")) - {""} for row in ROWS if row[0].startswith("relais_")}
    known = {name.removesuffix("_bucket"): labels for name, labels in names().items()}
    assert told == {name: labels for name, labels in known.items() if not name.endswith(("_sum", "_count"))}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_every_alert_has_its_entry_in_the_runbook(rule: dict[str, Any]) -> None:
    page, _, place = rule["annotations"]["runbook"].partition("#")
    assert (ROOT / page).is_file()
    assert place in map(anchor, HEADINGS)
    assert anchor(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", rule["alert"].removeprefix("Relais"))) == place


def test_every_entry_of_the_runbook_belongs_to_an_alert() -> None:
    runbook = DOC.partition("## Runbook")[2].partition("\n## ")[0]
    places = {rule["annotations"]["runbook"].partition("#")[2] for rule in RULES}
    assert set(map(anchor, re.findall(r"^### (.*)$", runbook, re.MULTILINE))) == places


def test_what_happens_is_told_for_every_part() -> None:
    told = DOC.partition("## What runs")[2].partition("## Start")[0].lower()
    for part in COMPOSE["services"].keys() - {"topics"}:
        assert part in told


def test_links_inside_the_page_lead_somewhere() -> None:
    assert set(re.findall(r"\]\(#([\w-]+)\)", DOC)) <= set(map(anchor, HEADINGS))
