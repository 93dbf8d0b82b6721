"""R1: what a pipelined call of a script costs when the script does next to nothing."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from redis import Redis

LUA = "return redis.call('HINCRBY', KEYS[1], ARGV[1], 1)"
PIPELINE, CALLS = 64, 6400


class Spent(NamedTuple):
    """For one call, in µs: CPU of this process, and time by the clock."""

    cpu: float
    wall: float


@contextmanager
def pipelines(url: str, key: str) -> Iterator[Callable[[], None]]:
    """Something that makes `PIPELINE` calls in a round trip. `key` is removed in the end."""
    with Redis.from_url(url) as server:
        sha = str(server.script_load(LUA))

        def run() -> None:
            pipe = server.pipeline(transaction=False)
            for number in range(PIPELINE):
                pipe.evalsha(sha, 1, key, str(number))
            pipe.execute()

        yield run
        server.delete(key)


def evalsha(url: str, key: str) -> Spent:
    """`CALLS` calls, `PIPELINE` in a round trip; `key` is removed in the end."""
    with pipelines(url, key) as run:
        began = time.thread_time(), time.perf_counter()
        for _ in range(CALLS // PIPELINE):
            run()
        used = time.thread_time() - began[0], time.perf_counter() - began[1]
    return Spent(*(1e6 * one / CALLS for one in used))
