"""The one place where a service reads the time of day for what it writes (log lines have their own). Nothing
is decided by it: outcomes hang on offsets, deadlines on the monotonic clock, times of messages and of the
book on the broker's clock."""

import os
import time

from shared.contracts.errors import UserMistake

VARIABLE = "RELAIS_CLOCK_OFFSET"
_offset_ms = 0


def install(environment: dict[str, str] | None = None) -> None:
    """Let this process's clock be wrong by the seconds that `RELAIS_CLOCK_OFFSET` says, as tests want it;
    raises `UserMistake`."""
    global _offset_ms  # noqa: PLW0603
    told = (os.environ if environment is None else environment).get(VARIABLE) or "0"
    try:
        _offset_ms = int(float(told) * 1000)
    except (ValueError, OverflowError):
        raise UserMistake(f"{VARIABLE}: {told!r} is no number of seconds") from None


def wall_ms() -> int:
    """Milliseconds since 1970."""
    return int(time.time() * 1000) + _offset_ms
