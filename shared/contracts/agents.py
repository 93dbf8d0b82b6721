"""`relais.agents`: the commands of agent tools. Each is answered on `relais.work.<pool>`."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from shared.contracts.inbound import Id

Name = Annotated[str, Field(min_length=1, max_length=64)]
Names = Annotated[tuple[Name, ...], Field(max_length=64)]
MAX_COMMAND_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Presence:
    """Sent on every change and every 20 s. `capacity` is in units (see the policy's costs). `back` ends the
    absence that missed offers lead to."""

    id: Id
    agent_id: Id
    status: Literal["available", "drain", "busy", "offline"]
    pools: Names = ()
    languages: Names = ()
    skills: Annotated[dict[Name, Annotated[int, Field(ge=1, le=10)]], Field(max_length=64)] = field(
        default_factory=dict
    )
    capacity: Annotated[int, Field(ge=0, le=10_000)] = 100
    back: bool = False
    type: Literal["presence"] = "presence"


@dataclass(frozen=True, slots=True)
class Accept:
    """Takes an offered work."""

    id: Id
    agent_id: Id
    work_id: Id
    type: Literal["accept"] = "accept"


@dataclass(frozen=True, slots=True)
class Decline:
    """Gives an offered work, or with its token a held one, back to the queue."""

    id: Id
    agent_id: Id
    work_id: Id
    token: int | None = None
    type: Literal["decline"] = "decline"


@dataclass(frozen=True, slots=True)
class ReplyCommand:
    """Says something to the customer. `token` comes from the `assigned` record."""

    id: Id
    agent_id: Id
    work_id: Id
    text: Annotated[str, Field(min_length=1, max_length=20_000)]
    token: int | None = None
    type: Literal["reply"] = "reply"


@dataclass(frozen=True, slots=True)
class Transfer:
    """Passes a held work on to `pool`, with a note for the next person."""

    id: Id
    agent_id: Id
    work_id: Id
    pool: Name
    note: Annotated[str, Field(min_length=1, max_length=2_000)]
    token: int | None = None
    type: Literal["transfer"] = "transfer"


@dataclass(frozen=True, slots=True)
class Hold:
    """Says that the agent waits for somebody else than the customer, or (`on` false) does so no more."""

    id: Id
    agent_id: Id
    work_id: Id
    token: int | None = None
    on: bool = True
    type: Literal["hold"] = "hold"


@dataclass(frozen=True, slots=True)
class Close:
    """Ends a work. `to_bot` gives the conversation back to the bot at once. With a `disposition` and
    `solved` there is nothing left to wrap up."""

    id: Id
    agent_id: Id
    work_id: Id
    token: int | None = None
    resolution: Annotated[str, Field(max_length=200)] = "resolved"
    to_bot: bool = False
    disposition: Annotated[str, Field(max_length=64)] = ""
    solved: bool | None = None
    type: Literal["close"] = "close"


@dataclass(frozen=True, slots=True)
class WrapUp:
    """Ends the wrap-up of a closed work and says what it was about; `extend` asks for its time once
    more instead."""

    id: Id
    agent_id: Id
    work_id: Id
    disposition: Annotated[str, Field(max_length=64)] = ""
    solved: bool | None = None
    extend: bool = False
    type: Literal["wrap_up"] = "wrap_up"


@dataclass(frozen=True, slots=True)
class Why:
    """Asks why nobody has got a work."""

    id: Id
    agent_id: Id
    work_id: Id
    type: Literal["why"] = "why"


@dataclass(frozen=True, slots=True)
class TakeOver:
    """Takes a conversation that is with the bot."""

    id: Id
    agent_id: Id
    conversation_id: Id
    type: Literal["take_over"] = "take_over"


AgentCommand = Annotated[
    Presence | Accept | Decline | ReplyCommand | Transfer | Hold | Close | WrapUp | Why | TakeOver,
    Field(discriminator="type"),
]
COMMAND: TypeAdapter[AgentCommand] = TypeAdapter(AgentCommand)
