"""The broken builds by name: what is wrong with each, what it is attacked with, and who should notice."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tests.chaos.broken import astray, patches
from tests.chaos.faults.catalogue import ANY


class Build(NamedTuple):
    """`by`: the judgement that must notice; `faults`: the attack that is told to find it, in every run, on
    all but those who are `spared`; `seconds` are of one run."""

    mistake: str
    by: str
    break_it: Callable[[], None]
    faults: tuple[str, ...]
    seconds: float = 12.0
    spared: tuple[str, ...] = ()


GENERAL = ("kill", "pause", "zombie", "stopped", "failpoint", "echo", "redis_flush", "resets", "forget")
OTHERS = tuple(label for label in ANY if not label.startswith("router"))

BUILDS: dict[str, Build] = {
    "default_ack": Build(
        "positions are committed as soon as records are read", "commit safety", patches.default_ack, GENERAL
    ),
    "commit_first": Build(
        "positions are committed before the acknowledgement", "commit safety", patches.commit_first, GENERAL
    ),
    "no_epoch": Build("a bot's answer counts however late it comes", "accounted", patches.no_epoch, GENERAL),
    "redis_claim": Build("a claim in Redis decides, not the book", "accounted", patches.redis_claim, GENERAL),
    "no_fallback": Build(
        "there is no contingency plan", "liveness", patches.no_fallback, ("absent", "kill", "pause"), 20.0
    ),
    "latest": Build(
        "without a committed position reading begins at the end", "commit safety", patches.latest, GENERAL
    ),
    "fresh_keys": Build("every send of a reply has a key of its own", "repeats", patches.fresh_keys, GENERAL),
    "no_sweep": Build(
        "the bot keeps what it had when people take over", "accounted", patches.no_sweep, GENERAL
    ),
    "any_order": Build("the bot answers the newest message first", "order", patches.any_order, GENERAL),
    "no_duplicates": Build(
        "a message that is sent again is a new one", "accounted", patches.no_duplicates, GENERAL
    ),
    "two_holders": Build(
        "a work that somebody holds can be taken", "single holder", patches.two_holders, GENERAL
    ),
    "text_hash": Build("quarantine hashes the text, not the bytes", "quarantine", patches.text_hash, GENERAL),
    "leak": Build("the log of a failure quotes the message", "hygiene", patches.leak, GENERAL),
    "swallow": Build(
        "a failed send is logged and passed over",
        "commit safety",
        patches.swallow,
        ("cut", "lost", *GENERAL),
        20.0,
    ),
    "book_first": Build(
        "the book says quarantined before operations are told",
        "quarantine",
        patches.book_first,
        ("failpoint", "poison"),
        20.0,
        OTHERS,
    ),
    "wrong_conversation": Build(
        "now and then an answer goes to another conversation", "accounted", astray.wrong_conversation, GENERAL
    ),
    "quarantine_all": Build(
        "now and then a readable message is quarantined", "quarantine", astray.quarantine_all, GENERAL
    ),
    "agent_twice": Build(
        "a person's reply is sent again under a fresh key", "repeats", astray.agent_twice, GENERAL
    ),
}
