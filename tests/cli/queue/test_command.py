"""`relais queue` on the command line, its files and its page."""

import json
import re
from pathlib import Path

import pytest

from services.cli.queue import page
from services.cli.queue.scenario import check, load_scenario
from shared.contracts.errors import UserMistake
from shared.policy.load import load_policy
from tests.cli.command import relais
from tests.cli.queue.scenes import policy, scenario
from tests.docs.pages import rows

SCENARIO = """\
version: 1
policy: policy.yaml
date: 2026-03-02
hours: 2
arrivals:
  orders:
    intent: order
    per_hour: 60
agents:
  team:
    count: 3
    pools: [general]
"""
POLICY = """\
version: 1
intents:
  order: {routing: person, pool: general}
pools:
  general: {}
  fallback: {}
"""
MISTAKES = {
    "a shift that is no time": ("    count: 3", "    shift: 9-17", "11: agents.team.shift"),
    "a negative rate": ("per_hour: 60", "per_hour: -1", "8: arrivals.orders.per_hour"),
    "a setting that is not there": ("    count: 3", "    cuont: 3", "11: agents.team.cuont"),
    "more tiers than customers": (
        "    per_hour: 60",
        "    tiers: {gold: 0.7, silver: 0.7}\n    per_hour: 60",
        "6: arrivals.orders: tiers: they are more than all customers together",
    ),
    "a day that is in no calendar": ("2026-03-02", "2026-02-30", "3: '2026-02-30' cannot be read"),
    "an unknown zone": ("hours: 2", "zone: Europe/Nowhere", "4: zone: there is no time zone"),
}


@pytest.mark.parametrize(("right", "wrong", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_a_scenario_is_told_with_its_line(
    right: str, wrong: str, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "day.yaml"
    file.write_text(SCENARIO.replace(right, wrong))
    with pytest.raises(UserMistake) as told:
        load_scenario(file)
    assert f"{file}:{said}" in str(told.value)


def test_what_scenario_and_policy_do_not_share_is_named() -> None:
    made = scenario(
        arrivals={"calls": {"intent": "call", "per_hour": 1, "pool": "phone"}},
        agents={"team": {"pools": ["night"]}},
    )
    with pytest.raises(UserMistake) as told:
        check(made, policy(), "day.yaml")
    assert str(told.value).splitlines() == [
        "day.yaml: arrivals.calls.intent: the policy has no intent 'call'",
        "day.yaml: arrivals.calls.pool: the policy has no pool 'phone'",
        "day.yaml: agents.team.pools: the policy has no pool 'night'",
    ]


def test_two_policies_are_compared_in_a_table_as_json_and_in_pictures(tmp_path: Path) -> None:
    (tmp_path / "day.yaml").write_text(SCENARIO)
    (tmp_path / "policy.yaml").write_text(POLICY)
    (tmp_path / "other.yaml").write_text(POLICY + "offers: {default_life: 20}\n")
    day, other, out = (str(tmp_path / name) for name in ("day.yaml", "other.yaml", "out"))
    done = relais(tmp_path, "queue", "simulate", day, "--against", other, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "policy → other" in done.stdout
    assert {path.name for path in Path(out).iterdir()} == {"report.md", "report.json", "waits.png", "day.png"}
    alone = relais(tmp_path, "queue", "simulate", day, "--json")
    written = json.loads((Path(out) / "report.json").read_text())
    assert json.loads(alone.stdout)["runs"] == written["runs"][:1]
    assert [run["name"] for run in written["runs"]] == ["policy", "other"]


@pytest.mark.parametrize("out", ["report", "report/below"])
def test_a_file_where_the_report_goes_is_a_mistake(out: str, tmp_path: Path) -> None:
    (tmp_path / "report").touch()
    done = relais(tmp_path, "queue", "simulate", str(page.SCENARIO), "--out", str(tmp_path / out))
    assert done.returncode == 2
    assert f"{tmp_path / 'report'} is a file" in done.stderr


def test_a_day_on_which_nobody_writes_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "day.yaml").write_text(SCENARIO.replace("per_hour: 60", "per_hour: 0"))
    (tmp_path / "policy.yaml").write_text(POLICY)
    done = relais(tmp_path, "queue", "simulate", str(tmp_path / "day.yaml"))
    assert done.returncode == 2
    assert "nobody writes" in done.stderr


def test_the_page_is_of_the_shipped_policy_and_has_every_setting() -> None:
    shipped = load_scenario(page.SCENARIO)
    versions = [
        load_policy(path).version_hash for path in (page.SCENARIO.parent / shipped.policy, page.OTHER)
    ]
    text = page.PAGE.read_text(encoding="utf-8")
    assert ["policy version", " → ".join(versions)] in rows("queue-simulation.md", "## The whole day")
    assert text.startswith(page.TOP)
    assert text.endswith(page.BOTTOM + page.settings())


def test_the_other_policy_differs_from_the_shipped_one_in_its_rings_alone() -> None:
    shipped = load_policy(page.SCENARIO.parent / load_scenario(page.SCENARIO).policy).model_dump()
    other = load_policy(page.OTHER).model_dump()
    for name, intent in other["intents"].items():
        assert intent == shipped["intents"][name]
    apart = {name for name in shipped if shipped[name] != other[name]} - {"intents", "version_hash"}
    assert apart == {"offers"}
    assert {name for name in shipped["offers"] if shipped["offers"][name] != other["offers"][name]} == {
        "rings"
    }


def test_a_wait_on_the_page_is_a_number_with_a_unit() -> None:
    cells = rows("queue-simulation.md", "## Waits of all works")
    assert cells[0][1:4] == ["works", "mean", "50 %"]
    assert re.match(r"[\d.]+ (s|min|h)", cells[2][2] if cells[1][0] == "---" else cells[1][2])
