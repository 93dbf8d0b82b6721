"""A Redis that evicts keys is set up wrongly. It must not do more harm than to need a rebuild: when a column
of the works, their offers or the index of the lanes is lost by itself, all are made again from the book."""

import asyncio

import pytest
from msgspec.structs import replace

from services.dispatcher import rows
from shared.contracts.errors import TransientFailure
from shared.queue.values import Change, Placed
from tests.services.dispatcher.backends import PARTITION
from tests.services.dispatcher.conftest import Open
from tests.services.dispatcher.queue import SHORT, Queue, policy, ref, work

COLUMNS = tuple(f"work:{name}" for name in ("item", "lane", "rank", "agent", "held", "revision"))
LISTS = (("work:offered",), ("offers",), ("lanes",), (f"partition:{PARTITION}",))
OTHERS = ("work:offered", "offers", "lanes", "agent:ana", "agents", "changed", "revisions")


def lose(queue: Queue, *keys: str) -> None:
    queue.inside.redis.delete(*(queue.inside.prefix + key for key in keys))


async def follow(queue: Queue, *works: Placed) -> bool:
    """What a dispatcher does when it asks whether the queue is where the book is; whether it was."""
    [there] = await queue.store.apply([Change(PARTITION, queue.offset, queue.offset)])
    if not there:
        await queue.store.rebuild(PARTITION, queue.offset, works)
    return there


@pytest.mark.parametrize("key", [*COLUMNS, *OTHERS])
async def test_before_the_loss_of_a_key_is_noticed_nothing_ends_the_service(
    redis_opened: Open, key: str
) -> None:
    queue = await redis_opened(policy(life=SHORT, stale=SHORT, grace=SHORT))
    held = [work(2, agent="ana", token=7), work(4, agent="ana", token=8)]
    await queue.put(work(1, life=SHORT))
    await queue.present()
    assert await queue.offers() == {ref(1): "ana"}
    await queue.put(*held, work(3))
    lose(queue, key)
    for _ in range(9):
        for lost in await queue.store.sweep():
            assert lost.agent == "ana"
        await queue.present("ben")
        await queue.offers()
        for one in (1, 2, 3):
            await queue.store.accept(ref(one), "ben")
            await queue.store.decline(ref(one), "ben")
        await queue.store.round_over([(ref(3), 1)])
        await asyncio.sleep(SHORT / 4)
    await follow(queue, work(1), held[0])
    await queue.put(remove=(ref(3), ref(4)))
    await queue.offers()
    assert not queue.held("ana") - {ref(2)}
    assert queue.waiting() == [ref(1)] or queue.held("ben") == {ref(1)}


@pytest.mark.parametrize(
    "lost",
    [*((key,) for key in COLUMNS), *LISTS, ("work:offered", "offers"), ("work:lane", "lanes"), COLUMNS],
    ids=str,
)
async def test_works_with_a_hole_are_made_again_once(redis_queue: Queue, lost: tuple[str, ...]) -> None:
    queue = redis_queue
    await queue.put(work(1), work(2), work(3, agent="zoe", token=4, cost=100))
    await queue.present(capacity=20)
    await queue.present("zoe")
    assert await queue.offers() == {ref(1): "ana"}
    lose(queue, *lost)
    moved = work(1, pool="billing", attempt=1)
    assert not await follow(queue, moved, work(2))
    assert await follow(queue)
    assert (queue.waiting(), queue.waiting("billing")) == ([ref(2)], [ref(1)])
    assert queue.held("ana") == queue.held("zoe") == set(), "nobody keeps what is over"
    assert set(await queue.offers(wide=True)) == {ref(2)}
    assert await follow(queue)


async def test_a_partition_whose_dispatcher_is_away_costs_the_others_one_rebuild(redis_queue: Queue) -> None:
    queue = redis_queue
    await queue.put(work(1))
    there = work(1)
    elsewhere = replace(there, item=replace(there.item, id="3:1", partition=3))
    await queue.store.rebuild(3, 0, [elsewhere])
    lose(queue, "work:rank")
    assert [await follow(queue, work(1)) for _ in range(3)] == [False, True, True]
    assert await queue.store.view(2) is None, "nobody decides before all is there again"
    assert await queue.store.apply([Change(3, 0, 0)]) == [False]


BETWEEN = {
    "another finds a hole": ["work:rank"],
    "another makes the same partition": [],
    "what was made so far is lost": [f"rebuilding:{PARTITION}"],
    "a column is lost": ["work:lane"],
    "all columns are lost": [*COLUMNS],
}


@pytest.mark.parametrize("between", [*BETWEEN, "all is lost", "Redis goes back in time"])
async def test_a_rebuild_whose_first_parts_are_gone_says_so(
    redis_queue: Queue, monkeypatch: pytest.MonkeyPatch, between: str
) -> None:
    queue, redis = redis_queue, redis_queue.inside.redis
    works = [work(1), work(2), work(3)]
    await queue.put(works[0])
    run, parts, before = queue.store._run, list[object](), dict[str, bytes]()

    async def meddled(script: str, *arguments: object) -> object:
        found = await run(script, *arguments)
        parts.append(script)
        if len(parts) == 1:
            before.update({key: redis.dump(key) for key in queue.inside.stored()})
        if len(parts) != 2:
            return found
        if between not in BETWEEN:
            queue.inside.wipe()
        elif BETWEEN[between]:
            lose(queue, *BETWEEN[between])
        if between.startswith("another"):
            there = 3 if BETWEEN[between] else PARTITION
            await run("rebuild", there, 0, "another", 0, 0, rows.works([], queue.policy))
        if between == "Redis goes back in time":
            for key, dumped in before.items():
                redis.restore(key, 0, dumped)
        return found

    monkeypatch.setattr("services.dispatcher.store.PART", 1)
    monkeypatch.setattr(queue.store, "_run", meddled)
    with pytest.raises(TransientFailure, match="made again"):
        await queue.store.rebuild(PARTITION, 9, works)
    monkeypatch.undo()
    queue.offset = 9
    assert not await follow(queue, *works)
    assert await follow(queue)
    assert queue.waiting() == [ref(1), ref(2), ref(3)]


async def test_works_that_are_over_do_not_outlive_the_loss_of_their_partition(redis_queue: Queue) -> None:
    """A dispatcher that has just started makes its partition again before it asks."""
    queue = redis_queue
    await queue.put(work(1), work(2))
    lose(queue, f"partition:{PARTITION}")
    await queue.store.rebuild(PARTITION, queue.offset, [work(3)])
    assert await follow(queue)
    assert queue.waiting() == [ref(3)]


async def test_an_offer_after_the_loss_does_not_hide_it(redis_queue: Queue) -> None:
    queue = redis_queue
    await queue.put(work(1), work(2))
    await queue.present(capacity=20)
    assert await queue.offers() == {ref(1): "ana"}
    lose(queue, "work:offered", "offers")
    await queue.present("ben", capacity=20)
    assert await queue.offers() == {ref(2): "ben"}
    assert not await follow(queue, work(1), work(2))
    assert set(await queue.offers()) == {ref(1), ref(2)}
    assert await follow(queue)


async def test_a_wrap_up_outlives_the_loss(redis_queue: Queue) -> None:
    queue = redis_queue
    await queue.put(work(1, agent="ana", token=3))
    await queue.put(remove=(ref(1),), wrap=60_000)
    lose(queue, "work:item")
    assert not await follow(queue)
    assert queue.held("ana") == {ref(1)}
    assert (await queue.store.wrap_up(ref(1), "ana", False)) is not None
    assert queue.held("ana") == set()
