"""The agents in memory, with what is offered to each and held by each."""

from collections.abc import Mapping

from msgspec.structs import replace

from shared.contracts.agents import Presence
from shared.policy.model import Policy
from shared.queue.values import Agent, Held, Item

HOUR = 3_600_000
NEVER_SILENT = 1 << 52
"""A time that does not come."""


class Crew:
    """Everybody ever heard of. What is known of an agent is a value that is replaced with every change; what
    decisions depend on raises its `revision`."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._stale = int(policy.presence.stale_after * 1000)
        self._grace = int(policy.presence.grace * 1000)
        self._agents: dict[str, Agent] = {}
        self._chosen: dict[str, str] = {}

    def agents(self) -> Mapping[str, Agent]:
        """All of them."""
        return self._agents

    def held(self, agent: str) -> tuple[Held, ...]:
        """What takes an agent's capacity."""
        found = self._agents.get(agent)
        return found.held if found else ()

    def heard(self, command: Presence, now: int) -> None:
        """An agent's tool speaks. Who counts as away stays so until the agent chooses another status, or says
        `back`."""
        old = self._agents.get(command.agent_id) or Agent(command.agent_id)
        chosen = self._chosen.get(old.id)
        returns = command.back or command.status != chosen or old.status != "away_missed"
        status = command.status if returns else old.status
        came = old.status == "offline" or now - old.seen >= self._stale
        self._chosen[old.id] = command.status
        told = replace(
            old,
            status=status,
            pools=tuple(command.pools),
            languages=tuple(language[:2].lower() for language in command.languages),
            skills=tuple(sorted(command.skills.items())),
            capacity=command.capacity,
            online_since=now if came and status != "offline" else old.online_since,
            missed_in_a_row=0 if status != old.status else old.missed_in_a_row,
        )
        seen = now - self._stale if command.status == "offline" else now
        self._agents[old.id] = replace(told, seen=seen, revision=old.revision + (told != old))

    def revision(self, agent: str, now: int) -> int | None:
        """What a decision must have seen of an agent; `None` for one who is silent or was never heard of."""
        found = self._agents.get(agent)
        return found.revision if found and now - found.seen < self._stale else None

    def asked(self, agent: str, held: Held, now: int) -> None:
        """The agent is offered a work."""
        self._change(agent, held=(*self.held(agent), held), last=now)

    def hold(self, agent: str, held: Held, now: int, tool: bool = True) -> None:
        """The agent holds a work, or holds it differently from now on. After a loss of the queue a holder may
        not be known yet, and may never come back: the silence of their `tool` counts from now. Who never
        announces anybody is never silent."""
        self._agents.setdefault(agent, Agent(agent, seen=now if tool else NEVER_SILENT))
        others = tuple(one for one in self.held(agent) if one.work != held.work)
        self._change(agent, held=(*others, held))

    def took(self, agent: str, item: Item, now: int) -> None:
        """The agent has just been given a work."""
        found = self._agents[agent]
        severe = item.severity >= self._policy.capacity.severe
        self._change(
            agent,
            assigned=(*(at for at in found.assigned if at > now - HOUR), now),
            severe_in_a_row=found.severe_in_a_row + 1 if severe else 0,
            missed_in_a_row=0,
        )

    def release(self, agent: str, work: str, now: int) -> None:
        """A work takes nothing of the agent's capacity any more."""
        held = self.held(agent)
        left = tuple(one for one in held if one.work != work)
        if len(left) != len(held):
            self._change(agent, held=left)

    def answered(self, agent: str) -> None:
        """The agent has said something to an offer."""
        found = self._agents.get(agent)
        if found and found.missed_in_a_row:
            self._agents[agent] = replace(found, missed_in_a_row=0)

    def missed(self, agent: str, now: int) -> bool:
        """The agent has missed an offer. True: that makes them away."""
        found = self._agents[agent]
        missed = found.missed_in_a_row + 1
        away = missed >= self._policy.offers.missed_in_a_row and found.status == "available"
        self._change(agent, missed_in_a_row=missed, status="away_missed" if away else found.status)
        return away

    def silent(self, now: int) -> list[str]:
        """Who has not been heard of for too long and still takes up work."""
        return [a.id for a in self._agents.values() if a.held and now - a.seen >= self._stale]

    def lost(self, agent: str, now: int) -> bool:
        """Whether even the grace is over."""
        return now - self._agents[agent].seen >= self._stale + self._grace

    def forgive(self, away: int) -> None:
        """For so many milliseconds nobody listened."""
        for agent in self._agents.values():
            self._agents[agent.id] = replace(agent, seen=agent.seen + away)

    def _change(self, agent: str, **fields: object) -> None:
        found = self._agents[agent]
        self._agents[agent] = replace(found, revision=found.revision + 1, **fields)
