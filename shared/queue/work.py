"""The life of a work: a conversation that needs a person, until it is closed."""

from typing import Literal

from shared.queue.machine import By, Machine, Never
from shared.queue.values import Item

State = Literal[
    "queued", "offered", "assigned", "waiting_customer", "wrapping", "closed", "deferred", "abandoned"
]
Event = Literal[
    "offer",
    "go_back",
    "assign",
    "reply",
    "customer_writes",
    "hold",
    "release",
    "transfer",
    "overflow",
    "defer",
    "open",
    "close",
    "close_at_once",
    "wrap_up",
    "abandon",
]
"""`go_back`: all its offers have ended. `assign`: the book says so. `hold`: the agent waits for somebody
else, or does so no more. `close_at_once`: with nothing left to wrap up. `abandon`: the customer needs
nobody any more."""

WORK: Machine[State, Event] = Machine(
    start="queued",
    steps={
        ("queued", "offer"): "offered",
        ("queued", "assign"): "assigned",
        ("queued", "customer_writes"): "queued",
        ("queued", "overflow"): "queued",
        ("queued", "defer"): "deferred",
        ("queued", "abandon"): "abandoned",
        ("offered", "go_back"): "queued",
        ("offered", "overflow"): "queued",
        ("offered", "assign"): "assigned",
        ("offered", "customer_writes"): "offered",
        ("offered", "defer"): "deferred",
        ("offered", "abandon"): "abandoned",
        ("assigned", "reply"): "waiting_customer",
        ("assigned", "customer_writes"): "assigned",
        ("assigned", "hold"): "assigned",
        ("assigned", "release"): "queued",
        ("assigned", "transfer"): "queued",
        ("assigned", "close"): "wrapping",
        ("assigned", "close_at_once"): "closed",
        ("waiting_customer", "reply"): "waiting_customer",
        ("waiting_customer", "customer_writes"): "assigned",
        ("waiting_customer", "hold"): "assigned",
        ("waiting_customer", "release"): "queued",
        ("waiting_customer", "transfer"): "queued",
        ("waiting_customer", "close"): "wrapping",
        ("waiting_customer", "close_at_once"): "closed",
        ("wrapping", "wrap_up"): "closed",
        ("deferred", "open"): "queued",
        ("deferred", "overflow"): "queued",
        ("deferred", "assign"): "assigned",
        ("deferred", "customer_writes"): "deferred",
        ("deferred", "abandon"): "abandoned",
    },
    deadlines={
        "queued": By("`pools.*.overflow_after`; besides, every sweep looks for an agent", "overflow"),
        "offered": By("`offers.life`", "go_back"),
        "assigned": By("`presence.stale_after` and `grace` without a sign of the agent's tool", "release"),
        "waiting_customer": By("the same: the agent's tool must be there to hear the customer", "release"),
        "wrapping": By("`wrap_up.time`, once more if the agent asks", "wrap_up"),
        "deferred": By("when its pool opens, `pools.*.hours`", "open"),
        "closed": Never("it is over; what the customer writes next is a new work"),
        "abandoned": Never("it is over; what the customer writes next is a new work"),
    },
)
step = WORK.step


def state_of(item: Item, offered: bool, now: int) -> State:
    """The state of an open work; `offered`: somebody has it on the table."""
    if item.agent:
        return "waiting_customer" if item.turn == "customer" else "assigned"
    if offered:
        return "offered"
    return "deferred" if item.opens_at > now else "queued"
