"""The part of the policy that is about people: pools, offers, capacity, order, hours. Times are in seconds,
head starts in minutes."""

from datetime import date
from itertools import pairwise
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator

from shared.policy.parts import Count, Part, PoolName, Seconds, Share

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Span = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$")]
Skill = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Level = Annotated[int, Field(ge=1, le=10)]
Relaxation = Literal["best", "fewer_skills", "neighbours", "language"]


class Hours(Part):
    """When a pool works, in its own time zone. A day that is not named is closed."""

    zone: str = "Europe/Paris"
    open: dict[Day, tuple[Span, ...]]
    """For example `mon: ["09:00-12:30", "14:00-18:00"]`."""
    holidays: tuple[date, ...] = ()

    @field_validator("zone")
    @classmethod
    def _zone_is_known(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"there is no time zone named {zone!r}: say it like `Europe/Paris`") from None
        return zone

    @field_validator("open")
    @classmethod
    def _spans_have_a_length(cls, days: dict[Day, tuple[Span, ...]]) -> dict[Day, tuple[Span, ...]]:
        for day, spans in days.items():
            for span in spans:
                since, _, until = span.partition("-")
                if since >= until:
                    raise ValueError(f"{day}: {span} ends before it begins; split a night at 24:00")
        return days


class Sla(Part):
    """Within how long a person answers, while the pool is open."""

    first_response: Seconds = 600
    next_response: Seconds = 600
    resolution: Seconds = 86_400


class Pool(Part):
    """A team. `external`: its tool does its own assignment and gets no offers."""

    assignment: Literal["offers", "external"] = "offers"
    hours: Hours | None = None
    """None: always open."""
    overflow: PoolName | None = None
    """The pool that takes its work while it is closed, or when work has waited `overflow_after`."""
    overflow_after: Seconds | None = None
    """None: only while it is closed."""
    neighbours: tuple[PoolName, ...] = ()
    """Whose agents may be asked too, in the ring `neighbours`."""
    skills: dict[Skill, Level] = {}
    """What all work of the pool asks for, with the least level."""
    offers_at_once: Annotated[int, Field(ge=1, le=10)] = 1
    """To how many agents a work is offered at the same time; the first who accepts has it."""
    sla: Sla = Sla()
    callback: bool = False
    """While it is closed, invite the customer to leave a number and a time to be called back."""


class Ring(Part):
    """From `after` seconds of waiting on, agents are found by `match`: `best` (pool, language and all
    skills), `fewer_skills` (pool and language), `neighbours` (neighbouring pools too), `language` (anyone
    who speaks it)."""

    after: Annotated[float, Field(ge=0, le=604_800)]
    match: Relaxation


class Offers(Part):
    """Offers to agents."""

    life: dict[str, Seconds] = {"chat": 30, "email": 900}
    """How long an offer stands, by channel."""
    default_life: Seconds = 120
    cooldown: Seconds = 30
    """An agent who declined or missed a work is not offered it again before; doubled each time, at most
    `doublings` times, suspended while nobody else is eligible."""
    doublings: Annotated[int, Field(ge=0, le=10)] = 3
    missed_in_a_row: Annotated[int, Field(ge=1, le=20)] = 2
    """Offers missed in a row after which an agent counts as away."""
    rings: tuple[Ring, ...] = (
        Ring(after=0, match="best"),
        Ring(after=30, match="fewer_skills"),
        Ring(after=90, match="neighbours"),
        Ring(after=300, match="language"),
    )
    rounds_to_alarm: Annotated[int, Field(ge=1, le=100)] = 3
    """After so many rounds in which everybody eligible passed a work up, a supervisor is told."""

    @field_validator("rings")
    @classmethod
    def _rings_widen(cls, rings: tuple[Ring, ...]) -> tuple[Ring, ...]:
        """Each later and wider than the one before it, the first at once: work always has a ring."""
        if not rings or rings[0].after != 0:
            raise ValueError("the first ring must have `after: 0`, or new work would have none")
        widths = get_args(Relaxation)
        for before, ring in pairwise(rings):
            if ring.after <= before.after:
                raise ValueError(f"the ring `{ring.match}` must come later than `{before.match}`")
            if widths.index(ring.match) <= widths.index(before.match):
                raise ValueError(
                    f"the ring `{ring.match}` must not come after `{before.match}`, which is wider"
                )
        return rings


