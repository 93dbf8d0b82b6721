"""The composition root: human outcomes and agents' commands in, work for agent tools out."""

from typing import Any

from services.dispatcher.clerk import Clerk
from services.dispatcher.settings import Settings
from services.dispatcher.store import Store
from services.dispatcher.worker import DispatcherWorker
from shared.contracts.topics import AGENTS, LEDGER
from shared.ledger.archive import Lately
from shared.policy.load import load_policy
from shared.runtime import metrics
from shared.runtime.sender import Out
from shared.runtime.service import Card, Service

CARD = Card("dispatcher", reads=(AGENTS, LEDGER), writes=(LEDGER.role, "work"))


def build(settings: Settings) -> Service:
    """The service, ready to serve."""
    policy = load_policy(settings.policy)
    store = Store(settings.redis, settings.namespace, policy, settings.redis_timeout)
    clerk = Clerk(settings, policy, store)
    lately = Lately()
    service: Service

    def worker(partition: int, partitions: int) -> DispatcherWorker:
        return DispatcherWorker(partition, settings, policy, store, partitions, lately)

    def ours() -> list[DispatcherWorker]:
        return [worker for worker in service.workers if isinstance(worker, DispatcherWorker)]

    async def together(now: float) -> list[Out]:
        return await clerk.act(now, ours())

    def extra() -> dict[str, Any]:
        # Looked at once in a sweep at least.
        noticed = settings.sweep_every + settings.redis_timeout
        return {"queue": {"reachable": clerk.reachable}, "deadlines": {"queue": noticed}}

    def observe() -> None:
        counts = [worker.projection.counts() for worker in ours()]
        metrics.QUEUED.labels("waiting").set(sum(waiting for waiting, _ in counts))
        metrics.QUEUED.labels("held").set(sum(held for _, held in counts))

    service = Service(CARD, settings, worker, together, extra, observe, store.close)
    return service
