"""Every fault there is: whom it may strike, how long it lasts, how often it is chosen. Values only."""

from __future__ import annotations

from typing import NamedTuple

from shared.runtime.failpoints import PLACES
from tests.kit.house import SERVICES

SESSION = 2.0
"""Seconds after which Kafka gives up on an instance, in a house under attack."""


class Fault(NamedTuple):
    """`targets`: what it may strike. `seconds`: the shortest and the longest it lasts (equal: it is over at
    once). `details`: one of these goes with it."""

    summary: str
    targets: tuple[str, ...]
    seconds: tuple[float, float] = (0.0, 0.0)
    details: tuple[str, ...] = ("",)
    weight: int = 4


ANY = tuple(f"{service}-{number}" for service in SERVICES for number in (1, 2))
"""One of the two instances of a service."""
SECOND = tuple(f"{service}-2" for service in SERVICES)
"""The instances that reach Kafka through a proxy of their own."""
LINKS = (*SECOND, "dispatcher-2/redis")
BOTH = tuple(service for service in SERVICES if service != "fallback")
KAFKA, REDIS, DOOR = ("kafka",), ("redis",), ("door",)

FAULTS: dict[str, Fault] = {
    # processes
    "kill": Fault("SIGKILL", ANY, weight=10),
    "pause": Fault("frozen for less than the session time-out", ANY, (0.3, 0.7 * SESSION)),
    "zombie": Fault(
        "frozen for longer than the session time-out, then awake again", ANY, (1.5 * SESSION, 7.0)
    ),
    "absent": Fault("both instances down", BOTH, (5.0, 20.0)),
    "restart": Fault("stopped politely and started again", ANY),
    "failpoint": Fault(
        "kills itself at a named place of its code",
        ANY,
        details=tuple(
            f"{place}:{hit}:exit" for place in PLACES for hit in ((1,) if "in_" in place else (1, 2, 5))
        ),
        weight=10,
    ),
    "stopped": Fault(
        "stops itself with its result in hand, and goes on when others have taken over",
        ANY,
        (2 * SESSION, 7.0),
        details=("before_send:2:stop", "after_decode:2:stop", "after_ack:2:stop"),
    ),
    "blocked": Fault(
        "its event loop blocked", ANY, details=("after_decode:2:delay=4", "after_poll:2:delay=1")
    ),
    "descriptors": Fault("may open no more files", ANY, (2.0, 4.0), weight=2),
    "memory": Fault("gets no more memory", ANY, (2.0, 4.0), weight=2),
    "clock": Fault("started again with a wrong clock", ANY, details=("3600", "-3600"), weight=2),
    "storm": Fault("killed again and again", ANY, (4.0, 8.0), weight=2),
    "starved": Fault("gets a tenth of the time", ANY, (3.0, 6.0)),
    "mute": Fault("started again with its log on a full disk", ANY, weight=1),
    # the bot, and what channels publish
    "bot": Fault(
        "the HTTP bot is not well",
        ("bot-2",),
        (2.0, 6.0),
        details=("hangs", "late", "errors", "odd", "another's"),
    ),
    "odd": Fault("every odd record there is, at once", DOOR, weight=1),
    "poison": Fault("nothing but garbage", DOOR, weight=1),
    "burst": Fault("120 messages of one customer at once", DOOR, weight=1),
    "tool": Fault(
        "an agent's tool, or everybody's, dies with work in hand and comes back",
        ("agents",),
        (3.0, 9.0),
        details=("ana", "ben", "chloe", "all"),
    ),
    # what lies in Kafka
    "forget": Fault("both instances killed and their group's offsets deleted", BOTH, (1.0, 2.0), weight=2),
    "retention": Fault("what all have read of inbound is deleted", KAFKA, weight=1),
    "echo": Fault("late entries of a zombie: old ones again, answers and assignments too late", KAFKA),
    # network
    "latency": Fault("every packet late", LINKS, (2.0, 5.0), details=("200±100",)),
    "cut": Fault("nothing passes", LINKS, (1.0, 6.0), details=("both", "up", "down")),
    "lost": Fault("requests arrive, responses are lost", LINKS, (1.0, 4.0)),
    "narrow": Fault("64 KB a second", LINKS, (2.0, 5.0), details=("65536",)),
    "resets": Fault("connections reset every half second", LINKS, (1.5, 4.0)),
    # servers
    "kafka_freeze": Fault("Kafka frozen", KAFKA, (1.0, 4.0), weight=1),
    "kafka_restart": Fault("Kafka stopped and started", KAFKA, (0.5, 3.0), weight=1),
    "redis_kill": Fault("Redis killed, comes back empty", REDIS, (0.2, 2.0), weight=2),
    "redis_flush": Fault("Redis emptied", REDIS, weight=2),
    "redis_rollback": Fault("Redis back as it was some seconds ago", REDIS, (1.0, 6.0), weight=2),
    "redis_freeze": Fault("Redis frozen", REDIS, (1.0, 4.0), weight=2),
    "redis_scripts": Fault("Redis forgets its scripts", REDIS, weight=1),
    "redis_full": Fault("Redis out of memory, evicting nothing", REDIS, (1.0, 3.0), weight=1),
}
LONG = ("kafka_restart", "absent", "storm", "starved", "tool", "bot", "odd", "burst", "mute")
SHORT = tuple(name for name in FAULTS if name not in LONG)
"""What leaves a run of a few seconds enough time to heal."""
GENTLE = ("pause", "latency", "narrow", "echo", "redis_flush", "redis_scripts", "redis_freeze", "resets")
"""What kills nobody, so that memory can be watched."""
