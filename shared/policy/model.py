"""The policy file: what care managers decide."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from shared.policy.parts import Part, PoolName, Seconds, Share
from shared.policy.pools import mistakes
from shared.policy.queue import (
    Capacity,
    Level,
    Offers,
    Order,
    Pool,
    Presence,
    Skill,
    Sticky,
    Told,
    Transfers,
    WrapUp,
)

RoutingClass = Literal["automatic", "account", "person"]
"""May be automated; needs the customer's account, so a person; never automated."""


class Intent(Part):
    """What becomes of an intent."""

    routing: RoutingClass
    pool: str = "general"
    skills: dict[Skill, Level] = {}
    """What its work asks for, with the least level, besides what its pool asks for."""


class Routing(Part):
    """Thresholds of the router."""

    confidence: Share = 0.6
    """An intent less probable than this is unsure."""
    frustration: Share = 0.6
    """A customer at least this frustrated gets a person."""
    enrichment_wait: Seconds = 3
    """How long a message waits for readings when the enrichers are silent."""
    start_wait: Seconds = 15
    """The same just after the router has started: the enrichers may be starting too."""
    return_after_hours: Annotated[float, Field(gt=0)] = 72
    """A conversation whose work closed this long ago is decided afresh."""


class Breaker(Part):
    """When the router keeps messages away from a bot that does not answer."""

    after: Annotated[int, Field(ge=1)] = 3
    """Conversations in a row that the bot left unanswered."""
    probe_every: Seconds = 10
    """One message is tried again this often."""


class Bot(Part):
    """Limits of automatic answers."""

    answers_in_a_row: Annotated[int, Field(ge=1, le=20)] = 3


class Policy(Part):
    """The whole file. `version_hash` is set when it is read, from its bytes."""

    version: Literal[1]
    intents: dict[str, Intent]
    pools: dict[PoolName, Pool]
    routing: Routing = Routing()
    breaker: Breaker = Breaker()
    bot: Bot = Bot()
    offers: Offers = Offers()
    presence: Presence = Presence()
    capacity: Capacity = Capacity()
    order: Order = Order()
    sticky: Sticky = Sticky()
    wrap_up: WrapUp = WrapUp()
    transfers: Transfers = Transfers()
    told: Told = Told()
    default_pool: str = "general"
    fallback_pool: str = "fallback"
    version_hash: str = ""

    @model_validator(mode="after")
    def _pools_exist(self) -> Self:
        named = {"default_pool": self.default_pool, "fallback_pool": self.fallback_pool}
        named |= {f"intents.{name}.pool": intent.pool for name, intent in self.intents.items()}
        for where, pool in named.items():
            if pool not in self.pools:
                raise ValueError(f"{where}: there is no pool named {pool!r}")
        for mistake in mistakes(self.pools, self.fallback_pool):
            raise ValueError(mistake)
        return self

    def pool(self, name: str) -> str:
        """`name`, or the fallback pool when this policy knows no such pool."""
        return name if name in self.pools else self.fallback_pool
