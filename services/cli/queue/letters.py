"""What the router would write of a simulated customer's message."""

from services.cli.queue.arrivals import Customer
from shared.contracts.enrichment import IntentReading, SentimentReading
from shared.contracts.inbound import Customer as Sender
from shared.contracts.inbound import Message
from shared.contracts.ledger import Routed


def routed(customer: Customer, number: int, first: bool) -> Routed:
    """A message for people. Only the `first` of a stay says something: later ones are more of the same."""
    message = Message(
        id=f"{number}",
        conversation_id=customer.name,
        channel=customer.channel,
        text="",
        language=customer.language,
        customer=Sender(tier=customer.tier or None, language=customer.language),
    )
    signs = ("danger",) if customer.danger and first else ()
    return Routed(
        ref=f"0:{number}",
        conversation=customer.name,
        route="human",
        pool=customer.pool,
        priority=customer.priority if first else "normal",
        reasons=("not_automatable",),
        message=message,
        intents=IntentReading(
            intents=((customer.intent, 1.0),), language=customer.language, signs=signs, in_scope=1.0
        ),
        sentiment=SentimentReading(frustration=customer.frustration if first else 0.0),
        policy="",
    )
