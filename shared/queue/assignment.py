"""The life of an assignment: a work that an agent has accepted and the book has given."""

from typing import Literal

from shared.policy.model import Policy
from shared.queue.eligibility import silent
from shared.queue.machine import By, Machine, Never
from shared.queue.values import Agent, Held

State = Literal["active", "on_hold", "grace", "wrapping", "closed", "given_back"]
Event = Literal[
    "hold",
    "resume",
    "fall_silent",
    "come_back",
    "lose_tool",
    "release",
    "transfer",
    "close",
    "close_at_once",
    "wrap_up",
]
"""`fall_silent`: the agent's tool is not heard of. `lose_tool`: nor has it been during the grace.
A command of the agent counts even in the grace: the token proves the assignment, not the tool."""

ASSIGNMENT: Machine[State, Event] = Machine(
    start="active",
    steps={
        ("active", "hold"): "on_hold",
        ("active", "fall_silent"): "grace",
        ("active", "release"): "given_back",
        ("active", "transfer"): "given_back",
        ("active", "close"): "wrapping",
        ("active", "close_at_once"): "closed",
        ("on_hold", "resume"): "active",
        ("on_hold", "fall_silent"): "grace",
        ("on_hold", "release"): "given_back",
        ("on_hold", "transfer"): "given_back",
        ("on_hold", "close"): "wrapping",
        ("on_hold", "close_at_once"): "closed",
        ("grace", "come_back"): "active",
        ("grace", "lose_tool"): "given_back",
        ("grace", "release"): "given_back",
        ("grace", "transfer"): "given_back",
        ("grace", "close"): "wrapping",
        ("grace", "close_at_once"): "closed",
        ("wrapping", "wrap_up"): "closed",
    },
    deadlines={
        "active": By("`presence.stale_after` without a sign of the agent's tool", "fall_silent"),
        "on_hold": By("`presence.stale_after` without a sign of the agent's tool", "fall_silent"),
        "grace": By("`presence.grace`", "lose_tool"),
        "wrapping": By("`wrap_up.time`, once more if the agent asks", "wrap_up"),
        "closed": Never("it is over"),
        "given_back": Never("it is over; the work waits again"),
    },
)
step = ASSIGNMENT.step


def state_of(held: Held, agent: Agent, now: int, policy: Policy) -> State:
    """The state of what an agent holds; not of what is only offered."""
    if held.as_ == "wrapping":
        return "wrapping"
    if silent(agent, now, policy):
        return "grace"
    return "on_hold" if held.turn == "hold" else "active"
