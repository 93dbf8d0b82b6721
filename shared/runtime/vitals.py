"""Signs of life of a service, written by its event loop and read by the health server's thread."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

FRESH = 5.0


@dataclass
class Vitals:
    """`ready` looks at progress, not at whether the process exists."""

    service: str
    instance: str
    started: float = field(default_factory=time.monotonic)
    beat: float = 0.0
    """When the service last ticked, in monotonic seconds."""
    assigned: bool = False
    owned: tuple[int, ...] = ()
    restoring: tuple[int, ...] = ()
    lag: int = 0
    handled: int = 0
    broker_seen: float = 0.0
    """When the broker last answered."""
    stopping: bool = False
    extra: Callable[[], dict[str, Any]] = dict
    """What a service adds to its own status (the fallback: the accounts)."""

    def ready(self, now: float | None = None) -> bool:
        """Whether messages are flowing or would flow at once."""
        now = time.monotonic() if now is None else now
        fresh = now - self.beat < FRESH and now - self.broker_seen < 2 * FRESH
        return fresh and self.assigned and not self.restoring and not self.stopping

    def report(self) -> dict[str, Any]:
        """The service's status as JSON values."""
        return {
            "service": self.service,
            "instance": self.instance,
            "ready": self.ready(),
            "partitions": list(self.owned),
            "restoring": list(self.restoring),
            "lag": self.lag,
            "handled": self.handled,
            "uptime_seconds": round(time.monotonic() - self.started, 1),
            **self.extra(),
        }
