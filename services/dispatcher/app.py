"""The composition root: human outcomes and agents' commands in, work for agent tools out."""

from services.dispatcher.matcher import Matcher
from services.dispatcher.settings import Settings
from services.dispatcher.store import Store
from services.dispatcher.worker import DispatcherWorker
from shared.contracts.topics import AGENTS, LEDGER
from shared.policy.load import load_policy
from shared.runtime import metrics
from shared.runtime.service import Card, Service

CARD = Card("dispatcher", reads=(LEDGER, AGENTS), writes=(LEDGER.role, "work"))


def build(settings: Settings) -> Service:
    """The service, ready to serve."""
    policy = load_policy(settings.policy)
    store = Store(settings.redis, settings.namespace, policy, settings.redis_timeout)
    matcher = Matcher(store, policy)
    service: Service

    def worker(partition: int, partitions: int) -> DispatcherWorker:
        return DispatcherWorker(partition, settings, policy, store, matcher, partitions)

    def observe() -> None:
        counts = [w.projection.counts() for w in service.workers if isinstance(w, DispatcherWorker)]
        metrics.QUEUED.labels("waiting").set(sum(waiting for waiting, _ in counts))
        metrics.QUEUED.labels("held").set(sum(held for _, held in counts))

    service = Service(CARD, settings, worker, observe=observe, closing=store.close)
    return service
