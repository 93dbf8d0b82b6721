"""The map: every topic, who writes it, who reads it, and how it is kept.

Topics marked `partitioned="home"` have the same number of partitions, and a message stays on the
same partition number through all of them (`shared/contracts/placement.py`). Nothing else in the
project spells a topic's name; a test compares this table with what the services really use.
"""

from dataclasses import dataclass
from typing import Literal

DAY = 86_400
MIB = 1_048_576


@dataclass(frozen=True, slots=True)
class Topic:
    """One row of the map. Sizes are in bytes, `retention` in seconds (`None`: kept for ever)."""

    role: str
    key: str
    payload: str
    writers: tuple[str, ...]
    readers: tuple[str, ...]
    retention: int | None = 7 * DAY
    partitioned: Literal["home", "free"] = "home"
    cleanup: Literal["delete", "compact"] = "delete"
    max_bytes: int = 4 * MIB

    def name(self, namespace: str = "relais") -> str:
        """The topic's name on the broker."""
        return f"{namespace}.{self.role}"


FOLLOWERS = ("router", "bot", "fallback", "dispatcher", "courier")
ENRICHERS = ("intent_classifier", "sentiment_scorer")

# fmt: off
INBOUND = Topic("inbound", "conversation id", "InboundMessage", ("channels", "router", "fallback"),
                (*ENRICHERS, "router", "fallback"), max_bytes=MIB + 65_536)
INTENTS = Topic("intents", "none", "IntentRecord", ("intent_classifier",), ("router",))
SENTIMENTS = Topic("sentiments", "none", "SentimentRecord", ("sentiment_scorer",), ("router",))
LEDGER = Topic("ledger", "conversation id", "Entry",
               FOLLOWERS[:-1], FOLLOWERS, retention=30 * DAY, max_bytes=8 * MIB)
CONVERSATIONS = Topic("conversations", "generation and chunk", "SnapshotChunk",
                      ("fallback",), FOLLOWERS, retention=None, cleanup="compact")
REPLIES = Topic("replies", "conversation id", "Reply", ("courier",), ("channels",))
AGENTS = Topic("agents", "agent id", "AgentCommand", ("agent tools",), ("dispatcher",))
QUARANTINE = Topic("quarantine", "ref", "QuarantineRecord",
                   ("router", "fallback"), ("operations",), retention=30 * DAY)
FIXED = (INBOUND, INTENTS, SENTIMENTS, LEDGER, CONVERSATIONS, REPLIES, AGENTS, QUARANTINE)


def work(pool: str) -> Topic:
    """The topic on which agent tools of `pool` find their work."""
    return Topic(f"work.{pool}", "conversation id", "WorkRecord",
                 ("dispatcher",), ("agent tools",), max_bytes=8 * MIB)
# fmt: on


def all_topics(pools: tuple[str, ...]) -> tuple[Topic, ...]:
    """The whole map for these pools."""
    return FIXED + tuple(work(pool) for pool in pools)
