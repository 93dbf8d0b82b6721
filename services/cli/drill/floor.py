"""What was seen of the human queue: what the dispatcher says of it, and what reaches agents' tools."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any

HEARD_WITHIN = 60.0
"""Seconds for which an agent counts as here after the tool's last sign, as in `presence.stale_after`."""


@dataclass
class Floor:
    """Records and words in, moments out; all moments are seconds of one monotonic clock."""

    now: float = 0.0
    """When it was last looked at."""
    reached: bool | None = None
    """Whether the dispatcher says that it reaches the queue; `None`: it says nothing."""
    words: list[tuple[float, bool | None]] = field(default_factory=list)
    """When it began to say what."""
    works: dict[int, float] = field(default_factory=dict)
    """When which letters were first seen as queued work."""
    offers: list[tuple[float, str]] = field(default_factory=list)
    """When work was offered, of the drill or not, and to whom: the oldest is offered first."""
    here: dict[str, float] = field(default_factory=dict)
    """When those agents who want work were last heard of, or offered some."""

    def told(self, dispatcher: Mapping[str, Any], now: float) -> None:
        """Note a status of the dispatcher, empty when it does not answer."""
        self.now = now
        reached = dispatcher.get("queue", {}).get("reachable")
        if reached != self.reached or not self.words:
            self.reached = reached
            self.words.append((now, reached))

    def work(self, record: Mapping[str, Any], letters: Mapping[str, int], now: float) -> None:
        """Note a record for agents' tools; `letters` are the numbers of those of the drill by their ids."""
        kind, agent = record.get("type"), record.get("agent_id")
        ours = [letters[name] for name in record.get("message_ids", ()) if name in letters]
        if kind == "queued":
            for number in ours:
                self.works.setdefault(number, now)
        elif kind == "offer" and agent:
            self.offers.append((now, agent))
            self.here[agent] = now
        elif kind == "away" and agent:
            self.here.pop(agent, None)

    def command(self, command: Mapping[str, Any], now: float) -> None:
        """Note what an agent's tool says."""
        if command.get("type") != "presence":
            return
        if command.get("status") == "available":
            self.here[str(command.get("agent_id"))] = now
        else:
            self.here.pop(str(command.get("agent_id")), None)

    def lost(self, gone: float) -> float | None:
        """When the dispatcher first said that it does not reach the queue; it may have begun to before we saw
        that the part was gone."""
        ends = [at for at, _ in self.words[1:]] + [inf]
        said = zip(self.words, ends, strict=False)
        return min(
            (max(at, gone) for (at, reached), end in said if end > gone and reached is False), default=None
        )

    def found(self) -> float | None:
        """Since when it says that it does."""
        return self.words[-1][0] if self.words and self.reached else None

    def waits_for_offer(self, gone: float) -> bool:
        """Whether somebody is here who was offered work before the part was gone, and so should be again: not
        everybody who is here need be for such work, or in a pool whose work is offered."""
        before = {agent for at, agent in self.offers if at < gone}
        return any(self.now - at <= HEARD_WITHIN for agent, at in self.here.items() if agent in before)

    def offered(self, back: float) -> float | None:
        """When work was first offered after the return."""
        return min((at for at, _ in self.offers if at >= back), default=None)
