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


INBOUND = Topic(
    "inbound",
    key="conversation id",
    payload="InboundMessage",
    writers=("channels", "router", "fallback"),
    readers=("intent_classifier", "sentiment_scorer", "router", "fallback"),
    max_bytes=MIB + 65_536,
)
INTENTS = Topic(
    "intents", key="none", payload="IntentRecord", writers=("intent_classifier",), readers=("router",)
)
SENTIMENTS = Topic(
    "sentiments", key="none", payload="SentimentRecord", writers=("sentiment_scorer",), readers=("router",)
)
LEDGER = Topic(
    "ledger",
    key="conversation id",
    payload="Entry",
    writers=("router", "bot", "fallback", "dispatcher"),
    readers=("router", "bot", "fallback", "dispatcher", "courier"),
    retention=30 * DAY,
    max_bytes=8 * MIB,
)
CONVERSATIONS = Topic(
    "conversations",
    key="generation and chunk",
    payload="SnapshotChunk",
    writers=("fallback",),
    readers=("router", "bot", "fallback", "dispatcher", "courier"),
    retention=None,
    cleanup="compact",
)
REPLIES = Topic(
    "replies", key="conversation id", payload="Reply", writers=("courier",), readers=("channels",)
)
AGENTS = Topic(
    "agents", key="agent id", payload="AgentCommand", writers=("agent tools",), readers=("dispatcher",)
)
QUARANTINE = Topic(
    "quarantine",
    key="ref",
    payload="QuarantineRecord",
    writers=("router", "fallback"),
    readers=("operations",),
    retention=30 * DAY,
)

FIXED: tuple[Topic, ...] = (
    INBOUND,
    INTENTS,
    SENTIMENTS,
    LEDGER,
    CONVERSATIONS,
    REPLIES,
    AGENTS,
    QUARANTINE,
)
"""Every topic but the pools' own."""


def work(pool: str) -> Topic:
    """The topic on which agent tools of `pool` find their work."""
    return Topic(
        f"work.{pool}",
        key="conversation id",
        payload="WorkRecord",
        writers=("dispatcher",),
        readers=("agent tools",),
        max_bytes=8 * MIB,
    )


def all_topics(pools: tuple[str, ...]) -> tuple[Topic, ...]:
    """The whole map for these pools."""
    return FIXED + tuple(work(pool) for pool in pools)
