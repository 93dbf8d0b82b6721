"""The life of an offer: a work proposed to one agent, with an end."""

from typing import Literal

from shared.queue.machine import By, Machine, Never

State = Literal[
    "pending", "accepted", "rejected", "timeout", "canceled", "rescinded", "wrapping", "completed"
]
Event = Literal[
    "accept",
    "decline",
    "time_out",
    "cancel",
    "rescind",
    "give_back",
    "close",
    "close_at_once",
    "wrap_up",
]
"""`cancel`: the work went away. `rescind`: somebody else has it, or the agent's tool is lost.
`give_back`: what became of it, the assignment, ends without a close."""

_OVER = Never("it is over")
OFFER: Machine[State, Event] = Machine(
    start="pending",
    steps={
        ("pending", "accept"): "accepted",
        ("pending", "decline"): "rejected",
        ("pending", "time_out"): "timeout",
        ("pending", "cancel"): "canceled",
        ("pending", "rescind"): "rescinded",
        ("accepted", "accept"): "accepted",
        ("accepted", "decline"): "rejected",
        ("accepted", "time_out"): "timeout",
        ("accepted", "cancel"): "canceled",
        ("accepted", "rescind"): "rescinded",
        ("accepted", "give_back"): "completed",
        ("accepted", "close"): "wrapping",
        ("accepted", "close_at_once"): "completed",
        ("wrapping", "wrap_up"): "completed",
    },
    deadlines={
        "pending": By("`offers.life`", "time_out"),
        "accepted": By(
            "10 s, if the book has not made it an assignment, which has its own deadline", "time_out"
        ),
        "wrapping": By("`wrap_up.time`, once more if the agent asks", "wrap_up"),
        "rejected": _OVER,
        "timeout": _OVER,
        "canceled": _OVER,
        "rescinded": _OVER,
        "completed": _OVER,
    },
)
step = OFFER.step
