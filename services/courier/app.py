"""The composition root: the book in, replies out."""

from services.courier.settings import Settings
from services.courier.worker import CourierWorker
from shared.contracts.topics import LEDGER, REPLIES
from shared.runtime.service import Card, Service

CARD = Card("courier", reads=(LEDGER,), writes=(REPLIES.role,))


def build(settings: Settings) -> Service:
    """The service, ready to serve."""
    return Service(CARD, settings, lambda partition, _: CourierWorker(partition, settings))
