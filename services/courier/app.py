"""The composition root: the book in, replies out."""

from statistics import fmean

from services.courier.settings import Settings
from services.courier.worker import CourierWorker
from shared.contracts.topics import LEDGER, REPLIES
from shared.policy.load import load_policy
from shared.runtime import metrics
from shared.runtime.service import Card, Service

CARD = Card("courier", reads=(LEDGER,), writes=(REPLIES.role,))


def build(settings: Settings) -> Service:
    """The service, ready to serve."""
    policy = load_policy(settings.policy)
    service: Service

    def observe() -> None:
        workers = [worker for worker in service.workers if isinstance(worker, CourierWorker)]
        for pool in policy.pools:
            shares = [share for worker in workers if (share := worker.coverage(pool)) is not None]
            if shares:
                metrics.WAIT_COVERAGE.labels(pool).set(fmean(shares))

    service = Service(
        CARD, settings, lambda partition, _: CourierWorker(partition, settings, policy), observe=observe
    )
    return service
