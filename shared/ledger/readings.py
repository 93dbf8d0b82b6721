"""What enrichers read from messages, as far as it matters to the people who get them. Pure."""

from hashlib import blake2b

from shared.contracts.inbound import Message
from shared.contracts.ledger import Routed
from shared.ledger.state import REMEMBERED_SIGNS, Reading

MAX_WORD = 64
"""Characters of a tier or a sign: channels and enrichers may write anything."""


def of_routed(e: Routed) -> Reading:
    """What is read from one routed message. A reading that failed says nothing; an intent counts only where
    it may be relied on."""
    intents, sentiment = e.intents, e.sentiment
    signs = gathered(intents.signs, sentiment.signs) if intents.signs or sentiment.signs else ()
    return Reading(
        min(1.0, max(0.0, sentiment.frustration)) if sentiment.failed is None else 0.0,
        _tier(e.message),
        intents.intents[0][0] if intents.intents and intents.unknown is None else "",
        signs,
    )


def of_message(message: Message) -> Reading:
    """What the channel alone says."""
    return Reading(tier=_tier(message))


def merged(earlier: Reading | None, later: Reading | None) -> Reading | None:
    """What is read from all of their messages."""
    if earlier is None or later is None:
        return earlier or later
    return Reading(
        max(earlier.severity, later.severity),
        later.tier or earlier.tier,
        earlier.intent or later.intent,
        gathered(earlier.signs, later.signs),
    )


def gathered(earlier: tuple[str, ...], later: tuple[str, ...]) -> tuple[str, ...]:
    """Each sign once, in the order they came; the first `REMEMBERED_SIGNS` of them."""
    words = (sign[:MAX_WORD] for sign in (*earlier, *later))
    return tuple(dict.fromkeys(words))[:REMEMBERED_SIGNS]


def customer_of(message: Message) -> str:
    """Who wrote, the same in every conversation and not to be read back: 16 hexadecimal digits; "" when the
    channel does not say."""
    known = message.customer.id if message.customer is not None else None
    return blake2b(known.encode(errors="surrogatepass"), digest_size=8).hexdigest() if known else ""


def _tier(message: Message) -> str:
    return (message.customer.tier or "")[:MAX_WORD] if message.customer is not None else ""
