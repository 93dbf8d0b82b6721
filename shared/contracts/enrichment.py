"""What the machine understood of a message: values of `relais.intents` and `relais.sentiments`.

One record per inbound message and topic, in inbound order: a reading, or a failure marker
(`failed` names why, every other field keeps its empty value).
"""

from dataclasses import dataclass
from typing import Literal

import msgspec

Unknown = Literal["out_of_scope", "too_short", "follow_up", "two_requests", "unsupported_language"]
Tone = Literal["calm", "annoyed", "angry"]


@dataclass(frozen=True, slots=True)
class IntentReading:
    """What the customer wants.

    `intents` holds up to three `(name, probability)` pairs, likeliest first, calibrated.
    `unknown` is a state of its own: `None` means that the first intent may be relied on as far as
    its probability goes; otherwise it names why nothing may be concluded.
    """

    intents: tuple[tuple[str, float], ...] = ()
    unknown: Unknown | None = None
    in_scope: float = 0.0
    """Probability that the message is something this taxonomy covers."""
    language: str = "und"
    """ISO 639-1 code, or `und` when the text does not tell."""
    wants_person: bool = False
    signs: tuple[str, ...] = ()
    """Other facts the policy can use: leaving, legal, repeated, danger."""
    failed: str | None = None
    model: str = ""
    """Version of the weights that read it; empty when no model did."""


@dataclass(frozen=True, slots=True)
class SentimentReading:
    """How the customer feels: `frustration` in [0, 1], with the interval the scorer vouches for."""

    frustration: float = 0.5
    low: float = 0.0
    high: float = 1.0
    tone: Tone = "calm"
    signs: tuple[str, ...] = ()
    failed: str | None = None
    model: str = ""
    """As in `IntentReading`."""


class IntentRecord(msgspec.Struct, frozen=True, gc=False):
    """A value of `relais.intents`."""

    ref: str
    reading: IntentReading


class SentimentRecord(msgspec.Struct, frozen=True, gc=False):
    """A value of `relais.sentiments`."""

    ref: str
    reading: SentimentReading
