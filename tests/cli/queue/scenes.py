"""Small scenarios for tests of the simulation."""

from typing import Any

from services.cli.queue.arrivals import customers
from services.cli.queue.day import Day
from services.cli.queue.figures import Seen
from services.cli.queue.scenario import Scenario
from shared.policy.model import Policy

INTENTS: dict[str, Any] = {
    "order": {"routing": "person", "pool": "general"},
    "refund": {"routing": "person", "pool": "billing", "skills": {"refunds": 2}},
}
POOLS: dict[str, Any] = {"general": {}, "billing": {"neighbours": ["general"]}, "fallback": {}}
STREAM = {"intent": "order", "per_hour": 40}
TEAM = {"count": 3, "pools": ["general"], "languages": ["fr"], "wrap_up": 20}


def policy(**parts: Any) -> Policy:
    """Two teams, with other parts as they are by default."""
    return Policy.model_validate({"version": 1, "intents": INTENTS, "pools": POOLS} | parts)


def scenario(**parts: Any) -> Scenario:
    """Four hours of one stream and one team."""
    plain = {"version": 1, "policy": "policy.yaml", "date": "2026-03-02", "hours": 4}
    return Scenario.model_validate(plain | {"arrivals": {"orders": STREAM}, "agents": {"team": TEAM}} | parts)


async def passed(made: Scenario, rules: Policy, seed: int = 1) -> Seen:
    """What came of the day."""
    return await Day(made, rules, customers(made, rules, seed), seed).run()
