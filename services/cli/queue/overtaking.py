"""By how much time works overtake older ones that the same agent could have been offered."""

from collections.abc import Sequence

from sortedcontainers import SortedList

from shared.policy.model import Policy
from shared.queue.eligibility import excluded_by
from shared.queue.floor import Floor
from shared.queue.order import held_for
from shared.queue.values import Gone, Item, Offer, Placed

LOOKED_AT = 16
"""So many of the oldest works are compared with each offer."""
Wants = tuple[str, str, str, tuple[tuple[str, int], ...]]


class Overtaking:
    """Keeps who waits, and the greatest overtaking seen. Safety has a lane of its own and counts on neither
    side; so does what is kept for the agent whom the customer knows."""

    def __init__(self, floor: Floor, policy: Policy) -> None:
        self._floor = floor
        self._policy = policy
        self._waiting: dict[Wants, SortedList] = {}
        self._known: dict[str, tuple[Wants, int]] = {}
        self._passed_over: list[tuple[int, str]] = []
        self.greatest = 0
        """In ms."""

    @property
    def anything(self) -> bool:
        """Whether any work waits, on offer or not."""
        return bool(self._known)

    def note(self, put: Sequence[Placed], remove: Sequence[Gone]) -> None:
        """Works changed."""
        for name in (*(gone.id for gone in remove), *(placed.item.id for placed in put)):
            if name in self._known:
                wants, opened_at = self._known.pop(name)
                self._waiting[wants].remove((opened_at, name))
        for placed in put:
            if placed.lane:
                wants, opened_at = _wants(placed.item), placed.item.opened_at
                self._known[placed.item.id] = wants, opened_at
                self._waiting.setdefault(wants, SortedList()).add((opened_at, placed.item.id))

    def look(self, offer: Offer, now: int) -> None:
        """An offer is about to be made: whom would its agent have had room for, who came earlier?"""
        chosen = self._floor.waiting(offer.work)
        if chosen is None or chosen.item.safety or held_for(chosen.item, now):
            return
        agent = self._floor.agents()[offer.agents[0][0]]
        for opened_at, name in self._waiting[_wants(chosen.item)][:LOOKED_AT]:
            by = chosen.item.opened_at - opened_at
            if by <= self.greatest:
                return
            older = self._floor.waiting(name)
            if older is None or older.offered or older.item.safety or held_for(older.item, now):
                continue
            if excluded_by(agent, older, now, self._policy) is None:
                self._passed_over.append((by, name))

    def decided(self) -> None:
        """All offers of this moment are made: who was passed over and still waits has been overtaken."""
        for by, name in self._passed_over:
            older = self._floor.waiting(name)
            if older is not None and not older.offered:
                self.greatest = max(self.greatest, by)
        self._passed_over.clear()


def _wants(item: Item) -> Wants:
    return item.pool, item.language, item.channel, item.skills
