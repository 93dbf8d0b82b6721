"""The composition root: what is late goes to people, and the accounts are kept."""

import time
from typing import Any

from services.fallback.settings import Settings
from services.fallback.worker import FallbackWorker
from shared.contracts.topics import CONVERSATIONS, INBOUND, LEDGER, QUARANTINE
from shared.runtime import drills, metrics
from shared.runtime.service import Card, Service

CARD = Card(
    "fallback",
    reads=(INBOUND, LEDGER),
    writes=(LEDGER.role, CONVERSATIONS.role, QUARANTINE.role, INBOUND.role),
)
OUTCOMES = ("answered", "people", "quarantined")


def accounts(workers: list[FallbackWorker], now: float) -> dict[str, Any]:
    """What came of all messages since the books began. A duplicate or a moved copy is not a message
    of its own, nor is the canary, so `accepted` is the sum of the three outcomes and of what is unsettled."""
    counts = {
        name: sum(w.book.counts[name] for w in workers) for name in (*OUTCOMES, "duplicate", "moved", "gap")
    }
    unsettled = sum(len(w.waiting()) for w in workers)
    return {
        "accepted": sum(counts[name] for name in OUTCOMES) + unsettled,
        "answered": counts["answered"],
        "people": counts["people"],
        "quarantined": counts["quarantined"],
        "unsettled": unsettled,
        "oldest_unsettled_seconds": round(max((w.oldest_age(now) for w in workers), default=0.0), 3),
        "duplicates": counts["duplicate"],
        "moved": counts["moved"],
        "gaps": counts["gap"],
        "inert": {
            name.partition(":")[2]: sum(w.book.counts[name] for w in workers)
            for name in sorted({n for w in workers for n in list(w.book.counts) if n.startswith("inert:")})
        },
    }


def build(settings: Settings) -> Service:
    """The service, ready to serve."""
    service: Service

    def worker(partition: int, partitions: int) -> FallbackWorker:
        return FallbackWorker(partition, settings, partitions, time.monotonic())

    def workers() -> list[FallbackWorker]:
        return [w for w in service.workers if isinstance(w, FallbackWorker)]

    def extra() -> dict[str, Any]:
        deadlines = {"silence": settings.silence, "bot_deadline": settings.bot_deadline}
        return {"accounts": accounts(workers(), time.monotonic()), "deadlines": deadlines}

    def observe() -> None:
        kept = extra()["accounts"]
        metrics.UNSETTLED.set(kept["unsettled"])
        metrics.OLDEST_UNSETTLED.set(kept["oldest_unsettled_seconds"])
        for outcome in (*OUTCOMES, "duplicates", "moved", "gaps"):
            metrics.OUTCOMES.labels(outcome).set(kept[outcome])
        if settings.canary_every:
            for one in workers():
                metrics.CANARY.labels(str(one.partition)).set(one.canary_passed)
        if settings.drills is not None:
            for part, at in drills.last(settings.drills).items():
                metrics.DRILLED.labels(part).set(at)

    service = Service(CARD, settings, worker, extra=extra, observe=observe)
    return service
