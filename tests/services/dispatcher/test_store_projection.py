"""The queue is a projection of the book: in step with it, offset by offset, or rebuilt."""

import pytest

from services.dispatcher import rows
from services.dispatcher.store import PART
from shared.contracts.errors import TransientFailure
from shared.queue.values import Change, Gone
from tests.kit.process import free_port
from tests.services.dispatcher.conftest import Open
from tests.services.dispatcher.queue import PARTITION, Queue, policy, ref, work


async def test_works_wait_in_the_order_of_their_score(queue: Queue) -> None:
    await queue.put(work(3), work(1), work(2, pool="billing"))
    assert queue.waiting() == [ref(1), ref(3)]
    assert queue.waiting("billing") == [ref(2)]


async def test_a_work_in_the_queue_has_every_field_as_the_book_said(queue: Queue) -> None:
    said = work(1, cost=5, life=90, attempt=3, language="und", conversation="c:é\u2028 1", skills=(("a", 2),))
    await queue.put(said)
    waiting, _ = await queue.store.waiting(ref(1))
    assert waiting.item == said.item


async def test_a_change_from_another_offset_is_refused_and_changes_nothing(queue: Queue) -> None:
    await queue.put(work(1))
    for before, after in ((0, 2), (2, 3), (99, 100)):
        change = Change(PARTITION, before, after, [work(2)], [Gone(ref(1))])
        assert await queue.store.apply([change]) == [False]
    assert queue.waiting() == [ref(1)]
    assert await queue.store.apply([Change(PARTITION, 1, 5, [work(2)], [Gone(ref(1))])]) == [True]
    assert queue.waiting() == [ref(2)]


async def test_nothing_is_applied_before_the_first_rebuild(queue: Queue) -> None:
    assert await queue.store.apply([Change(PARTITION, 0, 1, [work(1)], [])]) == [False]
    assert queue.waiting() == []


async def test_partitions_do_not_know_of_each_other(queue: Queue) -> None:
    await queue.put(work(1))
    await queue.store.rebuild(3, 7, [])
    assert queue.waiting() == [ref(1)]
    assert await queue.store.apply([Change(3, 7, 8, [], [])]) == [True]


async def test_a_rebuild_makes_the_queue_what_the_book_says(queue: Queue) -> None:
    await queue.put(work(1), work(2), work(3))
    await queue.present()
    await queue.offers()
    await queue.store.rebuild(PARTITION, 9, [work(2), work(3, agent="ben", token=5), work(4)])
    assert queue.waiting() == [ref(4)]
    assert queue.held("ben") == {ref(3)}
    assert queue.held("ana") == {ref(2)}, "its offer stands"
    assert await queue.store.apply([Change(PARTITION, 9, 9, [], [])]) == [True]


async def test_a_rebuild_in_many_parts_is_whole(queue: Queue) -> None:
    works = [work(number) for number in range(2 * PART + 1)]
    await queue.store.rebuild(PARTITION, 3, works)
    assert len(queue.waiting()) == len(works)
    await queue.store.rebuild(PARTITION, 4, works[:1])
    assert queue.waiting() == [ref(0)]


async def test_a_rebuild_that_breaks_off_leaves_a_queue_that_is_known_to_be_wrong(redis_queue: Queue) -> None:
    queue = redis_queue
    await queue.put(work(1))
    await queue.store._run("rebuild", PARTITION, 8, "who", 0, 0, rows.works([], queue.policy))
    assert await queue.store.apply([Change(PARTITION, 1, 2, [], [])]) == [False]
    assert await queue.store.apply([Change(PARTITION, 8, 9, [], [])]) == [False]


async def test_a_wiped_queue_is_noticed(redis_queue: Queue) -> None:
    queue = redis_queue
    await queue.put(work(1))
    queue.inside.wipe()
    assert await queue.store.apply([Change(PARTITION, 1, 1, [], [])]) == [False]
    await queue.store.rebuild(PARTITION, 1, [work(1)])
    assert queue.waiting() == [ref(1)]


async def test_nothing_is_offered_while_part_of_the_book_is_missing(queue: Queue) -> None:
    """Nobody knows then what the agents hold."""
    await queue.put(work(1))
    await queue.present()
    assert await queue.store.view(2) is None
    await queue.store.rebuild(3, 7, [])
    assert await queue.store.view(2) is not None


