"""Which messages are late, and by which rule. Values in, values out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from shared.contracts.ledger import Entry, Gap, Moved, Quarantined, Routed

Rule = Literal["silence", "patience", "bot_late"]


@dataclass(frozen=True, slots=True)
class Deadlines:
    """In seconds; see the settings."""

    silence: float
    patience: float
    bot: float
    start_grace: float


class Clocks(NamedTuple):
    """Monotonic seconds: when the partition was opened, and when its book last showed the router at work."""

    opened: float
    moved: float


class Seen(NamedTuple):
    """An unsettled message: when it was first seen here, when it was seen to be routed to the bot (`None`: it
    is not routed), and whether it is the canary."""

    since: float
    routed: float | None = None
    canary: bool = False


def of_router(entry: Entry) -> bool:
    """Whether the entry shows the router at work. Nothing else does: agents go on without it, and what goes
    to people because it is silent must not make it seem to speak."""
    return isinstance(entry, Routed | Quarantined | Moved | Gap)


def rule_for(seen: Seen, clocks: Clocks, deadlines: Deadlines, now: float) -> Rule | None:
    """The rule that says the message is late, if one does.

    `patience` and `silence` are about the router; after this service's own start both leave it
    time to catch up with what was waiting. Nobody takes the canary, however much the book moves.
    """
    if seen.routed is not None:
        return "bot_late" if now - seen.routed >= deadlines.bot else None
    if now - max(seen.since, clocks.opened) >= deadlines.patience:
        return "patience"
    quiet_since = seen.since if seen.canary else max(seen.since, clocks.moved)
    silent = now - quiet_since >= deadlines.silence and now - clocks.opened >= deadlines.start_grace
    return "silence" if silent else None


def late(messages: Mapping[int, Seen], clocks: Clocks, deadlines: Deadlines, now: float) -> dict[int, Rule]:
    """The late messages by inbound offset."""
    rules = {offset: rule_for(seen, clocks, deadlines, now) for offset, seen in messages.items()}
    return {offset: rule for offset, rule in rules.items() if rule is not None}


class Handover(NamedTuple):
    """A conversation to hand over with these messages, oldest first."""

    conversation: str
    offsets: tuple[int, ...]
    rule: Rule


def handovers(late_ones: Mapping[int, Rule], conversations: Mapping[int, str]) -> list[Handover]:
    """Each conversation with a late message goes with everything of it that is unsettled, so that
    its messages stay together and in order. `conversations` names those of all unsettled messages.
    """
    rules: dict[str, Rule] = {}
    for offset in sorted(late_ones):
        if offset in conversations:
            rules.setdefault(conversations[offset], late_ones[offset])
    members: dict[str, list[int]] = {conversation: [] for conversation in rules}
    for offset in sorted(conversations):
        if conversations[offset] in members:
            members[conversations[offset]].append(offset)
    return [Handover(name, tuple(offsets), rules[name]) for name, offsets in members.items()]


def oldest(messages: Iterable[Seen]) -> float | None:
    """When the oldest of these was first seen."""
    return min((seen.since for seen in messages), default=None)
