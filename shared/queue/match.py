"""Which waiting work is offered to whom. Safety first, then by rank over all lanes: whoever is served
next is the one who stands first among those for whom an agent is there."""

from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from itertools import islice
from math import inf
from typing import NamedTuple

from shared.policy.model import Policy
from shared.queue.desk import Desk
from shared.queue.eligibility import excluded_by, kept_for, pools_asked, skilled, stages_up_to
from shared.queue.order import rank
from shared.queue.rings import ring
from shared.queue.rota import Pools
from shared.queue.values import Agent, Offer, Rule, View, Waiting

OF_THIS_WORK: frozenset[Rule | None] = frozenset(
    {None, "transferred_it", "already_offered", "cooldown", "severe_streak"}
)
"""What is no reason to think that an agent cannot take another work that wants the same."""
_Wants = tuple[Pools, str, str] | tuple[Pools, str, str, str, tuple[tuple[str, int], ...]]
"""Pools that may be asked, language and channel; then priority and skills."""


class _Head(NamedTuple):
    """A lane's first work that has not been looked at, by the order in which works are served."""

    after_safety: bool
    rank: int
    work: str
    lane: int
    place: int


def match(view: View, policy: Policy, most: int = 200, desk: Desk | None = None) -> list[Offer]:
    """At most `most` offers, in the order in which they were decided. Each counts on those before it: an
    agent who is offered two works has a revision greater by one in the second. When all that is seen of a
    lane is given nobody else is served: what lies behind in it may come before them, so whoever asked looks
    farther first. A `desk` kept from call to call saves time."""
    search = _Search(view, policy, desk or Desk(policy))
    heads = [head for lane in range(len(view.lanes)) for head in search.head(lane, 0)]
    heapify(heads)
    offers: list[Offer] = []
    left = [len(lane) for lane in view.lanes]
    while heads and len(offers) < most:
        head = heappop(heads)
        waiting = view.lanes[head.lane][head.place]
        chosen = search.choose(waiting)
        if chosen:
            offers.append(search.give(waiting, chosen))
            left[head.lane] -= 1
            if not left[head.lane]:
                break
        for following in search.head(head.lane, head.place + 1):
            heappush(heads, following)
    return offers


class _Search:
    """For agents, within one decision."""

    def __init__(self, view: View, policy: Policy, desk: Desk) -> None:
        desk.look(view)
        self._lanes, self._now = view.lanes, view.now
        self._policy, self._desk = policy, desk
        self._in_vain: dict[_Wants, float] = {}
        """What nobody can be asked for, from such frustration on."""

    def head(self, lane: int, place: int) -> tuple[_Head] | tuple[()]:
        """The first work of a lane from `place` on that somebody may have room for."""
        works = self._lanes[lane]
        for at in range(place, len(works)):
            item = works[at].item
            if item.sticky or not self._vain(works[at]):
                return (_Head(not item.safety, rank(item, self._now, self._policy), item.id, lane, at),)
        return ()

    def _vain(self, waiting: Waiting) -> bool:
        """Whether nobody at all has room, or nobody could be asked for a work that wants no more."""
        if not self._desk.anybody(waiting.item):
            return True
        severity, known = waiting.item.severity, self._in_vain
        return bool(known) and any(severity >= known.get(wants, inf) for wants in self._wants(waiting))

    def _wants(self, waiting: Waiting) -> tuple[_Wants, _Wants]:
        """What a work wants of an agent but for room: in general, and exactly."""
        item = waiting.item
        widest = ring(item, self._now, waiting.rounds, self._policy)
        general = (pools_asked(item.pool, widest, self._policy), item.language, item.channel)
        return general, (*general, item.priority, item.skills if widest == "best" else ())

    def choose(self, waiting: Waiting) -> list[Agent]:
        """The agents to offer a work to, first the one who knows the customer; none: it waits on."""
        item, now, policy = waiting.item, self._now, self._policy
        wanted = item.at_once - len(waiting.offered)
        if wanted <= 0 or (not item.sticky and self._vain(waiting)):
            return []
        known = self._desk.agent(item.sticky) if item.sticky else None
        if known is not None and not waiting.offered and excluded_by(known, waiting, now, policy) is None:
            return [known]
        if kept_for(known, waiting, now, policy):
            return []
        chosen = list(islice(self._eligible(waiting), wanted))
        return chosen if chosen or waiting.offered else self._alone(waiting)[:wanted]

    def give(self, waiting: Waiting, chosen: list[Agent]) -> Offer:
        """The offer to these agents, which counts from now on."""
        item, named = waiting.item, tuple((agent.id, agent.revision) for agent in chosen)
        for agent in chosen:
            self._desk.give(agent, item)
        return Offer(item.id, waiting.revision, named, self._now + item.life)

    def _eligible(self, waiting: Waiting) -> Iterator[Agent]:
        """Who may be offered the work: the best match first, then longest without an offer."""
        item, now, policy = waiting.item, self._now, self._policy
        met, for_this = dict[str, bool](), False
        stages = stages_up_to(ring(item, now, waiting.rounds, policy))
        for stage in stages if item.skills else stages[1:] or stages:
            for agent in self._desk.asked(pools_asked(item.pool, stage, policy), item):
                if met.get(agent.id):
                    continue
                met[agent.id] = stage != "best" or skilled(agent, item)
                if not met[agent.id]:
                    continue
                why = excluded_by(agent, waiting, now, policy)
                for_this = for_this or why in OF_THIS_WORK
                if why is None:
                    yield agent
        if not for_this:
            general, exact = self._wants(waiting)
            self._in_vain[exact if met else general] = item.severity

    def _alone(self, waiting: Waiting) -> list[Agent]:
        """Those whose plain cool-down is over, when nobody else is eligible."""
        passed = (agent for name in waiting.passed if (agent := self._desk.agent(name)) is not None)
        able = [a for a in passed if excluded_by(a, waiting, self._now, self._policy, alone=True) is None]
        return sorted(able, key=lambda agent: (agent.last, agent.id))
