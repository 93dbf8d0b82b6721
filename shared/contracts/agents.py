"""`relais.agents`: the commands of agent tools. Each is answered on `relais.work.<pool>`."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from shared.contracts.inbound import Id

Name = Annotated[str, Field(min_length=1, max_length=64)]
Names = Annotated[tuple[Name, ...], Field(max_length=64)]
MAX_COMMAND_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Presence:
    """Sent on every change and every 20 s. `capacity` is in units (see the policy's costs)."""

    id: Id
    agent_id: Id
    status: Literal["available", "drain", "busy", "offline"]
    pools: Names = ()
    languages: Names = ()
    capacity: Annotated[int, Field(ge=0, le=10_000)] = 100
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
class Close:
    """Ends a work. `to_bot` gives the conversation back to the bot at once."""

    id: Id
    agent_id: Id
    work_id: Id
    token: int | None = None
    resolution: Annotated[str, Field(max_length=200)] = "resolved"
    to_bot: bool = False
    type: Literal["close"] = "close"


@dataclass(frozen=True, slots=True)
class TakeOver:
    """Takes a conversation that is with the bot."""

    id: Id
    agent_id: Id
    conversation_id: Id
    type: Literal["take_over"] = "take_over"


AgentCommand = Annotated[
    Presence | Accept | Decline | ReplyCommand | Close | TakeOver, Field(discriminator="type")
]
COMMAND: TypeAdapter[AgentCommand] = TypeAdapter(AgentCommand)
