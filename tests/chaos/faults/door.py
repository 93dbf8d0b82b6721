"""Faults of what channels publish. Who publishes it keeps account of what was acknowledged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from tests.chaos.faults.schedule import Planned
from tests.chaos.load import FOR_THE_BOT, GARBAGE, Load, Sent, message
from tests.kit.odd import ODD

POISON, BURST = 60, 120


class DoorFaults:
    """Each method is a fault: it begins when entered and ends when left."""

    def __init__(self, load: Load, partitions: int) -> None:
        self._load, self._partitions = load, partitions

    @contextmanager
    def odd(self, planned: Planned) -> Iterator[None]:
        """Every odd record there is, in conversations of its own."""
        for odd in ODD.values():
            talk, identifier = f"odd-{uuid4().hex}", uuid4().hex
            partition = self._load.home_of(talk)
            value, key = odd.fresh(odd.value, talk, identifier), odd.fresh(odd.key, talk, identifier)
            self._load.also(Sent(talk, identifier, value, partition, key, odd.headers))
        yield

    @contextmanager
    def poison(self, planned: Planned) -> Iterator[None]:
        """Nothing but garbage, in one batch."""
        for number in range(POISON):
            self._load.also(Sent("", "", GARBAGE[number % len(GARBAGE)], number % self._partitions))
        yield

    @contextmanager
    def burst(self, planned: Planned) -> Iterator[None]:
        """One customer who does not stop."""
        talk = f"burst-{uuid4().hex}"
        for number in range(BURST):
            text = FOR_THE_BOT[number % len(FOR_THE_BOT)]
            self._load.also(message(talk, f"{talk}/{number}", text))
        yield
