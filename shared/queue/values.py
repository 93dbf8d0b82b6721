"""The values of the human queue. Times are milliseconds since the epoch unless a name says otherwise;
works are named `<partition>:<inbound offset>`."""

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from shared.contracts.ledger import Priority
from shared.contracts.vocabulary import RefusalCode

Turn = Literal["ours", "customer", "hold"]
"""Who has to say something next; `hold`: the agent waits for somebody else."""
HeldAs = Literal["offered", "assigned", "wrapping"]
Status = Literal["available", "drain", "busy", "offline", "away_missed"]
"""What an agent has chosen; `away_missed` is set by the system after missed offers."""
Rule = Literal[
    "not_in_pool",
    "language",
    "skill",
    "status",
    "silent",
    "transferred_it",
    "already_offered",
    "cooldown",
    "capacity",
    "channel_limit",
    "priority_limit",
    "hour_limit",
    "ramp",
    "severe_streak",
    "kept_for_another",
]
"""Why an agent is not offered a work: the first of these that holds."""


class Item(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """An open work as the queue needs it: what the book says of it, and what the policy makes of that."""

    id: str
    conversation: str
    partition: int
    pool: str
    channel: str
    language: str = "und"
    """Two letters, or `und`: anybody may answer."""
    skills: tuple[tuple[str, int], ...] = ()
    priority: Priority = "normal"
    safety: bool = False
    """Safety and legal matters: a lane of their own, served first."""
    severity: float = 0.0
    """Frustration, 0 to 1."""
    tier: str = ""
    contacts: int = 0
    """How often the customer has come back about it."""
    transfers: int = 0
    opened_at: int = 0
    """When the customer began to wait; kept however often the work goes back."""
    since: int = 0
    """When it began to wait in this pool: the rings count from here."""
    due_at: int = 0
    """When the first response is due, pauses of the pool's hours included; 0: no SLA."""
    sla: int = 0
    """The SLA's length in milliseconds."""
    sticky: str = ""
    """The agent who last spoke with the customer, while the work is held for them."""
    sticky_until: int = 0
    excluded: tuple[str, ...] = ()
    """Agents who transferred it away."""
    life: int = 120_000
    """How long an offer of it stands."""
    at_once: int = 1
    """To how many agents it is offered at the same time."""
    external: bool = False
    opens_at: int = 0
    """When its closed pool opens (`deferred`); 0: it is open."""
    attempt: int = 0
    agent: str = ""
    token: int = 0
    turn: Turn = "ours"
    turn_at: int = 0


class Held(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What one work takes of an agent's capacity."""

    work: str
    channel: str
    as_: HeldAs = "assigned"
    priority: Priority = "normal"
    severity: float = 0.0
    turn: Turn = "ours"
    turn_at: int = 0


class Agent(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """An agent as the queue knows one. `revision` changes with everything that is known of the agent."""

    id: str
    status: Status = "offline"
    pools: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    """Two letters each; none: all."""
    skills: tuple[tuple[str, int], ...] = ()
    capacity: int = 100
    seen: int = 0
    """When its tool was last heard of."""
    online_since: int = 0
    last: int = 0
    """When it was last offered something."""
    assigned: tuple[int, ...] = ()
    """When it took works in the last hour, oldest first."""
    severe_in_a_row: int = 0
    missed_in_a_row: int = 0
    held: tuple[Held, ...] = ()
    revision: int = 0


class Passed(msgspec.Struct, frozen=True, gc=False):
    """That an agent declined or missed a work: how often, and when last."""

    times: int
    at: int


class Waiting(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A work that waits, with what the queue remembers of it. `revision` changes with every offer of it."""

    item: Item
    passed: dict[str, Passed] = {}
    rounds: int = 0
    """How often everybody eligible has passed it up."""
    round_at: int = 0
    """When that was last."""
    offered: tuple[str, ...] = ()
    """To whom it is offered now."""
    revision: int = 0


class News(msgspec.Struct, frozen=True, gc=False):
    """The agents of whom something changed from one look at a queue to the next, each look known by its
    number."""

    before: int
    look: int
    agents: frozenset[str]


class View(msgspec.Struct, frozen=True, gc=False):
    """What a matching decision looks at: the first works of every lane, in order, and all agents known, as
    they are until the next look."""

    now: int
    lanes: tuple[tuple[Waiting, ...], ...]
    agents: Mapping[str, Agent]
    news: News | None = None
    """None: of anybody something may have changed."""


class Offer(msgspec.Struct, frozen=True, gc=False):
    """A decision: propose this work to these agents until `deadline`, if nothing about the work or about
    them has changed since (`revision`s)."""

    work: str
    revision: int
    agents: tuple[tuple[str, int], ...]
    """Agent and revision."""
    deadline: int


class Placed(msgspec.Struct, frozen=True, gc=False):
    """An item with the lane it waits in (empty: in none) and its rank there (smaller is served first)."""

    item: Item
    lane: str = ""
    rank: int = 0


class Gone(msgspec.Struct, frozen=True, gc=False):
    """A work that is over; its holder has `wrap` milliseconds to wrap it up."""

    id: str
    wrap: int = 0


class Change(msgspec.Struct, frozen=True, gc=False):
    """What brings the queue of one partition from one ledger offset to another; from `before` to the same
    it only asks whether it is there."""

    partition: int
    before: int
    after: int
    put: Sequence[Placed] = ()
    remove: Sequence[Gone] = ()


class Answer(msgspec.Struct, frozen=True, gc=False):
    """What the queue says to a command about a work: `ok`, `held` (declined by its holder), `declined`, or
    the code of a refusal; and the work as it stands."""

    code: str
    item: Item | None = None


class Lost(msgspec.Struct, frozen=True, gc=False):
    """A work whose holder's tool is silent for longer than the grace."""

    work: str
    conversation: str
    agent: str
    token: int


class Wrap(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A closed work that its last holder may still wrap up; it takes capacity until `until`."""

    work: str
    conversation: str
    agent: str
    pool: str
    token: int
    until: int
    time: int
    """Milliseconds that it was given, for the one extension."""
    kept: int
    """Until when it can be said at all."""
    extended: bool = False


class Told(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Something to tell an agent's tool, put aside for whoever follows the work's partition."""

    type: Literal["offer", "rescinded", "away", "alarm"]
    work: str
    agent: str = ""
    why: RefusalCode | None = None
    deadline: int = 0
