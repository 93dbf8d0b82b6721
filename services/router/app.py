"""The composition root: messages and readings in, routing decisions out."""

import time

from services.router.settings import Settings
from services.router.worker import RouterWorker, deadlines
from shared.contracts.topics import INBOUND, INTENTS, LEDGER, QUARANTINE, SENTIMENTS
from shared.policy.load import load_policy
from shared.runtime.service import Card, Service

CARD = Card(
    "router",
    reads=(INBOUND, INTENTS, SENTIMENTS, LEDGER),
    writes=(LEDGER.role, QUARANTINE.role, INBOUND.role),
)


def build(settings: Settings) -> Service:
    """The service, ready to serve."""
    policy = load_policy(settings.policy)

    def worker(partition: int, partitions: int) -> RouterWorker:
        return RouterWorker(partition, settings, policy, partitions, time.monotonic())

    return Service(CARD, settings, worker, extra=lambda: deadlines(policy))
