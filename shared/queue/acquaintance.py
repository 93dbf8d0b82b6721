"""Who knows which customer."""

from typing import NamedTuple

from shared.policy.model import Policy

HOUR = 3_600_000


class Spoke(NamedTuple):
    """When an agent last spoke with a customer, and which one."""

    at: int
    agent: str

    def counts_until(self, policy: Policy) -> int:
        """Until when (ms) this says to whom the customer's next work is offered first."""
        return self.at + int(policy.sticky.within_hours * HOUR)
