"""The agents of a scenario as persons: what they do with what their tools tell them."""

from dataclasses import dataclass
from random import Random

from services.cli.queue.arrivals import DAY, HOUR, spans
from services.cli.queue.scenario import Group, Scenario
from shared.contracts.agents import Presence


@dataclass
class Person:
    """One agent."""

    name: str
    group: Group
    status: str = "offline"
    lost_until: int = 0
    """Their tool is silent until then (ms)."""

    def says(self, back: bool = False) -> Presence:
        """What the tool tells of them."""
        group = self.group
        return Presence(
            "presence",
            self.name,
            self.status,  # type: ignore[arg-type]
            group.pools,
            group.languages,
            dict(group.skills),
            group.capacity,
            back,
        )

    def silent(self, now: int) -> bool:
        """Whether their tool is lost."""
        return now < self.lost_until


def persons(scenario: Scenario) -> dict[str, Person]:
    """All agents by name: that of the group, numbered if there are several."""
    named = (
        (name if group.count == 1 else f"{name}-{number + 1}", group)
        for name, group in scenario.agents.items()
        for number in range(group.count)
    )
    return {name: Person(name, group) for name, group in named}


def changes(person: Person, start: int, length: int) -> list[tuple[int, str]]:
    """When (ms) the person's status becomes what, over the whole scenario."""
    found: list[tuple[int, str]] = []
    since, until = spans(person.group.shift)
    for day in range(start, start + length, DAY):
        found.append((day + since, "available"))
        for pause in person.group.breaks:
            begins, ends = spans(pause)
            found += [(day + begins, "busy"), (day + ends, "available")]
        if until - since < DAY:
            found.append((day + until, "drain"))
    return sorted(found)


def losses(person: Person, seed: int, start: int, length: int) -> list[tuple[int, int]]:
    """When the person's tool is lost, and until when (ms)."""
    chance, found = Random(f"{seed}/lost/{person.name}"), []
    at = float(start)
    while person.group.lost_per_hour:
        at += chance.expovariate(person.group.lost_per_hour) * HOUR
        if at >= start + length:
            break
        until = at + max(1.0, chance.expovariate(1) * person.group.lost_for * 1000)
        found.append((int(at), int(until)))
        at = until
    return found


@dataclass(frozen=True)
class Reaction:
    """What a person does with an offer."""

    does: str
    """`accept`, `decline` or `ignore`."""
    after: int
    """In ms."""


def reaction(person: Person, work: str, time: int, seed: int) -> Reaction:
    """To the offer number `time` of this work to this person: the same under every policy."""
    group = person.group
    if not (group.declines or group.ignores or group.accepts):
        return Reaction("accept", 0)
    chance = Random(f"{seed}/{person.name}/{work}/{time}")
    number, after = chance.random(), round(chance.expovariate(1) * group.accepts * 1000)
    if number < group.ignores:
        return Reaction("ignore", 0)
    return Reaction("decline" if number < group.ignores + group.declines else "accept", after)
