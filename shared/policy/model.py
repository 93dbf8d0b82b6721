"""The policy file: what care managers decide."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

RoutingClass = Literal["automatic", "account", "person"]
"""May be automated; needs the customer's account, so a person; never automated."""
Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(gt=0, le=604_800)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Intent(_Part):
    """What becomes of an intent."""

    routing: RoutingClass
    pool: str = "general"


class Routing(_Part):
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


class Breaker(_Part):
    """When the router keeps messages away from a bot that does not answer."""

    after: Annotated[int, Field(ge=1)] = 3
    """Conversations in a row that the bot left unanswered."""
    probe_every: Seconds = 10
    """One message is tried again this often."""


class Bot(_Part):
    """Limits of automatic answers."""

    answers_in_a_row: Annotated[int, Field(ge=1, le=20)] = 3


class Pool(_Part):
    """A team. `external`: its tool does its own assignment and gets no offers."""

    assignment: Literal["offers", "external"] = "offers"


class Offers(_Part):
    """Offers to agents."""

    life: dict[str, Seconds] = {"chat": 30, "email": 900}
    """How long an offer stands, by channel."""
    default_life: Seconds = 120
    cooldown: Seconds = 30
    """An agent who declined or missed a work is not offered it again before."""


class Presence(_Part):
    """When an agent's tool counts as lost."""

    stale_after: Seconds = 60
    grace: Seconds = 60
    """Held work is offered to others this long after that."""


class Capacity(_Part):
    """What a work costs of an agent's capacity, by channel."""

    costs: dict[str, Annotated[int, Field(ge=0, le=100)]] = {
        "voice": 100,
        "chat": 20,
        "messaging": 10,
        "email": 5,
    }
    default_cost: Annotated[int, Field(ge=0, le=100)] = 20


class Policy(_Part):
    """The whole file. `version_hash` is set when it is read, from its bytes."""

    version: Literal[1]
    intents: dict[str, Intent]
    pools: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")], Pool]
    routing: Routing = Routing()
    breaker: Breaker = Breaker()
    bot: Bot = Bot()
    offers: Offers = Offers()
    presence: Presence = Presence()
    capacity: Capacity = Capacity()
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
        return self

    def pool(self, name: str) -> str:
        """`name`, or the fallback pool when this policy knows no such pool."""
        return name if name in self.pools else self.fallback_pool
