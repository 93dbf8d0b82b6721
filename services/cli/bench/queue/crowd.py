"""The works and agents of a big house, the same in every run."""

import random
from collections.abc import Iterator

from shared.contracts.agents import Presence
from shared.policy.model import Policy
from shared.queue.order import lane, rank
from shared.queue.values import Item, Placed

SEED = 20_260_701
AGENTS = 2_000
PARTITIONS = 12
HOUR_MS = 3_600_000
_PLAIN = ("general", "billing", "technical", "returns")
POLICY = Policy.model_validate(
    {
        "version": 1,
        "intents": {},
        "pools": {pool: {"neighbours": [one for one in _PLAIN if one != pool]} for pool in _PLAIN}
        | {"fallback": {}},
        "offers": {"life": {}, "default_life": HOUR_MS / 1000},
        "presence": {"stale_after": HOUR_MS / 1000, "grace": HOUR_MS / 1000},
    }
)
"""Of the shape of the shipped one; times are so long that nothing ends during a run."""


def works(count: int, now: int, first: int = 0, partitions: int = PARTITIONS) -> Iterator[Placed]:
    """So many works that wait, the oldest first: 4 pools, 2 languages, 2 channels, some with a skill, some
    frustrated customers."""
    dice = random.Random(SEED + first)
    for number in range(first, first + count):
        skilled = dice.random() < 0.3
        item = Item(
            id=f"{number % partitions}:{1_000_000 + number}",
            conversation=f"web-{SEED:x}-{number:08d}",
            partition=number % partitions,
            pool=dice.choice(_PLAIN),
            channel=dice.choice(("chat", "email")),
            language=dice.choice(("fr", "fr", "en")),
            skills=(("refunds", 2),) if skilled else (),
            priority=dice.choice(("normal", "normal", "high")),
            severity=dice.choice((0.1, 0.2, 0.3, 0.8)),
            tier=dice.choice(("", "", "gold")),
            opened_at=now - 10 * (first + count - number),
            since=now - 10 * (first + count - number),
            life=HOUR_MS,
        )
        yield Placed(item, lane(item, now, POLICY), rank(item, now, POLICY))


def held(now: int) -> Iterator[Placed]:
    """The works of agents who have their hands full: four each, of 25 of their 100."""
    for number in range(4 * AGENTS):
        item = Item(
            id=f"{number % PARTITIONS}:{number}",
            conversation=f"held-{SEED:x}-{number:08d}",
            partition=number % PARTITIONS,
            pool=_PLAIN[number % AGENTS % len(_PLAIN)],
            channel="chat",
            severity=0.5,
            opened_at=now - HOUR_MS,
            attempt=1,
            agent=name(number),
            token=number + 1,
        )
        yield Placed(item)


def name(number: int) -> str:
    """Of an agent; after the last comes the first again."""
    return f"agent-{number % AGENTS:04d}"


def presences() -> Iterator[Presence]:
    """All agents come to work: one pool each, two in three speak French only, one in three has the skill."""
    for number in range(AGENTS):
        yield Presence(
            f"here-{number}",
            name(number),
            "available",
            pools=(_PLAIN[number % len(_PLAIN)],),
            languages=("fr", "en") if number % 3 == 0 else ("fr",),
            skills={"refunds": 3} if number % 3 == 1 else {},
            capacity=100,
        )
