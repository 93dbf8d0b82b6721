"""Closed works that their last holders may still wrap up."""

from msgspec.structs import replace

from shared.queue.values import Item, Wrap

KEPT = 3_600_000
"""How long after its time a wrap-up may still be said, in milliseconds."""


class Wraps:
    """By work. A wrap-up takes capacity until its time is over; it can be said a while longer."""

    def __init__(self) -> None:
        self._wraps: dict[str, Wrap] = {}

    def begin(self, item: Item, time: int, now: int) -> None:
        """The holder of `item` has closed it."""
        self._wraps[item.id] = Wrap(
            item.id, item.conversation, item.agent, item.pool, item.token, now + time, time, now + time + KEPT
        )

    def extend(self, work: str, agent: str, now: int) -> Wrap | None:
        """Its time once more, as long as it runs, and once only."""
        wrap = self._of(work, agent)
        if wrap is None or wrap.extended or now >= wrap.until:
            return None
        longer = wrap.until + wrap.time
        self._wraps[work] = replace(wrap, until=longer, kept=longer + KEPT, extended=True)
        return self._wraps[work]

    def end(self, work: str, agent: str) -> Wrap | None:
        """It is wrapped up. It can be said again, in case nobody heard it."""
        wrap = self._of(work, agent)
        if wrap is not None:
            self._wraps[work] = replace(wrap, until=0)
        return wrap

    def over(self, now: int) -> list[Wrap]:
        """Those whose time is over by `now`."""
        found = [wrap for wrap in self._wraps.values() if now >= wrap.until]
        for wrap in [wrap for wrap in found if now >= wrap.kept]:
            del self._wraps[wrap.work]
        return found

    def _of(self, work: str, agent: str) -> Wrap | None:
        wrap = self._wraps.get(work)
        return wrap if wrap is not None and wrap.agent == agent else None
