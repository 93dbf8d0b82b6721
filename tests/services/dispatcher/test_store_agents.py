"""Agents: accepting and declining."""

import asyncio
from typing import Any

import pytest

from shared.queue.floor import ACCEPTING
from tests.services.dispatcher.conftest import Open
from tests.services.dispatcher.queue import LONG, SHORT, Queue, policy, ref, work


async def offered(queue: Queue, number: int = 1, agent: str = "ana", **fields: Any) -> None:
    await queue.put(work(number, **fields))
    await queue.present(agent)
    assert await queue.offers() == {ref(number): agent}


async def test_an_offer_is_accepted_any_number_of_times_by_its_agent(queue: Queue) -> None:
    await offered(queue, attempt=2)
    first = await queue.store.accept(ref(1), "ana")
    assert (first.code, first.item.conversation, first.item.attempt) == ("ok", "c1", 2)
    assert await queue.store.accept(ref(1), "ana") == first


async def test_an_accepted_offer_stays_reserved_until_the_book_has_decided(opened: Open) -> None:
    queue = await opened(policy(life=SHORT))
    await offered(queue, life=SHORT)
    assert (await queue.store.accept(ref(1), "ana")).code == "ok"
    left = queue.inside.deadline(1) - await queue.store.now()
    assert left > ACCEPTING / 2


async def test_accepting_does_not_shorten_a_long_offer(queue: Queue) -> None:
    await offered(queue, life=LONG)
    before = queue.inside.deadline(1)
    await queue.store.accept(ref(1), "ana")
    assert queue.inside.deadline(1) == before


@pytest.mark.parametrize(
    ("name", "number", "agent", "code"),
    [
        ("somebody else's offer", 1, "ben", "not_offered"),
        ("a work that waits", 2, "ana", "offer_over"),
        ("a work somebody holds", 3, "ana", "already_held"),
        ("a work that one holds", 3, "eva", "ok"),
        ("a work nobody knows", 99, "ana", "unknown_work"),
        ("a work of a pool that assigns by itself", 4, "zoe", "ok"),
    ],
)
async def test_accepting_is_refused_with_a_reason(
    queue: Queue, name: str, number: int, agent: str, code: str
) -> None:
    await offered(queue)
    await queue.put(work(2), work(3, agent="eva", token=7), work(4, pool="outside", external=True), work(5))
    assert (await queue.store.accept(ref(number), agent)).code == code


async def test_of_two_agents_who_accept_at_the_same_instant_one_gets_the_work(queue: Queue) -> None:
    for number in range(20):
        await queue.put(work(number, cost=1))
        await queue.present("ana")
        await queue.present("ben")
        await queue.offers()
        answers = await asyncio.gather(*(queue.store.accept(ref(number), agent) for agent in ("ana", "ben")))
        assert [answer.code for answer in answers].count("ok") == 1
        assert {answer.code for answer in answers} <= {"ok", "not_offered", "already_held"}


# -- declining -----------------------------------------------------------------------------------


async def test_a_declined_offer_goes_to_somebody_else(queue: Queue) -> None:
    await offered(queue)
    await queue.present("ben")
    assert (await queue.store.decline(ref(1), "ana")).code == "declined"
    assert await queue.rescinded() == {ref(1): ("ana", "declined")}
    assert await queue.offers() == {ref(1): "ben"}
    assert (queue.held("ana"), queue.held("ben")) == (set(), {ref(1)})


@pytest.mark.parametrize(
    ("name", "number", "agent", "code"),
    [
        ("a work that one holds", 3, "eva", "held"),
        ("somebody else's offer", 1, "ben", "not_offered"),
        ("a work that waits", 2, "ana", "not_offered"),
        ("a work somebody else holds", 3, "ana", "not_offered"),
        ("a work nobody knows", 99, "ana", "unknown_work"),
    ],
)
async def test_declining_what_is_not_offered_changes_nothing(
    queue: Queue, name: str, number: int, agent: str, code: str
) -> None:
    await offered(queue)
    await queue.put(work(2), work(3, agent="eva", token=7))
    found = await queue.store.decline(ref(number), agent)
    assert found.code == code
    assert (queue.held("ana"), queue.held("eva"), queue.waiting()) == ({ref(1)}, {ref(3)}, [ref(2)])
    assert found.item is None or found.item.token == (7 if number == 3 else 0)


async def test_whoever_gives_back_a_held_work_is_left_alone_with_it_for_a_while(queue: Queue) -> None:
    await offered(queue)
    await queue.put(work(1, agent="ana", token=4))
    assert (await queue.store.decline(ref(1), "ana")).code == "held"
    await queue.put(work(1, attempt=1))
    assert await queue.offers() == {}
    await queue.present("ben")
    assert await queue.offers() == {ref(1): "ben"}
