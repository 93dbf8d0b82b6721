"""Whoever last spoke with a customer is asked first, in whatever conversation the customer comes back."""

from shared.contracts.inbound import Customer
from shared.ledger.readings import customer_of
from shared.queue.acquaintance import Spoke
from tests.ledger.entries import message, routed
from tests.services.dispatcher.conftest import Open
from tests.services.dispatcher.house import House, types
from tests.services.dispatcher.queue import Queue, policy

HOUR = 3_600_000
RAY = {"customer": Customer("ray@shop.example")}
WHO = customer_of(message(0, **RAY))


async def test_whoever_spoke_last_is_known_whatever_is_told_first(queue: Queue) -> None:
    now = await queue.store.now()
    for ago, agent in ((3, "ana"), (1, "ben"), (2, "eva")):
        await queue.store.remember({"x": Spoke(now - ago, agent), "y": Spoke(now - ago, "ana")})
    assert await queue.store.who_spoke(["x", "y", "z"]) == {
        "x": Spoke(now - 1, "ben"),
        "y": Spoke(now - 1, "ana"),
    }


async def test_it_counts_for_as_long_as_the_policy_says(opened: Open) -> None:
    queue = await opened(policy(sticky={"within_hours": 2}))
    now = await queue.store.now()
    await queue.store.remember({"x": Spoke(now - 3 * HOUR, "ana"), "y": Spoke(now - HOUR, "ana")})
    assert set(await queue.store.who_spoke(["x", "y"])) == {"y"}


async def _served_by_ana(house: House) -> None:
    house.began = await house.stores[0].now() - HOUR
    house.present("ana")
    house.write(routed(0, "human", said=RAY))
    await house.until_quiet()
    house.command("accept", work_id="3:0")
    [holds] = await house.until_quiet()
    house.command("reply", work_id="3:0", token=holds["token"], text="Bonjour")
    house.command("close", work_id="3:0", token=holds["token"], disposition="solved", solved=True)
    await house.until_quiet()
    house.present("ben")
    await house.until_quiet()


async def test_a_customer_who_opens_another_conversation_gets_whom_they_know(house: House) -> None:
    await _served_by_ana(house)
    house.write(routed(1, "human", "d", said=RAY))
    assert types(await house.until_quiet()) == ["queued", "offer ana"], "ben has waited longer"
    house.write(routed(2, "human", "e"))
    assert types(await house.until_quiet()) == ["queued", "offer ben"], "nobody knows this customer"


async def test_what_was_said_in_another_partition_counts(house: House) -> None:
    house.began = await house.stores[0].now() - HOUR
    for agent in ("ana", "ben"):
        house.present(agent)
    await house.until_quiet()
    for place, agent in enumerate(("ben", "ana", "ana", "ben")):
        who = customer_of(message(0, customer=Customer(f"{place}")))
        now = await house.stores[0].now()
        await house.stores[0].remember({who: Spoke(now, agent)})
        house.write(routed(place, "human", f"c{place}", said={"customer": Customer(f"{place}")}))
        assert types(await house.until_quiet()) == ["queued", f"offer {agent}"]


async def test_what_the_queue_lost_it_is_told_again(house: House) -> None:
    await _served_by_ana(house)
    house.queue.inside.wipe()
    house.present("ana")
    house.present("ben")
    await house.until_quiet()
    assert {who: last.agent for who, last in (await house.stores[0].who_spoke([WHO])).items()} == {WHO: "ana"}


async def test_a_new_dispatcher_tells_it_too(house: House, redis_url: str) -> None:
    await _served_by_ana(house)
    house.queue.inside.wipe()
    house.worker = house.new(redis_url)
    await house.opened(committed=len(house.log))
    await house.until_quiet()
    assert {who: last.agent for who, last in (await house.stores[0].who_spoke([WHO])).items()} == {WHO: "ana"}


async def test_redis_never_holds_the_customer_s_own_id(house: House) -> None:
    await _served_by_ana(house)
    assert WHO and "ray" not in WHO
    held = str(await house.stores[0]._ask("KEYS", "*"))
    assert WHO in held and "ray@" not in held
