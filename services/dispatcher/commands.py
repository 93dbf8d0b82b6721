"""Carrying out agents' commands: a quick check against the queue, then a proposal to the book, whose
verdict decides."""

from collections.abc import Sequence
from typing import NamedTuple

import orjson
from pydantic import ValidationError

from services.dispatcher import records
from services.dispatcher.decide import Refusal, may_act
from services.dispatcher.store import Store
from shared.contracts.agents import (
    COMMAND,
    MAX_COMMAND_BYTES,
    Accept,
    AgentCommand,
    Close,
    Decline,
    Hold,
    Presence,
    ReplyCommand,
    TakeOver,
    Transfer,
    Why,
    WrapUp,
)
from shared.contracts.inbound import MAX_ID
from shared.contracts.ledger import (
    Assigned,
    Closed,
    Entry,
    OnHold,
    Released,
    Replied,
    TakenOver,
    Transferred,
    WrappedUp,
)
from shared.contracts.outward import WorkRecord
from shared.contracts.placement import home, parse_ref
from shared.contracts.vocabulary import RefusalCode
from shared.policy.model import Policy
from shared.queue.values import Item
from shared.queue.why import why

Acting = ReplyCommand | Transfer | Hold | Close
"""Commands of whoever holds the work."""
About = Accept | Decline | Acting | WrapUp | Why
"""Commands about one work."""


class Done(NamedTuple):
    """What came of a command: entries to propose (with their partition), or records that answer it, or a
    refusal with the pool and conversation it concerns."""

    entries: Sequence[tuple[int, Entry]] = ()
    refusal: Refusal | None = None
    records: Sequence[WorkRecord] = ()
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
            case ReplyCommand() | Transfer() | Hold() | Close():
                return await self._act(command)
            case WrapUp():
                return await self._wrap_up(command)
            case Why():
                return await self._why(command)
            case TakeOver():
                return await self._take_over(command)

    async def _presence(self, command: Presence) -> Done:
        unknown = [pool for pool in command.pools if pool not in self._policy.pools]
        if unknown:
            return self._refuse(command, "unknown_pool")
        await self._store.presence(command)
        return Done()

    async def _accept(self, command: Accept) -> Done | None:
        answer = await self._store.accept(command.work_id, command.agent_id)
        code, item = answer.code, answer.item
        if item is None:
            return await self._unknown(command)
        if code != "ok":
            return self._refuse(command, code, item)
        return Done([_assigned(item, command.agent_id, command.id)])

    async def _decline(self, command: Decline) -> Done | None:
        answer = await self._store.decline(command.work_id, command.agent_id)
        code, item = answer.code, answer.item
        if item is None:
            return await self._unknown(command)
        if code == "declined":
            return Done()
        if code != "held":
            return self._refuse(command, code, item)
        if command.token not in (None, item.token):
            return self._refuse(command, "stale_token", item)
        entry = Released(item.id, item.conversation, command.agent_id, item.token, "declined", command.id)
        return Done([(item.partition, entry)])

    async def _act(self, command: Acting) -> Done | None:
        item = await self._store.item(command.work_id)
        if item is None:
            return await self._unknown(command)
        refusal = may_act(command.agent_id, command.token, item) or self._unfit(command)
        if refusal is not None:
            return self._refuse(command, refusal, item)
        entries: list[tuple[int, Entry]] = []
        if not item.agent:
            entries.append(_assigned(item, command.agent_id, f"{command.id}/assign"))
        return Done([*entries, (item.partition, _proposal(command, item.conversation))])

    def _unfit(self, command: Acting) -> RefusalCode | None:
        """Why the policy does not allow what a command says."""
        match command:
            case Transfer() if command.pool not in self._policy.pools:
                return "unknown_pool"
            case Close() if not self._known(command.disposition):
                return "unknown_disposition"
        return None

    def _known(self, disposition: str) -> bool:
        return disposition in ("", *self._policy.wrap_up.dispositions)

    async def _wrap_up(self, command: WrapUp) -> Done | None:
        if not self._known(command.disposition):
            return self._refuse(command, "unknown_disposition")
        wrap = await self._store.wrap_up(command.work_id, command.agent_id, command.extend)
        if wrap is None:
            return self._refuse(command, "not_wrapping")
        if command.extend:
            return Done(records=[records.extended(command, wrap)])
        entry = WrappedUp(
            wrap.work,
            wrap.conversation,
            wrap.agent,
            wrap.token,
            command.disposition,
            command.solved,
            command.id,
        )
        return Done([(parse_ref(wrap.work).partition, entry)])

    async def _why(self, command: Why) -> Done | None:
        found = await self._store.waiting(command.work_id)
        if found is None:
            return await self._unknown(command)
        waiting, view = found
        return Done(records=[records.why(command, waiting.item, why(waiting, view, self._policy))])

    async def _take_over(self, command: TakeOver) -> Done:
        pools = await self._store.agent_pools(command.agent_id)
        if pools is None:
            return self._refuse(command, "unknown_agent", about=command.conversation_id)
        pool = pools[0] if pools else self._policy.default_pool
        partition = home(command.conversation_id, self._partitions)
        return Done([(partition, TakenOver(command.conversation_id, command.agent_id, pool, command.id))])

    async def _unknown(self, command: About) -> Done | None:
        try:
            partition = parse_ref(command.work_id).partition
        except ValueError:
            return self._refuse(command, "unknown_work")
        known = partition >= self._partitions or await self._store.follows(partition)
        return self._refuse(command, "unknown_work") if known else None

    def _refuse(self, command: AgentCommand, code: str, item: Item | None = None, about: str = "") -> Done:
        work = getattr(command, "work_id", "")
        refusal = Refusal(command.id, command.agent_id, work, code)  # type: ignore[arg-type]
        pool, conversation = (item.pool, item.conversation) if item else ("", about)
        return Done((), refusal, (), pool, conversation)


def _assigned(item: Item, agent: str, command: str) -> tuple[int, Entry]:
    return item.partition, Assigned(item.id, item.conversation, agent, item.attempt, command)


def _proposal(command: Acting, conversation: str) -> Replied | Transferred | OnHold | Closed:
    work, agent, token, name = command.work_id, command.agent_id, command.token, command.id
    match command:
        case ReplyCommand():
            return Replied(work, conversation, agent, token, command.text, name)
        case Transfer():
            return Transferred(work, conversation, agent, token, command.pool, command.note, name)
        case Hold():
            return OnHold(work, conversation, agent, token, command.on, name)
        case Close():
            return Closed(
                work,
                conversation,
                agent,
                token,
                command.resolution,
                name,
                command.to_bot,
                command.disposition,
                command.solved,
            )
