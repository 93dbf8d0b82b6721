"""Named places where tests let a service die, stop or dawdle. Off, and then without effect or cost,
unless the environment names one:

    RELAIS_FAILPOINT=before_send:3:exit        the third time this place is reached, the process kills itself
    RELAIS_FAILPOINT=after_ack:1:stop          it stops itself (SIGSTOP) until somebody sends SIGCONT
    RELAIS_FAILPOINT=after_poll:5:delay=20     it blocks for 20 s

Several are separated by commas. Each acts once in the life of a process.
"""

import os
import signal
import time
from collections.abc import Callable
from typing import Literal, NamedTuple, get_args

from shared.contracts.errors import UserMistake

Place = Literal[
    "after_poll",
    "after_decode",
    "before_send",
    "after_send",
    "after_ack",
    "after_commit",
    "in_revoke",
    "in_assign",
]
"""In the order of a batch's way. `after_send`: handed to the client, not acknowledged; whether the broker
has it is unknown. `after_ack`: written and not committed."""
PLACES: tuple[str, ...] = get_args(Place)
VARIABLE = "RELAIS_FAILPOINT"


class Failpoint(NamedTuple):
    """What is to happen when `place` is reached for the `hit`-th time; `seconds` are of a delay."""

    place: str
    hit: int
    action: Literal["exit", "stop", "delay"]
    seconds: float = 0.0


def parse(text: str) -> tuple[Failpoint, ...]:
    """The failpoints in a variable's value; raises `UserMistake` for one that could never act."""
    return tuple(_one(part.strip()) for part in text.split(",") if part.strip())


def _one(text: str) -> Failpoint:
    place, hit, action, seconds = _parts(text)
    if place not in PLACES or not hit.isdigit() or int(hit) < 1:
        raise _wrong(text)
    if action == "delay" and seconds.replace(".", "", 1).isdigit():
        return Failpoint(place, int(hit), "delay", float(seconds))
    if action in ("exit", "stop") and not seconds:
        return Failpoint(place, int(hit), action)  # type: ignore[arg-type]
    raise _wrong(text)


def _parts(text: str) -> tuple[str, str, str, str]:
    place, _, rest = text.partition(":")
    hit, _, act = rest.partition(":")
    action, _, seconds = act.partition("=")
    return place, hit, action, seconds


def _wrong(text: str) -> UserMistake:
    return UserMistake(
        f"{VARIABLE}: {text!r} is no failpoint; write PLACE:HIT:ACTION with a place of {', '.join(PLACES)}, "
        "a hit from 1 and an action of exit, stop, delay=SECONDS"
    )


def _off(place: Place) -> None:
    """Nothing is to happen anywhere."""


def counting(points: tuple[Failpoint, ...], do: Callable[[Failpoint], None]) -> Callable[[Place], None]:
    """What to call at every place: counts, and calls `do` when a failpoint's hit has come."""
    hits = dict.fromkeys(PLACES, 0)

    def reached(place: Place) -> None:
        hits[place] += 1
        for point in points:
            if (point.place, point.hit) == (place, hits[place]):
                do(point)

    return reached


def _act(point: Failpoint) -> None:
    if point.action == "delay":
        time.sleep(point.seconds)
    else:
        os.kill(os.getpid(), signal.SIGKILL if point.action == "exit" else signal.SIGSTOP)


reach: Callable[[Place], None] = _off
"""Called by the driver and the sender at every place."""


def install(environment: dict[str, str] | None = None) -> None:
    """Arm what the environment names; raises `UserMistake`. The caller of `reach` must look it up in this
    module, so that a service without failpoints calls an empty function."""
    global reach  # noqa: PLW0603
    points = parse((os.environ if environment is None else environment).get(VARIABLE, ""))
    reach = counting(points, _act) if points else _off
