"""The agents with room as a decision needs them: found by pool, language and room instead of one after
the other.

A desk only narrows the search; `eligibility.excluded_by` decides, and a desk that is kept between
decisions gives the same answers as a new one. It then takes time only for agents of whom something
changed (it knows them by `revision` and `seen`), and for those whom time alone frees or takes away."""

from collections.abc import Iterator
from heapq import heappop, heappush

import msgspec

from shared.policy.model import Policy
from shared.queue.capacity import ROUNDING, at_rest, cost, load, load_changes, plain_cost, rest_changes
from shared.queue.eligibility import absent
from shared.queue.line import Line
from shared.queue.rota import Pools, Rota
from shared.queue.values import Agent, Held, Item, View


class Desk:
    """Of one queue and one policy."""

    def __init__(self, policy: Policy) -> None:
        self.line = Line(policy)
        self._policy = policy
        self._now = self._offers = 0
        self._look: int | None = None
        self._agents: dict[str, Agent] = {}
        self._given: set[str] = set()
        self._rota = Rota()
        self._anybody: dict[tuple[str, str], bool] = {}
        self._due: dict[str, int] = {}
        self._later: list[tuple[int, str]] = []

    def look(self, view: View) -> None:
        """Take in what has changed since the last view. What `give` counted is forgotten: what came of
        those offers stands in the view."""
        changed = self._changed(view)
        self._now, self._offers = view.now, 0
        for agent in changed:
            self._place(agent)
        for name in self._agents.keys() - view.agents.keys() if len(self._agents) > len(view.agents) else ():
            self._forget(name)
        self._given.clear()
        self._look_again()
        self.line.look(view.lanes, view.now)

    def _changed(self, view: View) -> list[Agent]:
        """Of whom something is not as it is known here."""
        known = self._agents if view.now >= self._now else {}
        news, last = view.news, self._look
        self._look = news.look if news else None
        heard = news is not None and news.before == last and known is self._agents
        names = self._given | news.agents if heard and news else view.agents
        return [
            agent
            for agent in map(view.agents.__getitem__, names)
            if (old := known.get(agent.id)) is not agent
            and (
                old is None
                or old.revision != agent.revision
                or old.seen != agent.seen
                or agent.id in self._given
            )
        ]

    def agent(self, name: str) -> Agent | None:
        """An agent as they stand after the offers made so far, with room or not."""
        return self._agents.get(name)

    def asked(self, pools: Pools, item: Item) -> Iterator[Agent]:
        """Who of these pools speaks the language of a work and has room for it, longest without an offer
        first; some perhaps twice."""
        for name in self._rota.asked(pools, item.language, plain_cost(item.channel, self._policy)):
            agent = self._agents[name]
            if self._rota.room(name) >= cost(item, agent.capacity, self._policy):
                yield agent

    def anybody(self, item: Item) -> bool:
        """Whether anybody at all who speaks its language has room for such a work when it is calm."""
        asked = (item.language, item.channel)
        known = self._anybody.get(asked)
        if known is None:
            known = self._rota.anybody(item.language, plain_cost(item.channel, self._policy))
            self._anybody[asked] = known
        return known

    def give(self, agent: Agent, item: Item) -> None:
        """Count an offer of this work to this agent."""
        held = Held(item.id, item.channel, "offered", item.priority, item.severity, turn_at=self._now)
        self._offers += 1
        self._given.add(agent.id)
        self._place(msgspec.structs.replace(agent, held=(*agent.held, held), last=self._now))

    def _place(self, agent: Agent) -> None:
        now, policy = self._now, self._policy
        self._anybody.clear()
        self._agents[agent.id] = agent
        if absent(agent, now, policy):
            self._due.pop(agent.id, None)
            self._rota.drop(agent.id)
            return
        self._note_when(agent)
        if at_rest(agent, now, policy):
            self._rota.drop(agent.id)
            return
        turn = (agent.last, self._offers if agent.id in self._given else 0, agent.id)
        self._rota.put(agent, turn, agent.capacity - load(agent, now, policy) + ROUNDING)

    def _note_when(self, agent: Agent) -> None:
        """Note when this agent must be looked at again though nothing is heard of them."""
        now, policy = self._now, self._policy
        silent_at = agent.seen + round(policy.presence.stale_after * 1000)
        changes = (silent_at, load_changes(agent, now, policy), rest_changes(agent, now, policy))
        at = min(change for change in changes if change is not None)
        if self._due.get(agent.id) != at:
            self._due[agent.id] = at
            heappush(self._later, (at, agent.id))

    def _look_again(self) -> None:
        while self._later and self._later[0][0] <= self._now:
            at, name = heappop(self._later)
            if self._due.get(name) == at:
                del self._due[name]
                self._place(self._agents[name])

    def _forget(self, name: str) -> None:
        del self._agents[name]
        self._anybody.clear()
        self._due.pop(name, None)
        self._rota.drop(name)
