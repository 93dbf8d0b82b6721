"""What `relais policy check` warns of."""

from pathlib import Path
from typing import Any

import pytest

from shared.policy.load import load_policy
from shared.policy.model import Policy
from shared.policy.warnings import warnings
from shared.runtime.settings import ROOT
from tests.cli.command import relais

FED = {"delivery": {"routing": "person", "pool": "billing"}}
PLAIN: dict[str, Any] = {
    "version": 1,
    "intents": FED,
    "pools": {"general": {}, "billing": {}, "fallback": {}},
}
CASES: list[tuple[str, dict[str, Any], str]] = [
    (
        "a pool that nothing leads to",
        {"pools": {"night": {}}},
        "pools.night: no intent and no overflow leads here",
    ),
    (
        "a pool that never opens",
        {"pools": {"billing": {"hours": {"open": {}}}}},
        "pools.billing.hours: it never opens; its work goes to fallback",
    ),
    (
        "a pool that never opens and overflows",
        {"pools": {"billing": {"hours": {"open": {"mon": []}}, "overflow": "general"}}},
        "pools.billing.hours: it never opens; its work goes to general",
    ),
    (
        "hours of the fallback pool",
        {"pools": {"fallback": {"hours": {"open": {"mon": ["09:00-12:00"]}}}}},
        "pools.fallback.hours: the fallback pool takes work at any hour",
    ),
    (
        "a neighbour whose tool assigns by itself",
        {"pools": {"billing": {"assignment": "external"}, "general": {"neighbours": ["billing"]}}},
        "pools.general.neighbours: billing assigns by itself",
    ),
    (
        "skills where Relais does not assign",
        {"pools": {"billing": {"assignment": "external", "skills": {"refunds": 1}}}},
        "pools.billing: it assigns by itself",
    ),
    (
        "a skill that stands once, perhaps misspelt",
        {"pools": {"billing": {"skills": {"refnuds": 1}}}},
        "pools.billing.skills: refnuds stands here only; if no agent names it, work waits 30 s in vain",
    ),
    (
        "a skill that no ring drops",
        {
            "pools": {"billing": {"skills": {"refunds": 1}}},
            "offers": {"rings": [{"after": 0, "match": "best"}]},
        },
        "pools.billing.skills: no ring drops refunds: work waits for ever if no agent has it",
    ),
    (
        "a skill that is never asked for",
        {
            "intents": {"refund": {"routing": "person", "skills": {"refunds": 1}}},
            "offers": {"rings": [{"after": 0, "match": "fewer_skills"}]},
        },
        "intents.refund.skills: refunds is never asked for",
    ),
    (
        "one ring only",
        {"offers": {"rings": [{"after": 0, "match": "best"}]}},
        "offers.rings: there is one only",
    ),
    (
        "neighbours that no ring asks",
        {
            "pools": {"general": {"neighbours": ["billing"]}},
            "offers": {"rings": [{"after": 0, "match": "best"}, {"after": 9, "match": "language"}]},
        },
        "offers.rings: no ring asks `neighbours`",
    ),
    (
        "a channel nobody gets",
        {"capacity": {"by_channel": {"fax": 0}}},
        "capacity.by_channel.fax: nobody gets",
    ),
    (
        "a priority nobody gets",
        {"capacity": {"by_priority": {"high": 0}}},
        "capacity.by_priority.high: nobody",
    ),
    ("silence that weighs", {"capacity": {"turns": {"idle": 0.9}}}, "capacity.turns.idle: a silent customer"),
    ("a ramp of one step", {"capacity": {"ramp": {"every": 300}}}, "capacity.ramp.every: longer than `over`"),
]


def _policy(changes: dict[str, Any]) -> Policy:
    merged = PLAIN | {
        part: (PLAIN.get(part, {}) | change if isinstance(change, dict) else change)
        for part, change in changes.items()
    }
    return Policy.model_validate(merged)


@pytest.mark.parametrize(("name", "changes", "said"), CASES, ids=[case[0] for case in CASES])
def test_what_is_allowed_but_seldom_meant_is_said(name: str, changes: dict[str, Any], said: str) -> None:
    assert any(warning.startswith(said) for warning in warnings(_policy(changes)))


def test_a_plain_policy_and_the_shipped_one_give_no_warning() -> None:
    assert warnings(_policy({})) == []
    assert warnings(load_policy(ROOT / "deploy" / "policy.yaml")) == []


def test_the_check_says_so_and_still_takes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text("version: 1\nintents: {}\npools: {general: {}, fallback: {}, night: {}}\n")
    done = relais(tmp_path, "policy", "check", str(path))
    assert done.returncode == 0
    assert "valid" in done.stdout
    assert f"{path}: warning: pools.night:" in done.stderr
