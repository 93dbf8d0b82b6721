"""Decides whom to offer what, while it is this dispatcher's turn."""

from collections.abc import Sequence
from typing import Protocol

from shared.policy.model import Policy
from shared.queue.desk import Desk
from shared.queue.lanes import LOOK
from shared.queue.match import match
from shared.queue.rounds import rounds_over
from shared.queue.values import Offer, View
from shared.runtime import metrics

WIDE, FAR = 16, 64
"""How many works are looked at from the front of a lane when somebody sweeps, and the most there are."""


class Queue(Protocol):
    """What matching needs of the store."""

    async def view(self, partitions: int, far: int, wide: bool) -> View | None: ...
    async def reserve(self, offers: list[Offer]) -> list[bool]: ...
    async def round_over(self, works: list[tuple[str, int]]) -> None: ...


class Matcher:
    """The pure decision between a look at the queue and the reservations it leads to."""

    def __init__(self, store: Queue, policy: Policy) -> None:
        self._store = store
        self._policy = policy
        self._desk = Desk(policy)

    async def run(self, partitions: int, wide: bool = False) -> None:
        """Offer waiting work to agents with room, after a `wide` look or one at the front of each lane, and
        farther while there is room. Raises `TransientFailure` when Redis does not answer."""
        far = WIDE if wide else LOOK
        while far and (view := await self._store.view(partitions, far, wide)) is not None:
            far, wide = await self._decide(view, far), False

    async def _decide(self, view: View, far: int) -> int:
        """Returns how far to look next, 0 when nothing more can be done now."""
        offers = match(view, self._policy, desk=self._desk)
        made = await self._store.reserve(offers)
        metrics.OFFERS.labels("made").inc(sum(made))
        metrics.OFFERS.labels("outdated").inc(len(made) - sum(made))
        if any(made) and _used_up(view, offers):
            return min(2 * far, FAR)
        await self._store.round_over(rounds_over(view, self._policy, self._desk))
        return 0


def _used_up(view: View, offers: Sequence[Offer]) -> bool:
    """Whether all that was seen of some lane is on offer now: there may be room for what lies behind."""
    given = {offer.work for offer in offers}
    return any(lane and all(waiting.item.id in given for waiting in lane) for lane in view.lanes)
