"""Who lives in the house."""

SERVICES = (
    "intent_classifier",
    "sentiment_scorer",
    "router",
    "bot",
    "dispatcher",
    "courier",
    "fallback",
)
"""Every service, in the order in which `relais up` starts them."""
