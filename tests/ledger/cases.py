"""What a row of the validity table says, and the pasts that the rows start from."""

from collections.abc import Sequence
from typing import NamedTuple

from shared.contracts.ledger import Entry
from tests.ledger.entries import assigned, closed, released, returned, routed, transferred


class Case(NamedTuple):
    """After `before`, is `entry` valid (`None`) or inert, and why?"""

    name: str
    before: Sequence[Entry]
    entry: Entry
    inert: str | None = None


HUMAN: Sequence[Entry] = [routed(0, "human")]
"""A work 0, nobody's; the conversation in epoch 1."""
HELD: Sequence[Entry] = [*HUMAN, assigned(0)]
"""The same, held by ana with token 1."""
CLOSED: Sequence[Entry] = [*HELD, closed(0, 1)]
BACK: Sequence[Entry] = [*CLOSED, returned(1)]
LEFT: Sequence[Entry] = [*HELD, released(0, 1)]
"""The same, given back to the queue."""
PASSED_ON: Sequence[Entry] = [*HELD, transferred(0, 1)]
"""`HELD`, passed on to billing."""
OFTEN: Sequence[Entry] = [
    *PASSED_ON,
    assigned(0, "ben", 1, "a2"),
    transferred(0, 3, "ben", "p2"),
    assigned(0, "cy", 2, "a3"),
    transferred(0, 5, "cy", "p3"),
    assigned(0, "dee", 3, "a4"),
]
"""Passed on three times, held by dee with token 7."""
TO_AND_FRO: Sequence[Entry] = [*HELD, closed(0, 1, to_bot=True), routed(1, "human"), assigned(1)]
"""From people to the bot and to people again: three moves; work 1 is held by ana with token 4."""
