"""Which waiting work is offered to whom. Safety first, then by rank over all lanes: whoever is served
next is the one who stands first among those for whom an agent is there."""

from collections import Counter
from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import count, islice
from math import inf
from typing import NamedTuple

from shared.policy.model import Policy
from shared.queue.desk import Desk
from shared.queue.eligibility import excluded_by, kept_for, pools_asked, skilled
from shared.queue.line import Exact, General, Lane, Place, Standing
from shared.queue.values import Agent, Offer, Rule, View, Waiting

OF_THIS_WORK: frozenset[Rule | None] = frozenset(
    {None, "transferred_it", "already_offered", "cooldown", "severe_streak"}
)
"""What is no reason to think that an agent cannot take another work that wants the same."""


class _Head(NamedTuple):
    """A lane's first work that has not been looked at, and the lanes of its group that come after."""

    place: Place
    number: int
    """No two heads have the same, whatever the queue says."""
    standing: Standing
    at: int
    lane: Lane
    after: Iterator[Lane]


_NO_MORE: Iterator[Lane] = iter(())


def match(view: View, policy: Policy, most: int = 200, desk: Desk | None = None) -> list[Offer]:
    """At most `most` offers, in the order in which they were decided; each counts on those before it. When
    all that is seen of a lane is given nobody else is served: what lies behind in it may come before them,
    so whoever asked looks farther first. A `desk` kept from call to call saves time."""
    search = _Search(view, policy, desk or Desk(policy))
    offers: list[Offer] = []
    given = Counter[Place]()
    while len(offers) < most and (head := search.next()):
        chosen = search.choose(head.standing)
        if chosen:
            offers.append(search.give(head.standing.waiting, chosen))
            given[head.lane.first.place] += 1
            if given[head.lane.first.place] == len(head.lane.works):
                break
        search.go_on(head)
    return offers


class _Search:
    """For agents, within one decision."""

    def __init__(self, view: View, policy: Policy, desk: Desk) -> None:
        desk.look(view)
        self._now, self._policy, self._desk = view.now, policy, desk
        self._in_vain: dict[General | Exact, float] = {}
        """What nobody can be asked for, from such frustration on."""
        self._heads: list[_Head] = []
        self._numbers = count()
        for need, lanes in desk.line.groups.items():
            if need:
                self._begin(iter(lanes))
            else:
                for lane in lanes:
                    self._advance(lane, 0)

    def next(self) -> _Head | None:
        """The head that stands first."""
        return heappop(self._heads) if self._heads else None

    def go_on(self, head: _Head) -> None:
        """With what comes after a head: in its group and in its lane."""
        self._begin(head.after)
        self._advance(head.lane, head.at + 1)

    def _begin(self, lanes: Iterator[Lane]) -> None:
        """The first of these lanes whose first work is not looked at in vain goes before the others; none
        when nobody at all has room for what they need."""
        for lane in lanes:
            if not self._vain(lane.first):
                self._push(lane.first, 0, lane, lanes)
                return
            if not self._desk.anybody(lane.works[0].item):
                return
            self._advance(lane, 1)

    def _advance(self, lane: Lane, place: int) -> None:
        """A lane's head is its first work from `place` on that somebody may have room for."""
        for at in range(place, len(lane.works)):
            standing = lane.standing(at, self._now)
            if standing.waiting.item.sticky or not self._vain(standing):
                self._push(standing, at, lane, _NO_MORE)
                return

    def _push(self, standing: Standing, at: int, lane: Lane, after: Iterator[Lane]) -> None:
        heappush(self._heads, _Head(standing.place, next(self._numbers), standing, at, lane, after))

    def _vain(self, standing: Standing) -> bool:
        """Whether nobody at all has room, or nobody could be asked for a work that wants no more."""
        item, known = standing.waiting.item, self._in_vain
        if not self._desk.anybody(item):
            return True
        severity = item.severity
        return severity >= known.get(standing.general, inf) or severity >= known.get(standing.exact, inf)

    def choose(self, standing: Standing) -> list[Agent]:
        """The agents to offer a work to, first the one who knows the customer; none: it waits on."""
        waiting, item, now, policy = standing.waiting, standing.waiting.item, self._now, self._policy
        wanted = item.at_once - len(waiting.offered)
        if wanted <= 0 or (not item.sticky and self._vain(standing)):
            return []
        known = self._desk.agent(item.sticky) if item.sticky else None
        if known is not None and not waiting.offered and excluded_by(known, waiting, now, policy) is None:
            return [known]
        if kept_for(known, waiting, now, policy):
            return []
        chosen = list(islice(self._eligible(standing), wanted))
        return chosen if chosen or waiting.offered else self._alone(waiting)[:wanted]

    def give(self, waiting: Waiting, chosen: list[Agent]) -> Offer:
        """The offer to these agents, which counts from now on."""
        item, named = waiting.item, tuple((agent.id, agent.revision) for agent in chosen)
        for agent in chosen:
            self._desk.give(agent, item)
        return Offer(item.id, waiting.revision, named, self._now + item.life)

    def _eligible(self, standing: Standing) -> Iterator[Agent]:
        """Who may be offered the work: the best match first, then longest without an offer."""
        waiting, item, now, policy = standing.waiting, standing.waiting.item, self._now, self._policy
        met, for_this = dict[str, bool](), False
        stages = standing.stages
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
            self._in_vain[standing.exact if met else standing.general] = item.severity

    def _alone(self, waiting: Waiting) -> list[Agent]:
        """Those whose plain cool-down is over, when nobody else is eligible."""
        passed = (agent for name in waiting.passed if (agent := self._desk.agent(name)) is not None)
        able = [a for a in passed if excluded_by(a, waiting, self._now, self._policy, alone=True) is None]
        return sorted(able, key=lambda agent: (agent.last, agent.id))
