"""R1: what a pipelined call of a script costs when the script does next to nothing."""

import time
from typing import NamedTuple

from redis import Redis

LUA = "return redis.call('HINCRBY', KEYS[1], ARGV[1], 1)"
PIPELINE, CALLS = 64, 6400


class Spent(NamedTuple):
    """For one call, in µs: CPU of this process, and time by the clock."""

    cpu: float
    wall: float


def evalsha(url: str, key: str) -> Spent:
    """`CALLS` calls, `PIPELINE` in a round trip; `key` is removed in the end."""
    with Redis.from_url(url) as server:
        sha = server.script_load(LUA)
        began = time.thread_time(), time.perf_counter()
        for call in range(0, CALLS, PIPELINE):
            pipe = server.pipeline(transaction=False)
            for number in range(call, call + PIPELINE):
                pipe.evalsha(str(sha), 1, key, str(number % 100))
            pipe.execute()
        used = time.thread_time() - began[0], time.perf_counter() - began[1]
        server.delete(key)
    return Spent(*(1e6 * one / CALLS for one in used))
