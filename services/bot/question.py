"""What a bot is asked, and what it can say."""

from dataclasses import dataclass
from typing import Literal

from shared.contracts.ledger import Answered, Entry, Routed

Refusal = Literal["bot_unsure", "bot_repeats", "bot_limit", "bot_failed"]


@dataclass(frozen=True, slots=True)
class Question:
    """A routed message with what was said before it, oldest first."""

    routed: Routed
    epoch: int
    streak: int
    """Automatic answers in a row so far."""
    language: str
    before: tuple[Entry, ...] = ()

    @property
    def earlier_texts(self) -> list[str]:
        """What the customer wrote before."""
        return [entry.message.text for entry in self.before if isinstance(entry, Routed)]

    @property
    def earlier_sources(self) -> set[str]:
        """The answers already given."""
        return {entry.source for entry in self.before if isinstance(entry, Answered)}


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say; `source` names where it comes from."""

    text: str
    source: str
    language: str


Result = Answer | Refusal
