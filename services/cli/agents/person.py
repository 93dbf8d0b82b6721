"""What a simulated agent is like and does. Pure: all chance comes from the seed and from what it is about, so
the same seed decides the same about the same records, whatever came before or between."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Literal

Choice = Literal["accept", "decline", "lapse"]
LANGUAGES = (((), 0.5), (("fr",), 0.3), (("en",), 0.2))
"""None: every language."""
DISPOSITIONS = ("solved", "information", "forwarded", "other")
BREAK = 0.25
"""Of a shift, between two."""


def dice(seed: int, *about: object) -> float:
    """A number in [0, 1) that depends on nothing but these."""
    said = "\0".join(map(str, (seed, *about))).encode()
    return int.from_bytes(blake2b(said, digest_size=8).digest(), "big") / 2**64


@dataclass(frozen=True, slots=True)
class Habits:
    """Shares are of 1, times in seconds of the simulated people, who live `speed` times as fast."""

    seed: int = 1
    declines: float = 0.1
    lapses: float = 0.02
    lost: float = 0.02
    transfers: float = 0.03
    shift: float = 240 * 60
    speed: float = 1.0
    lost_for: float = 240.0
    """The longest silence of a lost tool, in real seconds: the house counts in those."""

    @property
    def heartbeat(self) -> float:
        """Real seconds between two presences of an agent; never under 2."""
        return max(2.0, 20.0 / self.speed)


@dataclass(frozen=True, slots=True)
class Person:
    """Who an agent is. `pace`: how much slower than others; `phase`: where in the first shift they begin."""

    name: str
    pools: tuple[str, ...]
    languages: tuple[str, ...]
    skills: dict[str, int] = field(default_factory=dict)
    pace: float = 1.0
    phase: float = 0.0


def person(number: int, seed: int, pools: Sequence[str], skills: Sequence[str] = ()) -> Person:
    """The agent of this number; the first can do everything, so that everything can be done."""
    name = f"sim-{seed}-{number}"
    if number == 0:
        return Person(name, tuple(pools), (), dict.fromkeys(skills, 10), phase=dice(seed, name, "phase"))
    home = pools[int(dice(seed, name, "home") * len(pools))]
    own = tuple(pool for pool in pools if pool == home or dice(seed, name, pool) < 0.5)
    levels = {skill: 1 + int(dice(seed, name, skill, "level") * 10) for skill in skills}
    return Person(
        name,
        own,
        _pick(LANGUAGES, dice(seed, name, "language")),
        {skill: level for skill, level in levels.items() if dice(seed, name, skill) < 0.5},
        0.6 + dice(seed, name, "pace"),
        dice(seed, name, "phase"),
    )


def _pick(shares: Sequence[tuple[tuple[str, ...], float]], drawn: float) -> tuple[str, ...]:
    for found, share in shares:
        drawn -= share
        if drawn < 0:
            return found
    return shares[-1][0]


def on_shift(who: Person, habits: Habits, elapsed: float) -> bool:
    """Whether the agent works `elapsed` real seconds after the start. Everybody does then."""
    lived = who.phase * habits.shift + elapsed * habits.speed
    return lived % (habits.shift * (1 + BREAK)) < habits.shift


def choice(who: Person, habits: Habits, work: str, times: int) -> Choice:
    """What becomes of the offer of a work that was offered to the agent `times` before."""
    drawn = dice(habits.seed, who.name, work, "offer", times)
    if drawn < habits.declines:
        return "decline"
    return "lapse" if drawn < habits.declines + habits.lapses else "accept"


def within(who: Person, habits: Habits, low: float, high: float, *about: object) -> float:
    """Real seconds that something takes this agent, who needs between `low` and `high` of their own."""
    drawn = dice(habits.seed, who.name, "time", *about)
    return (low + drawn * (high - low)) * who.pace / habits.speed


def gets_lost(who: Person, habits: Habits, work: str, attempt: int) -> float:
    """For how many real seconds the agent's tool is lost after taking this work; 0: it is not."""
    if dice(habits.seed, who.name, work, "lost", attempt) >= habits.lost:
        return 0.0
    return habits.lost_for * (0.1 + 0.9 * dice(habits.seed, who.name, work, "lost for", attempt))


def passes_on(who: Person, habits: Habits, work: str, attempt: int, pools: Sequence[str]) -> str:
    """The pool to which the agent transfers this work; empty: none."""
    if not pools or dice(habits.seed, who.name, work, "transfer", attempt) >= habits.transfers:
        return ""
    return pools[int(dice(habits.seed, who.name, work, "to", attempt) * len(pools))]


def says_at_once(who: Person, habits: Habits, work: str) -> bool:
    """Whether the agent says what it was about when closing, and not in a wrap-up."""
    return dice(habits.seed, who.name, work, "at once") < 0.6


def about(who: Person, habits: Habits, work: str) -> tuple[str, bool]:
    """What the agent says a work was about, and whether it was resolved."""
    drawn = dice(habits.seed, who.name, work, "about")
    return DISPOSITIONS[int(drawn * len(DISPOSITIONS))], dice(habits.seed, work, "solved") < 0.85
