"""The taxonomy on the page is that of the policy."""

from shared.policy.load import load_policy
from tests.docs.pages import rows
from tests.house.code import ROOT


def test_every_intent_is_told_with_its_class() -> None:
    told = {row[0]: row[2] for row in rows("understanding.md", "## Taxonomy")[1:]}
    policy = load_policy(ROOT / "deploy" / "policy.yaml")
    assert told == {name: intent.routing for name, intent in policy.intents.items()}
