"""The clocks of a work, read when it is answered and when it ends. Pure; they stand still while the pool is
closed.

    first response   from the opening of the work, or from its last transfer, to a person's first reply
    next response    from the first message that a person has not answered yet to the reply
    resolution       from the opening of the work to its close

A bot's answer is no reply of a person: it opens no work and stops none of these. A second reply in a row
answers nothing that waits, so it is not measured.
"""

from typing import Literal, NamedTuple

from shared.contracts.ledger import Closed, Entry, Priority, Replied
from shared.ledger.state import Work
from shared.policy.queue import Hours, Sla
from shared.queue.hours import open_between

Clock = Literal["first_response", "next_response", "resolution"]


class Observation(NamedTuple):
    """A clock that has just stopped: after how many seconds of opening time, and whether it kept the SLA."""

    clock: Clock
    pool: str
    priority: Priority
    seconds: float
    met: bool


def observe(
    entry: Entry, before: Work | None, pool: str, hours: Hours | None, sla: Sla, at: int
) -> Observation | None:
    """What a valid entry with record time `at` (milliseconds) stops. `before` is its work as it was; `pool`
    is the pool that has it by the policy, `hours` and `sla` are that pool's."""
    if before is None:
        return None
    clock: Clock
    match entry:
        case Replied() if before.answered_at is None:
            started = before.since if before.transfers else before.opened_at
            clock, limit = "first_response", sla.first_response
        case Replied() if before.waiting_since is not None:
            clock, started, limit = "next_response", before.waiting_since, sla.next_response
        case Closed():
            clock, started, limit = "resolution", before.opened_at, sla.resolution
        case _:
            return None
    seconds = open_between(hours, started, at) / 1000
    return Observation(clock, pool, before.priority, seconds, seconds <= limit)
