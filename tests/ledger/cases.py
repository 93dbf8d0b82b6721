"""What a row of the validity table says, and the pasts that the rows start from."""

from collections.abc import Sequence
from typing import NamedTuple

from shared.contracts.ledger import Entry
from tests.ledger.entries import assigned, closed, released, returned, routed


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
