"""What happens to a work among people: passed on, held, wrapped up, asked after, offered to several."""

import time
from typing import Any

import pytest

from shared.policy.model import Policy
from tests.ledger.entries import answered, handed_over, routed
from tests.services.dispatcher.house import House, types
from tests.services.dispatcher.queue import policy

HUMAN = routed(0, "human")
WRAP_UP = {"default_time": 3600, "time": {}}


def _pools(**changed: dict[str, Any]) -> dict[str, Any]:
    return {"general": {}, "billing": {}, "fallback": {}} | changed


@pytest.fixture
async def open_house(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Houses with policies of their own."""
    made: list[House] = []

    async def make(times: Policy) -> House:
        made.append(await House(redis_url, monkeypatch, times).opened())
        return made[-1]

    yield make
    for house in made:
        await house.close()


async def held(house: House, agent: str = "ana") -> Any:
    """The agent holds the work 3:0; its token."""
    house.write(HUMAN)
    house.present(agent)
    await house.until_quiet()
    house.command("accept", agent, work_id="3:0")
    [holds] = await house.until_quiet()
    assert holds["type"] == "assigned"
    return holds["token"]


async def test_a_transferred_work_waits_in_the_other_pool_with_its_age_and_a_note(house: House) -> None:
    token = await held(house)
    house.command("transfer", work_id="3:0", token=token, pool="billing", note="Double débit le 3.")
    passed, queued = await house.until_quiet()
    assert (passed["type"], passed["topic"], passed["command_id"]) == ("transferred", "work.general", "k3")
    assert passed["reason"]["code"] == "transferred"
    assert (queued["type"], queued["topic"], queued["note"]) == (
        "queued",
        "work.billing",
        "Double débit le 3.",
    )
    house.present("ben")
    [offer] = await house.until_quiet()
    assert (offer["agent_id"], offer["pool"], offer["note"]) == ("ben", "billing", "Double débit le 3.")
    assert offer["due_at"] == queued["due_at"] == passed["due_at"], "its age is kept"


async def test_what_the_bot_says_too_late_is_a_draft_for_who_answers(house: House) -> None:
    house.write(routed(0), handed_over(0, pool="general"))
    assert types(await house.until_quiet()) == ["queued"]
    house.write(answered(0, text="Deux jours.\n\nJe suis un robot.", disclosure="Je suis un robot."))
    [draft] = await house.until_quiet()
    assert (draft["type"], draft["draft"], draft["refs"]) == ("draft", "Deux jours.", ["3:0"])
    house.present("ana")
    [offer] = await house.until_quiet()
    assert offer["draft"] == "Deux jours."
    house.command("accept", "ana", work_id="3:0")
    [holds] = await house.until_quiet()
    house.command("reply", work_id="3:0", token=holds["token"], text="Deux jours, en effet.")
    await house.until_quiet()
    house.write(answered(0))
    assert await house.until_quiet() == [], "nobody needs it any more"


async def test_who_transferred_a_work_is_not_offered_it_again(house: House) -> None:
    token = await held(house)
    house.command("transfer", work_id="3:0", token=token, pool="billing", note="Pour la facturation.")
    assert types(await house.until_quiet()) == ["transferred ana", "queued"]
    house.command("why", "ben", work_id="3:0")
    [why] = await house.until_quiet()
    assert [(one["agent_id"], one["rule"]) for one in why["excluded"]] == [("ana", "transferred_it")]


async def test_a_work_that_was_transferred_three_times_stays_with_its_agent(house: House) -> None:
    token = await held(house)
    for agent, pool in (("ana", "billing"), ("ben", "general"), ("eva", "billing"), ("zoe", "general")):
        house.command("transfer", agent, work_id="3:0", token=token, pool=pool, note="Essaie, toi.")
        records = await house.until_quiet()
        if agent == "zoe":
            break
        following = {"ana": "ben", "ben": "eva", "eva": "zoe"}[agent]
        house.present(following)
        await house.until_quiet()
        house.command("accept", following, work_id="3:0")
        token = (await house.until_quiet())[-1]["token"]
    assert records[0]["type"] == "refused"
    assert records[0]["reason"]["code"] == "too_many_transfers"
    assert "alarm" in [record["type"] for record in records], "a supervisor is told"


@pytest.mark.parametrize(
    ("name", "kind", "more", "code"),
    [
        ("to a pool that is not there", "transfer", {"pool": "nowhere", "note": "?"}, "unknown_pool"),
        ("as something nobody knows", "close", {"disposition": "magic"}, "unknown_disposition"),
    ],
)
async def test_what_the_policy_does_not_know_is_refused(
    house: House, name: str, kind: str, more: dict[str, Any], code: str
) -> None:
    token = await held(house)
    house.command(kind, work_id="3:0", token=token, **more)
    [refused] = await house.until_quiet()
    assert (refused["type"], refused["reason"]["code"]) == ("refused", code)
    assert (await house.stores[-1].item("3:0")).agent == "ana"


async def test_work_on_hold_takes_no_capacity(open_house: Any) -> None:
    house = await open_house(policy(capacity={"default_cost": 100, "ramp": {"start": 100}}))
    token = await held(house)
    house.write(routed(1, "human", conversation="d"))
    assert types(await house.until_quiet()) == ["queued"]
    house.command("hold", work_id="3:0", token=token)
    records = await house.until_quiet()
    assert types(records) == ["held ana", "offer ana"]
    assert (records[0]["command_id"], records[1]["work_id"]) == ("k3", "3:1")


async def test_a_closed_work_is_wrapped_up(open_house: Any) -> None:
    house = await open_house(policy(wrap_up=WRAP_UP))
    token = await held(house)
    house.command("close", work_id="3:0", token=token)
    [closed] = await house.until_quiet()
    assert closed["type"] == "closed" and closed["wrap_until"]
    house.command("wrap_up", work_id="3:0", extend=True)
    [longer] = await house.until_quiet()
    assert longer["wrap_until"] > closed["wrap_until"]
    house.command("wrap_up", work_id="3:0", extend=True)
    [refused] = await house.until_quiet()
    assert refused["reason"]["code"] == "not_wrapping", "once only"
    house.command("wrap_up", work_id="3:0", disposition="solved", solved=True)
    [wrapped] = await house.until_quiet()
    assert (wrapped["type"], wrapped["disposition"], wrapped["solved"]) == ("wrapped_up", "solved", True)
    house.command("wrap_up", work_id="3:0", disposition="other")
    [again] = await house.until_quiet()
    assert (again["type"], again["reason"]["code"]) == ("refused", "not_wrapping")


async def test_wrapping_up_takes_capacity_until_it_is_done(open_house: Any) -> None:
    times = policy(wrap_up=WRAP_UP, capacity={"default_cost": 100, "emotional": 0, "ramp": {"start": 100}})
    house = await open_house(times)
    token = await held(house)
    house.command("close", work_id="3:0", token=token)
    house.write(routed(1, "human", conversation="d"))
    assert sorted(types(await house.until_quiet())) == ["closed ana", "queued"]
    house.command("wrap_up", work_id="3:0", disposition="solved", solved=True)
    assert sorted(types(await house.until_quiet())) == ["offer ana", "wrapped_up ana"]


async def test_a_close_that_says_everything_leaves_nothing_to_wrap_up(open_house: Any) -> None:
    house = await open_house(policy(wrap_up=WRAP_UP))
    token = await held(house)
    house.command("close", work_id="3:0", token=token, disposition="solved", solved=False)
    [closed] = await house.until_quiet()
    assert (closed["wrap_until"], closed["disposition"], closed["solved"]) == (None, "solved", False)


async def test_of_agents_asked_at_the_same_time_the_first_has_the_work(open_house: Any) -> None:
    house = await open_house(policy(pools=_pools(general={"offers_at_once": 2})))
    house.write(HUMAN)
    house.present("ana")
    house.present("ben")
    assert sorted(types(await house.until_quiet())) == ["offer ana", "offer ben", "queued"]
    house.command("accept", "ben", work_id="3:0")
    house.command("accept", "ana", work_id="3:0")
    records = await house.until_quiet()
    assert sorted(types(records)) == ["assigned ben", "refused ana", "rescinded ana"]
    codes = {record["type"]: record["reason"]["code"] for record in records if record["agent_id"] == "ana"}
    assert codes == {"refused": "already_held", "rescinded": "already_held"}


async def test_who_misses_two_offers_in_a_row_counts_as_away(open_house: Any) -> None:
    house = await open_house(policy(life=0.05, cooldown=0.05))
    house.write(HUMAN)
    house.present()
    seen = await _sooner_or_later(house, "away")
    assert seen.count("offer ana") == seen.count("rescinded ana") == 2
    house.present()
    assert await house.until_quiet() == [], "a heartbeat does not bring them back"
    house.command("presence", status="available", pools=["general"], back=True)
    assert await _sooner_or_later(house, "offer")


async def test_a_supervisor_is_told_when_nobody_takes_a_work(open_house: Any) -> None:
    house = await open_house(policy(cooldown=0.01))
    house.write(HUMAN)
    house.present()
    while "alarm" not in " ".join(await _sooner_or_later(house, "offer", "alarm")):
        house.command("decline", work_id="3:0")
    assert await _sooner_or_later(house, "offer"), "and it goes on being offered"


async def _sooner_or_later(house: House, *kinds: str) -> list[str]:
    """What is told until a record of one of these kinds is."""
    seen: list[str] = []
    deadline = time.monotonic() + 10
    while not any(told.split()[0] in kinds for told in seen):
        assert time.monotonic() < deadline, f"none of {kinds} within its time: {seen}"
        seen += types(await house.tick())
    return seen


async def test_work_of_a_closed_pool_says_when_it_opens_and_is_offered_to_nobody(open_house: Any) -> None:
    never = {"zone": "UTC", "open": {"mon": ["00:00-00:01"]}}
    house = await open_house(policy(pools=_pools(general={"hours": never})))
    house.write(HUMAN)
    house.present()
    [queued] = await house.until_quiet()
    assert queued["type"] == "queued" and queued["opens_at"]


async def test_work_of_a_closed_pool_goes_to_the_pool_that_stands_in(open_house: Any) -> None:
    never = {"zone": "UTC", "open": {"mon": ["00:00-00:01"]}}
    house = await open_house(policy(pools=_pools(general={"hours": never, "overflow": "billing"})))
    house.write(HUMAN)
    house.present("ben", pools=["billing"])
    records = await house.until_quiet()
    assert types(records) == ["queued", "transferred", "queued", "offer ben"]
    assert [record["topic"] for record in records] == ["work.general", "work.general", *2 * ["work.billing"]]
    assert records[1]["reason"]["code"] == "overflowed"


async def test_the_third_time_people_keep_a_conversation(house: House) -> None:
    for number, kept in ((0, False), (1, True)):
        house.write(routed(number, "human"))
        house.present()
        await house.until_quiet()
        house.command("accept", work_id=f"3:{number}")
        [holds] = await house.until_quiet()
        house.command("close", work_id=f"3:{number}", token=holds["token"], to_bot=True)
        [closed] = await house.until_quiet()
        assert (closed["reason"]["code"] == "limit_of_moves") is kept
        assert (house.worker.book.conversation("c").owner == "people") is kept