class Presence(Part):
    """When an agent's tool counts as lost."""

    stale_after: Seconds = 60
    grace: Seconds = 60
    """Held work is offered to others this long after that."""


class Turns(Part):
    """What share of its cost a held work takes, by whose turn it is."""

    ours: Share = 1.0
    customer: Share = 0.5
    """The customer's turn, for less than `idle_after`."""
    idle: Share = 0.1
    idle_after: Seconds = 600
    hold: Share = 0.0


class Ramp(Part):
    """An agent who has just come online holds at most `start` works, and one more every `every` seconds
    until `over` seconds have passed."""

    start: Annotated[int, Field(ge=1, le=100)] = 5
    every: Seconds = 5
    over: Seconds = 60


class Capacity(Part):
    """What a work costs of an agent's capacity."""

    costs: dict[str, Annotated[int, Field(ge=0, le=100)]] = {
        "voice": 100,
        "chat": 20,
        "messaging": 10,
        "email": 5,
    }
    default_cost: Annotated[int, Field(ge=0, le=100)] = 20
    by_channel: dict[str, Count] = {"voice": 1}
    """The most works of a channel that an agent holds at once."""
    by_priority: dict[Literal["normal", "high", "urgent"], Count] = {"urgent": 2}
    """The most works of a priority that an agent holds at once."""
    turns: Turns = Turns()
    returning: Annotated[float, Field(ge=1, le=2)] = 1.2
    """A returning customer goes to their agent up to this share of the agent's capacity."""
    emotional: Share = 0.5
    """Cost is multiplied by 1 + this times the frustration."""
    severe: Share = 0.6
    """Frustration from which a conversation counts as severe."""
    severe_in_a_row: Annotated[int, Field(ge=1, le=100)] = 3
    per_hour: Annotated[int, Field(ge=1, le=10_000)] = 100
    """The most assignments an agent gets in any hour."""
    ramp: Ramp = Ramp()


class Order(Part):
    """Head starts in minutes; each is bounded, so nobody starves."""

    tiers: dict[str, Annotated[float, Field(ge=0, le=8)]] = {"gold": 8, "silver": 4}
    severity: Annotated[float, Field(ge=0, le=15)] = 15
    """For the greatest frustration; less in proportion."""
    sla_push: Annotated[float, Field(ge=0, le=20)] = 20
    re_contact: Annotated[float, Field(ge=0, le=2)] = 2
    """For each time the customer came back, at most three times."""
    transfer: Annotated[float, Field(ge=0, le=3)] = 3


class Sticky(Part):
    """A returning customer goes to the person who last spoke with them."""

    within_hours: Annotated[float, Field(ge=0, le=720)] = 72
    hold_live: Seconds = 60
    """How long work of live channels waits for that person, if present but without room."""
    hold: Seconds = 900
    live: tuple[str, ...] = ("chat", "voice")


class WrapUp(Part):
    """Time after a close to note what it was about."""

    time: dict[str, Annotated[float, Field(ge=0, le=3600)]] = {"email": 0}
    default_time: Annotated[float, Field(ge=0, le=3600)] = 60
    dispositions: tuple[str, ...] = ("solved", "information", "forwarded", "no_answer", "other")


class Transfers(Part):
    """Passing work on."""

    most: Annotated[int, Field(ge=0, le=10)] = 3


class Told(Part):
    """The waiting time that customers are told."""

    samples: Annotated[int, Field(ge=2, le=1000)] = 20
    coverage: Share = 0.7
