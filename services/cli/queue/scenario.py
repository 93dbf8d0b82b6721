"""What is simulated: a day of customers and agents. Times are in seconds unless their name says otherwise."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from shared.contracts.errors import UserMistake
from shared.policy.model import Policy
from shared.policy.parts import Part, PoolName, Seconds, Share
from shared.policy.queue import Level, Skill, Span
from shared.policy.yaml_file import read_yaml

Rate = Annotated[float, Field(ge=0, le=1_000_000)]
Shape = Literal["exponential", "lognormal", "fixed"]
WANTED = "a scenario must be a mapping with `version`, `policy`, `arrivals` and `agents`"


class Duration(Part):
    """How long something takes: its mean, and for `lognormal` its coefficient of variation."""

    mean: Seconds
    shape: Shape = "lognormal"
    spread: Annotated[float, Field(gt=0, le=10)] = 0.7


class Stream(Part):
    """Customers who come at random, independently of each other (Poisson)."""

    pool: PoolName | None = None
    """None: the pool of the intent."""
    intent: str
    channel: str = "chat"
    language: str = "fr"
    per_hour: Rate | dict[Span, Rate]
    """All day, or by time of day."""
    tiers: dict[str, Share] = {}
    """The share of customers of each tier; the rest have none."""
    frustrated: Share = 0.1
    """The share with a frustration of 0.6 to 1; the others have 0 to 0.5."""
    high: Share = 0
    urgent: Share = 0
    danger: Share = 0
    turns: Annotated[float, Field(ge=1, le=100)] = 1
    """How many answers a customer needs on average (geometric)."""
    thinks: Seconds = 60
    """After how long a customer writes again, on average (exponential)."""
    returns: Share = 0
    """The share who come back once after the close, `returns_after` on average."""
    returns_after: Seconds = 7200

    @model_validator(mode="after")
    def _shares_fit(self) -> Self:
        if sum(self.tiers.values()) > 1:
            raise ValueError("tiers: they are more than all customers together")
        if self.high + self.urgent > 1:
            raise ValueError("high: with `urgent` it is more than all customers")
        return self


class Group(Part):
    """Agents who are alike."""

    count: Annotated[int, Field(ge=1, le=5000)] = 1
    pools: tuple[PoolName, ...]
    languages: tuple[str, ...] = ()
    skills: dict[Skill, Level] = {}
    capacity: Annotated[int, Field(ge=1, le=1000)] = 100
    shift: Span = "00:00-24:00"
    breaks: tuple[Span, ...] = ()
    """They take nothing new then, and finish what they have."""
    handling: dict[str, Duration] = {}
    """From a customer's message to the answer, by channel."""
    default_handling: Duration = Duration(mean=120)
    accepts: Annotated[float, Field(ge=0, le=3600)] = 4
    """After how long an offer is accepted or declined, on average (exponential); 0: at once."""
    declines: Share = 0
    ignores: Share = 0
    """The share of offers that are not answered at all."""
    back_after: Seconds = 120
    """After how long an agent who counts as away says that they are back."""
    wrap_up: Annotated[float, Field(ge=0, le=3600)] | None = None
    """How long the wrap-up takes on average (exponential); None: all of its time."""
    lost_per_hour: Rate = 0
    """How often the tool of each agent is lost."""
    lost_for: Seconds = 180

    def handles(self, channel: str) -> Duration:
        """How long an answer takes on this channel."""
        return self.handling.get(channel, self.default_handling)


class Scenario(Part):
    """The whole file. Rates and shifts repeat every day."""

    version: Literal[1]
    policy: str
    """The policy file, as seen from the scenario's folder."""
    date: date
    zone: str = "Europe/Paris"
    hours: Annotated[float, Field(gt=0, le=24 * 31)] = 24
    seed: int = 1
    sweep: Annotated[float, Field(gt=0, le=5)] = 5
    """How often dispatchers look for what time alone has changed."""
    arrivals: dict[str, Stream]
    agents: dict[str, Group]

    @field_validator("zone")
    @classmethod
    def _zone_is_known(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"there is no time zone named {zone!r}: say it like `Europe/Paris`") from None
        return zone


def load_scenario(path: Path) -> Scenario:
    """The scenario in a YAML file. Raises `UserMistake` with file, line and reason."""
    return read_yaml(path, Scenario, "the scenario", WANTED)


def check(scenario: Scenario, policy: Policy, name: str) -> None:
    """Whether scenario and policy speak of the same things. Raises `UserMistake`."""
    wrong = []
    for stream, one in scenario.arrivals.items():
        if one.intent not in policy.intents:
            wrong.append(f"arrivals.{stream}.intent: the policy has no intent {one.intent!r}")
        elif policy.pools[policy.pool(pool_of(one, policy))].assignment == "external":
            wrong.append(f"arrivals.{stream}: its pool assigns by itself, which cannot be simulated")
        if one.pool is not None and one.pool not in policy.pools:
            wrong.append(f"arrivals.{stream}.pool: the policy has no pool {one.pool!r}")
    for group, agents in scenario.agents.items():
        wrong += [
            f"agents.{group}.pools: the policy has no pool {pool!r}"
            for pool in agents.pools
            if pool not in policy.pools
        ]
    if wrong:
        raise UserMistake("\n".join(f"{name}: {each}" for each in wrong))


def pool_of(stream: Stream, policy: Policy) -> str:
    """Where its customers are sent."""
    return stream.pool or policy.intents[stream.intent].pool
