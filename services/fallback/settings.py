"""What this service takes from its environment. Times are in seconds, on its own monotonic clock,
counted from the moment it first saw a message."""

from pathlib import Path

from pydantic import NonNegativeFloat

from shared.runtime.settings import ServiceSettings


class Settings(ServiceSettings):
    """The deadlines."""

    breath: NonNegativeFloat = 0.05
    """It watches; nobody waits for it. Many small batches would cost others their share of the machine."""
    silence: float = 5.0
    """Unrouted messages and a book that does not move: the router is gone."""
    patience: float = 60.0
    """The book moves but this message is still unrouted."""
    bot_deadline: float = 15.0
    """Routed to the bot and not answered."""
    move_deadline: float = 10.0
    """Moved away and not yet published at its home."""
    start_grace: float = 30.0
    """After its own start it leaves the router this long to catch up with what was waiting."""
    fallback_pool: str = "fallback"
    """The pool that gets what the contingency plan hands over."""
    snapshot_entries: int = 20_000
    snapshot_seconds: float = 600.0
    """A snapshot is taken after this many entries, or after this long if there were any."""
    canary_every: NonNegativeFloat = 60.0
    """How often a canary is published in each partition; 0: never."""
    drills: Path | None = None
    """Where `relais drill` notes when each part was last drilled; `relais up` sets it."""
