"""The dashboard: it can be read, it asks for what there is, and it shows what operations look for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from tests.deploy.catalogue import unknown
from tests.deploy.conftest import Tool
from tests.deploy.parts import DEPLOY

BOARD: dict[str, Any] = json.loads((DEPLOY / "grafana" / "relais.json").read_text())
PANELS: list[dict[str, Any]] = BOARD["panels"]
ASKED = {
    f"{panel['title']}: {target['refId']}": target["expr"].replace("$__rate_interval", "1m")
    for panel in PANELS
    for target in panel["targets"]
}


def test_every_panel_asks_for_metrics_and_labels_that_exist() -> None:
    assert {title: unknown(expression) for title, expression in ASKED.items() if unknown(expression)} == {}


def test_prometheus_understands_every_question(promtool: Tool, tmp_path: Path) -> None:
    rules = [{"record": f"panel:{at}", "expr": expression} for at, expression in enumerate(ASKED.values())]
    path = tmp_path / "rules.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    done = promtool("check", "rules", path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_operations_look_for_is_shown() -> None:
    everything = " ".join(ASKED.values())
    for metric in (
        "relais_outcomes",
        "relais_oldest_unsettled_seconds",
        "relais_batch_seconds_bucket",
        "relais_lag_records",
        "relais_ledger_inert_total",
        "relais_work_open",
        "relais_replies_total",
    ):
        assert metric in everything


def test_panels_have_a_place_of_their_own_and_say_what_they_show() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in PANELS:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert max(x for x, _ in cells) < 24
        assert not cells & taken
        taken |= cells
        assert panel["title"]
        assert panel["description"]
        assert panel["datasource"]["uid"] == "${datasource}"
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