async def test_a_queue_rolled_back_to_an_older_page_is_noticed(redis_queue: Queue) -> None:
    queue = redis_queue
    await queue.put(work(1))
    older = {key: queue.inside.redis.dump(key) for key in queue.inside.stored()}
    await queue.put(work(2), remove=(ref(1),))
    queue.inside.wipe()
    for key, dumped in older.items():
        queue.inside.redis.restore(key, 0, dumped)  # type: ignore[arg-type]
    assert queue.waiting() == [ref(1)]
    assert await queue.store.apply([Change(PARTITION, 2, 2, [], [])]) == [False]


async def test_scripts_that_redis_forgot_are_loaded_again(redis_queue: Queue) -> None:
    queue = redis_queue
    await queue.put(work(1))
    queue.inside.redis.script_flush()
    await queue.put(work(2))
    assert queue.waiting() == [ref(1), ref(2)]


async def test_a_work_that_changes_its_pool_waits_in_the_new_one_only(queue: Queue) -> None:
    await queue.put(work(1))
    await queue.put(work(1, pool="billing"))
    assert (queue.waiting(), queue.waiting("billing")) == ([], [ref(1)])


async def test_a_work_that_is_held_does_not_wait_and_counts_against_its_holder(queue: Queue) -> None:
    await queue.put(work(1))
    await queue.put(work(1, agent="ana", token=3))
    assert (queue.waiting(), queue.held("ana")) == ([], {ref(1)})
    await queue.put(work(1, agent="ben", token=5, attempt=1))
    assert (queue.held("ana"), queue.held("ben")) == (set(), {ref(1)})
    await queue.put(work(1, attempt=2))
    assert (queue.waiting(), queue.held("ben")) == ([ref(1)], set())


async def test_a_removed_work_leaves_nothing_behind(redis_queue: Queue) -> None:
    queue = redis_queue
    await queue.put(work(1, agent="ana", token=3), work(2), work(3))
    await queue.present("ben")
    assert set(await queue.offers()) == {ref(2), ref(3)}
    await queue.put(remove=(ref(1), ref(2), ref(3), ref(99)))
    stored = queue.inside.stored()
    columns = [key for key in stored if key.startswith(f"{queue.inside.prefix}work:")]
    assert {queue.inside.redis.hlen(key) for key in columns} == {1}, "what says that a column is there"
    assert not queue.held("ana") | queue.held("ben")
    assert queue.waiting() == []
    assert await queue.rescinded() == {ref(2): ("ben", "work_closed"), ref(3): ("ben", "work_closed")}


async def test_an_offer_stands_while_the_book_says_nothing_new_of_the_work(queue: Queue) -> None:
    await queue.put(work(1))
    await queue.present()
    await queue.offers()
    await queue.put(work(1, rank=5))
    assert (queue.held(), queue.waiting()) == ({ref(1)}, [])
    await queue.put(work(1, attempt=1))
    assert (queue.held(), queue.waiting()) == (set(), [ref(1)])


async def test_an_offer_is_taken_back_when_somebody_else_turns_out_to_hold_the_work(queue: Queue) -> None:
    await queue.put(work(1))
    await queue.present()
    await queue.offers()
    await queue.put(work(1, agent="ben", token=9))
    assert await queue.rescinded() == {ref(1): ("ana", "already_held")}
    assert (queue.held("ana"), queue.held("ben")) == (set(), {ref(1)})


async def test_events_stay_until_they_are_published_and_only_those_go(redis_queue: Queue) -> None:
    queue = redis_queue
    await queue.put(work(1), work(2))
    await queue.present()
    await queue.matcher.run(1)
    read = await queue.store.outboxes([PARTITION], {})
    assert read == await queue.store.outboxes([PARTITION], {})
    queue.inside.wipe()
    await queue.store.rebuild(PARTITION, 9, [work(7)])
    await queue.present()
    await queue.matcher.run(1)
    await queue.store.outboxes([], read)
    assert [event.work for event in await queue.told()] == [ref(7)], "an event nobody has read"


async def test_a_redis_that_does_not_answer_is_a_transient_failure(opened: Open) -> None:
    nowhere = Queue(f"redis://127.0.0.1:{free_port()}/0", policy())
    with pytest.raises(TransientFailure):
        await nowhere.store.view(1)
    with pytest.raises(TransientFailure):
        await nowhere.store.outboxes([PARTITION], {})
    await nowhere.close()
