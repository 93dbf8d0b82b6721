"""Faults of agents' tools."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.chaos.agents import AGENTS, Agents
from tests.chaos.faults.schedule import Planned


class PeopleFaults:
    """Each method is a fault: it begins when entered and ends when left."""

    def __init__(self, agents: Agents) -> None:
        self._agents = agents

    @contextmanager
    def tool(self, planned: Planned) -> Iterator[None]:
        """Dies with work in hand, comes back, and goes on where it was."""
        names = AGENTS if planned.detail == "all" else (planned.detail,)
        self._agents.silent |= set(names)
        yield
        self._agents.silent -= set(names)
        for name in names:
            self._agents.go_on(name)
