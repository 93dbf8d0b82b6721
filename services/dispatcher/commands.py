"""Carrying out agents' commands: a quick check against the queue, then a proposal to the book, whose
verdict decides."""

from collections.abc import Sequence
from typing import NamedTuple

import orjson
from pydantic import ValidationError

from services.dispatcher.decide import Refusal, may_act
from services.dispatcher.store import Store
from shared.contracts.agents import (
    COMMAND,
    MAX_COMMAND_BYTES,
    Accept,
    AgentCommand,
    Close,
    Decline,
    Presence,
    ReplyCommand,
    TakeOver,
)
from shared.contracts.inbound import MAX_ID
from shared.contracts.ledger import Assigned, Closed, Entry, Released, Replied, TakenOver
from shared.contracts.placement import home, parse_ref
from shared.contracts.vocabulary import RefusalCode
from shared.policy.model import Policy


class Done(NamedTuple):
    """What came of a command: entries to propose (with their partition), or a refusal with the pool
    and conversation it concerns."""

    entries: Sequence[tuple[int, Entry]] = ()
    refusal: Refusal | None = None
    pool: str = ""
    conversation: str = ""


def read(value: bytes | None) -> AgentCommand | Refusal:
    """The command in a record, or why it is none."""
    if value is None or len(value) > MAX_COMMAND_BYTES:
        return _unread(value, "invalid_command" if value is None else "command_too_large")
    try:
        return COMMAND.validate_json(value)
    except ValidationError:
        return _unread(value, "invalid_command")


def _unread(value: bytes | None, code: RefusalCode) -> Refusal:
    """The refusal, with what can be told of its sender, who else could not learn of it."""
    try:
        told = orjson.loads(value or b"")
    except orjson.JSONDecodeError:
        told = None
    fields = told if isinstance(told, dict) else {}
    command, agent, work = (
        found[:MAX_ID] if isinstance(found := fields.get(name), str) else ""
        for name in ("id", "agent_id", "work_id")
    )
    return Refusal(command or None, agent, work, code)


class Commands:
    """Carries out one command after the other. Raises `TransientFailure` when Redis does not answer:
    the command must then be tried again."""

    def __init__(self, store: Store, policy: Policy, partitions: int) -> None:
        self._store = store
        self._policy = policy
        self._partitions = partitions

    async def carry_out(self, command: AgentCommand) -> Done | None:
        """The command's effect, without waiting for the book. `None`: not yet, for the queue lost the
        work's partition and its dispatcher is rebuilding it."""
        match command:
            case Presence():
                return await self._presence(command)
            case Accept():
                return await self._accept(command)
            case Decline():
                return await self._decline(command)
            case ReplyCommand() | Close():
                return await self._act(command)
            case TakeOver():
                return await self._take_over(command)

    async def _presence(self, command: Presence) -> Done:
        unknown = [pool for pool in command.pools if pool not in self._policy.pools]
        if unknown:
            return self._refuse(command, "unknown_pool")
        await self._store.presence(command)
        return Done()

    async def _accept(self, command: Accept) -> Done | None:
        found = await self._store.accept(command.work_id, command.agent_id)
        if found.code == "unknown_work":
            return await self._unknown(command)
        if found.code != "ok":
            return self._refuse(command, found.code, found.pool, found.conversation)
        entry = Assigned(command.work_id, found.conversation, command.agent_id, found.attempt, command.id)
        return Done([(parse_ref(command.work_id).partition, entry)])

    async def _decline(self, command: Decline) -> Done | None:
        found = await self._store.decline(command.work_id, command.agent_id)
        if found.code == "unknown_work":
            return await self._unknown(command)
        if found.code == "declined":
            return Done()
        if found.code != "held":
            return self._refuse(command, found.code, found.pool, found.conversation)
        if command.token is not None and str(command.token) != found.token:
            return self._refuse(command, "stale_token", found.pool, found.conversation)
        token = int(found.token)
        entry = Released(command.work_id, found.conversation, command.agent_id, token, "declined", command.id)
        return Done([(parse_ref(command.work_id).partition, entry)])

    async def _act(self, command: ReplyCommand | Close) -> Done | None:
        work = await self._store.work(command.work_id)
        if not work:
            return await self._unknown(command)
        external = work["external"] == "1"
        refusal = may_act(command.agent_id, command.token, work["agent"], work["token"], external)
        if refusal is not None:
            return self._refuse(command, refusal, work["pool"], work["conversation"])
        partition = parse_ref(command.work_id).partition
        entries: list[tuple[int, Entry]] = []
        if not work["agent"]:
            taking = f"{command.id}/assign"
            attempt = int(work["attempt"])
            conversation = work["conversation"]
            entries.append(
                (partition, Assigned(command.work_id, conversation, command.agent_id, attempt, taking))
            )
        entries.append((partition, _proposal(command, work["conversation"])))
        return Done(entries)

    async def _take_over(self, command: TakeOver) -> Done:
        pools = await self._store.agent_pools(command.agent_id)
        if pools is None:
            return self._refuse(command, "unknown_agent", "", command.conversation_id)
        pool = pools[0] if pools else self._policy.default_pool
        partition = home(command.conversation_id, self._partitions)
        return Done([(partition, TakenOver(command.conversation_id, command.agent_id, pool, command.id))])

    async def _unknown(self, command: Accept | Decline | ReplyCommand | Close) -> Done | None:
        try:
            partition = parse_ref(command.work_id).partition
        except ValueError:
            return self._refuse(command, "unknown_work")
        known = partition >= self._partitions or await self._store.follows(partition)
        return self._refuse(command, "unknown_work") if known else None

    def _refuse(self, command: AgentCommand, code: str, pool: str = "", conversation: str = "") -> Done:
        work = getattr(command, "work_id", "")
        refusal = Refusal(command.id, command.agent_id, work, code)  # type: ignore[arg-type]
        return Done((), refusal, pool, conversation)


def _proposal(command: ReplyCommand | Close, conversation: str) -> Replied | Closed:
    match command:
        case ReplyCommand():
            return Replied(
                command.work_id, conversation, command.agent_id, command.token, command.text, command.id
            )
        case Close():
            return Closed(
                command.work_id,
                conversation,
                command.agent_id,
                command.token,
                command.resolution,
                command.id,
                command.to_bot,
            )
