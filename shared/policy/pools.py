"""What must hold between the pools of a policy. Each mistake names the setting and the pool."""

from collections.abc import Iterator, Mapping

from shared.policy.queue import Pool


def mistakes(pools: Mapping[str, Pool], fallback: str) -> Iterator[str]:
    """The mistakes in how pools refer to each other: `<setting>: <what is wrong>`."""
    for name, pool in pools.items():
        for where, other in _named(name, pool):
            if other not in pools:
                yield f"{where}: there is no pool named {other!r}"
            elif other == name:
                yield f"{where}: a pool cannot name itself"
        if pool.overflow_after is not None and pool.overflow is None:
            yield f"pools.{name}.overflow_after: it needs `overflow`, the pool that then takes the work"
    if fallback in pools and pools[fallback].overflow is not None:
        yield f"pools.{fallback}.overflow: the fallback pool takes everything, so it overflows to no other"
    yield from _circles(pools)


def _named(name: str, pool: Pool) -> Iterator[tuple[str, str]]:
    if pool.overflow is not None:
        yield f"pools.{name}.overflow", pool.overflow
    for neighbour in pool.neighbours:
        yield f"pools.{name}.neighbours", neighbour


def _circles(pools: Mapping[str, Pool]) -> Iterator[str]:
    """Overflows that come back to where they began, each circle once."""
    told: set[str] = set()
    for start in pools:
        way = _way(pools, start)
        if len(way) > 2 and way[0] == way[-1] and start not in told:
            told.update(way)
            yield f"pools.{start}.overflow: it goes round in a circle: {' → '.join(way)}"


def _way(pools: Mapping[str, Pool], start: str) -> list[str]:
    """The pools that work passes from `start` on, up to the first that is met twice."""
    way = [start]
    while (following := pools[way[-1]].overflow) is not None and following in pools:
        way.append(following)
        if following in way[:-1]:
            break
    return way
