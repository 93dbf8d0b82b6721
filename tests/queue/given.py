"""Short forms for the tests of the queue's rules: works, agents and policies, plain unless said otherwise."""

from typing import Any

from hypothesis import strategies as st

from shared.contracts.ledger import Priority
from shared.policy.model import Policy
from shared.queue.values import Agent, Held, Item, Passed, View, Waiting

NOW = 1_800_000_000_000
SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
RAMP = {"start": 2, "every": 10, "over": 120}
POOLS: dict[str, Any] = {
    "general": {"neighbours": ["billing"]},
    "billing": {},
    "technical": {"skills": {"router": 3}},
    "fallback": {},
}


def policy(**parts: Any) -> Policy:
    """A policy of these pools and this ramp, with other parts as they are by default."""
    capacity = {"ramp": RAMP} | parts.pop("capacity", {})
    return Policy.model_validate({"version": 1, "intents": {}, "pools": POOLS, "capacity": capacity} | parts)


POLICY = policy()


def item(name: str = "0:1", **fields: Any) -> Item:
    """A chat in the pool `general` that has just come."""
    began = fields.get("opened_at", NOW)
    plain: dict[str, Any] = {"conversation": f"c{name}", "partition": 0, "pool": "general", "channel": "chat"}
    return Item(id=name, **(plain | {"language": "fr", "opened_at": began, "since": began} | fields))


def waiting(name: str = "0:1", **fields: Any) -> Waiting:
    """A work that waits; fields of `Waiting` and of `Item`."""
    own = {key: fields.pop(key) for key in tuple(fields) if key in Waiting.__struct_fields__}
    return Waiting(own.pop("item", None) or item(name, **fields), **own)


def agent(name: str = "ann", **fields: Any) -> Agent:
    """An agent of `general` who speaks French, has been there for an hour and holds nothing."""
    plain: dict[str, Any] = {"status": "available", "pools": ("general",), "languages": ("fr",)}
    return Agent(id=name, **(plain | {"seen": NOW, "online_since": NOW - HOUR} | fields))


def held(work: str = "0:9", **fields: Any) -> Held:
    return Held(work=work, **({"channel": "chat"} | fields))


def view(lanes: list[Waiting] | list[list[Waiting]], *agents: Agent, now: int = NOW) -> View:
    """Works, each in a lane of its own or in these lanes, and agents."""
    several = tuple(tuple(lane) if isinstance(lane, list) else (lane,) for lane in lanes)
    return View(now, several, {known.id: known for known in agents})


def passed(**ago: int) -> dict[str, Passed]:
    """Agents who passed a work up once, so many ms ago."""
    return {name: Passed(1, NOW - before) for name, before in ago.items()}


LANGUAGES = st.sampled_from(["fr", "en", "und"])
CHANNELS = st.sampled_from(["chat", "voice", "email", "messaging"])
PRIORITIES: st.SearchStrategy[Priority] = st.sampled_from(["normal", "high", "urgent"])
SHARES = st.sampled_from([0.0, 0.3, 0.6, 1.0])
SKILLS = st.sampled_from([(), (("router", 3),), (("router", 5), ("refunds", 1))])
AGO = st.integers(0, 400 * SECOND)


def items(name: str = "0:1") -> st.SearchStrategy[Item]:
    """Any work that waits in a pool."""
    return st.builds(
        item,
        st.just(name),
        pool=st.sampled_from(["general", "billing", "technical"]),
        channel=CHANNELS,
        language=LANGUAGES,
        skills=SKILLS,
        priority=PRIORITIES,
        safety=st.booleans(),
        severity=SHARES,
        tier=st.sampled_from(["", "silver", "gold"]),
        contacts=st.integers(0, 9),
        transfers=st.integers(0, 3),
        opened_at=AGO.map(lambda ago: NOW - ago),
        due_at=st.integers(NOW - HOUR, NOW + HOUR),
        sla=st.sampled_from([0, 10 * MINUTE, HOUR]),
        sticky=st.sampled_from(["", "a0", "a1"]),
        sticky_until=st.integers(NOW - MINUTE, NOW + MINUTE),
        excluded=st.sampled_from([(), ("a0",), ("a1", "a2")]),
        at_once=st.integers(1, 3),
    )


HELD = st.builds(
    held,
    channel=CHANNELS,
    as_=st.sampled_from(["offered", "assigned", "wrapping"]),
    priority=PRIORITIES,
    severity=SHARES,
    turn=st.sampled_from(["ours", "customer", "hold"]),
    turn_at=st.integers(NOW - HOUR, NOW),
)


def agents(name: str) -> st.SearchStrategy[Agent]:
    """Any agent."""
    return st.builds(
        agent,
        st.just(name),
        status=st.sampled_from(["available", "available", "available", "busy", "offline"]),
        pools=st.sampled_from([("general",), ("billing",), ("technical", "general")]),
        languages=st.sampled_from([(), ("fr",), ("en", "fr")]),
        skills=st.sampled_from([(), (("router", 4),), (("router", 9), ("refunds", 2))]),
        capacity=st.sampled_from([20, 60, 100]),
        seen=st.sampled_from([NOW, NOW - 2 * MINUTE]),
        online_since=st.sampled_from([NOW - HOUR, NOW - 5 * SECOND]),
        last=AGO.map(lambda ago: NOW - ago),
        severe_in_a_row=st.integers(0, 4),
        held=st.lists(HELD, max_size=4).map(tuple),
        revision=st.integers(0, 99),
    )


PASSED = st.dictionaries(
    st.sampled_from(["a0", "a1", "a2"]),
    st.builds(Passed, st.integers(0, 6), AGO.map(lambda ago: NOW - ago)),
    max_size=3,
)


@st.composite
def views(draw: st.DrawFn, works: int = 5, people: int = 4) -> View:
    """Any works, each alone in its lane, and any agents, named a0, a1…"""
    some = [
        draw(
            st.builds(
                Waiting, items(f"0:{n}"), PASSED, st.integers(0, 4), round_at=AGO.map(lambda a: NOW - a)
            )
        )
        for n in range(draw(st.integers(0, works)))
    ]
    there = [draw(agents(f"a{n}")) for n in range(draw(st.integers(0, people)))]
    return view(some, *there)
