"""Which waiting work is offered to whom. Safety first, then by rank over all lanes: whoever is served
next is the one who stands first among those for whom an agent is there."""

from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from itertools import islice
from typing import NamedTuple

from shared.policy.model import Policy
from shared.policy.queue import Relaxation
from shared.queue.desk import Desk
from shared.queue.eligibility import excluded_by, kept_for, pools_asked, skilled, stages_up_to
from shared.queue.order import rank
from shared.queue.rings import ring
from shared.queue.values import Agent, Offer, View, Waiting


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
        self._in_vain: dict[tuple[str, str, str], tuple[int, float]] = {}
        """Pool, language and channel for which nobody has room: in so many rings, with such frustration."""

    def head(self, lane: int, place: int) -> tuple[_Head] | tuple[()]:
        """The first work of a lane from `place` on that anybody could have room for."""
        works = self._lanes[lane]
        for at in range(place, len(works)):
            item = works[at].item
            if item.sticky or (self._desk.anybody(item) and not self._vain(works[at])):
                return (_Head(not item.safety, rank(item, self._now, self._policy), item.id, lane, at),)
        return ()

    def _vain(self, waiting: Waiting) -> bool:
        """Whether nobody had room for a work that asked for no more."""
        item = waiting.item
        known = self._in_vain.get((item.pool, item.language, item.channel))
        if known is None or item.severity < known[1]:
            return False
        return known[0] >= len(self._stages(waiting))

    def _stages(self, waiting: Waiting) -> tuple[Relaxation, ...]:
        return stages_up_to(ring(waiting.item, self._now, waiting.rounds, self._policy))

    def choose(self, waiting: Waiting) -> list[Agent]:
        """The agents to offer a work to, first the one who knows the customer; none: it waits on."""
        item, now, policy = waiting.item, self._now, self._policy
        wanted = item.at_once - len(waiting.offered)
        if wanted <= 0:
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
        stages = self._stages(waiting)
        named, met = False, set[str]()
        for stage in stages:
            for agent in self._desk.asked(pools_asked(item.pool, stage, policy), item):
                named = True
                if agent.id in met or (stage == "best" and not skilled(agent, item)):
                    continue
                met.add(agent.id)
                if excluded_by(agent, waiting, now, policy) is None:
                    yield agent
        if not named:
            self._in_vain[item.pool, item.language, item.channel] = (len(stages), item.severity)

    def _alone(self, waiting: Waiting) -> list[Agent]:
        """Those whose plain cool-down is over, when nobody else is eligible."""
        passed = (agent for name in waiting.passed if (agent := self._desk.agent(name)) is not None)
        able = [a for a in passed if excluded_by(a, waiting, self._now, self._policy, alone=True) is None]
        return sorted(able, key=lambda agent: (agent.last, agent.id))
