"""How two queues are compared: by what they must agree on, all but times and revisions; and whether offers
leave everybody within what they can take."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from shared.policy.model import Policy
from shared.queue.capacity import load
from shared.queue.values import Item, Offer, Told, View


def seen_in(offers: list[Offer], view: View, other: View) -> list[Offer]:
    """The offers decided on one view, with the revisions of the other."""
    works = revisions(other)
    shift = {name: other.agents[name].revision - view.agents[name].revision for name in view.agents}
    return [
        replace(
            offer,
            revision=works[offer.work],
            agents=tuple((agent, revision + shift[agent]) for agent, revision in offer.agents),
        )
        for offer in offers
    ]


def revisions(view: View) -> dict[str, int]:
    return {waiting.item.id: waiting.revision for lane_ in view.lanes for waiting in lane_}


def about(told: Told) -> tuple[str, ...]:
    return (told.type, told.work, told.agent, told.why)


def plain(view: View) -> Any:
    """What both must agree on: all but times and revisions."""
    lanes = sorted(
        str([(w.item, w.rounds, sorted((a, p.times) for a, p in w.passed.items())) for w in lane_])
        for lane_ in view.lanes
    )
    people = {
        name: (
            a.status,
            a.pools if a.capacity or a.pools else (),
            a.capacity if a.status != "offline" else 0,
            len(a.assigned),
            a.severe_in_a_row,
            a.missed_in_a_row,
            sorted(a.held, key=lambda held: held.work),
        )
        for name, a in view.agents.items()
    }
    return lanes, people


def check_room(view: View, offers: list[Offer], items: Mapping[str, Item], rules: Policy) -> None:
    """Nobody is offered more than they have room for, of what they may get. However upset the customer, a
    work fits whoever has nothing else and room for a calm one."""
    more: Counter[str] = Counter()
    for offer in offers:
        item = items[offer.work]
        calm = int(item.channel[1:])
        for agent, _ in offer.agents:
            known = view.agents[agent]
            assert known.status == "available"
            felt = calm * (1 + rules.capacity.emotional * item.severity)
            more[agent] += min(felt, max(calm, known.capacity))
    for agent, cost in more.items():
        known = view.agents[agent]
        assert load(known, view.now, rules) + cost <= known.capacity + 1e-6
