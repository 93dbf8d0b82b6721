"""The lanes of a view as a decision takes them up: those that need the same language and channel together,
in the order of their first works.

Where a work stands and what it wants changes only with the work and at times that are known. So a line that
is kept from view to view looks only at lanes in which something changed, however many others there are."""

from bisect import insort
from collections import defaultdict
from collections.abc import Sequence
from itertools import zip_longest
from math import inf
from typing import NamedTuple

from shared.policy.model import Policy
from shared.policy.queue import Relaxation
from shared.queue.eligibility import pools_asked, stages_up_to
from shared.queue.order import rank, rank_changes
from shared.queue.rings import ring, ring_changes
from shared.queue.rota import Pools
from shared.queue.values import Waiting

Place = tuple[bool, int, str]
"""Not safety, rank and name of a work: the smallest is served first."""
General = tuple[Pools, str, str]
"""Pools that may be asked, language and channel of a work."""
Exact = tuple[General, str, tuple[tuple[str, int], ...]]
"""Priority and skills, too."""
Need = tuple[str, str] | None
"""Language and channel of all works of a lane. None: they differ, or somebody knows a customer, and may have
room that nobody else has."""


class Standing(NamedTuple):
    """Where a work stands and what it wants of an agent but for room, until (ms) time changes either."""

    place: Place
    stages: tuple[Relaxation, ...]
    """From the best match to the widest that may be asked by now."""
    general: General
    exact: Exact
    waiting: Waiting
    until: float


class Lane:
    """Works that want the same, in order."""

    __slots__ = ("_policy", "_standings", "first", "need", "works")

    def __init__(self, works: tuple[Waiting, ...], now: int, policy: Policy) -> None:
        self.works = works
        self._policy = policy
        needs = {None if w.item.sticky else (w.item.language, w.item.channel) for w in works}
        self.need: Need = needs.pop() if len(needs) == 1 else None
        self.first = _standing(works[0], now, policy)
        self._standings = {0: self.first}

    def standing(self, at: int, now: int) -> Standing:
        """One work of it as it stands now."""
        found = self._standings.get(at)
        if found is None or found.until <= now:
            self._standings[at] = found = _standing(self.works[at], now, self._policy)
        return found


class Line:
    """Of one queue and one policy."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._now, self._until = 0, inf
        self._seen: Sequence[tuple[Waiting, ...]] = ()
        self._lanes: dict[int, Lane] = {}
        self.groups: defaultdict[Need, list[Lane]] = defaultdict(list)
        """Lanes by what they need, in the order of the places of their first works."""

    def look(self, lanes: Sequence[tuple[Waiting, ...]], now: int) -> None:
        """Take in what has changed since the last view; a lane that is the same tuple has not. None stands
        twice in a view."""
        changed = [pair for pair in zip_longest(self._seen, lanes, fillvalue=()) if pair[0] is not pair[1]]
        before, after = {id(old) for old, _ in changed}, {id(new): new for _, new in changed}
        for name in before - after.keys():
            self._drop(name)
        come = {name: works for name, works in after.items() if name not in before}
        if not self._now <= now < self._until:
            for name in [n for n, lane in self._lanes.items() if lane.first.until <= now or now < self._now]:
                come[name] = self._lanes[name].works
                self._drop(name)
            self._until = min((lane.first.until for lane in self._lanes.values()), default=inf)
        self._now = now
        for name, works in come.items():
            self._add(name, works)
        self._seen = tuple(lanes)

    def _add(self, name: int, works: tuple[Waiting, ...]) -> None:
        if works:
            self._lanes[name] = lane = Lane(works, self._now, self._policy)
            self._until = min(self._until, lane.first.until)
            insort(self.groups[lane.need], lane, key=_place)

    def _drop(self, name: int) -> None:
        lane = self._lanes.pop(name, None)
        if lane:
            self.groups[lane.need].remove(lane)


def _place(lane: Lane) -> Place:
    return lane.first.place


def _standing(waiting: Waiting, now: int, policy: Policy) -> Standing:
    item = waiting.item
    widest = ring(item, now, waiting.rounds, policy)
    general = (pools_asked(item.pool, widest, policy), item.language, item.channel)
    exact = (general, item.priority, item.skills if widest == "best" else ())
    times = (rank_changes(item, now, policy), ring_changes(item, now, policy))
    until = min((at for at in times if at is not None), default=inf)
    place = (not item.safety, rank(item, now, policy), item.id)
    return Standing(place, stages_up_to(widest), general, exact, waiting, until)
