"""One partition of the dispatcher on a real queue, without a broker: the test keeps the ledger."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import uuid4

import orjson
import pytest

from services.dispatcher.settings import Settings
from services.dispatcher.store import Store
from services.dispatcher.worker import DispatcherWorker
from shared.contracts.enrichment import IntentReading, SentimentReading
from shared.contracts.errors import TransientFailure
from shared.contracts.ledger import Answered, Entry
from shared.contracts.topics import AGENTS, LEDGER
from shared.policy.model import Policy
from shared.runtime.sender import Out
from tests.kit.process import free_port
from tests.ledger.entries import HERE, answered, assigned, handed_over, routed, taken_over
from tests.services.dispatcher.queue import SHORT, Queue, policy
from tests.services.given import Lying, Shelf, entries, written

Records = list[dict[str, Any]]
WANTED = IntentReading((("complaint", 0.9),), language="fr", wants_person=True)
HUMAN = routed(0, "human", intents=WANTED, sentiment=SentimentReading(0.8, 0.6, 0.9, "angry", ("legal",)))


class House:
    """A worker, and the ledger that its proposals and the test's entries go to, one after the other."""

    def __init__(self, url: str, monkeypatch: pytest.MonkeyPatch, times: Policy | None = None) -> None:
        self.queue = Queue(url, times or policy())
        self.policy = times or policy()
        self.namespace = f"w{uuid4().hex[:8]}"
        self.log: list[Lying] = []
        for reader in ("shared.runtime.following.LogReader", "shared.ledger.archive.LogReader"):
            monkeypatch.setattr(reader, Shelf(ledger=self.log))
        self.stores: list[Store] = []
        self.commands = 0
        self.now = 0.0
        self.worker = self.new(url)

    def new(self, url: str) -> DispatcherWorker:
        """Another worker of the same partition; it is on its own clock and has no memory."""
        self.stores.append(Store(url, self.namespace, self.policy, timeout=5))
        settings = Settings(sweep_every=0, match_every=0)
        return DispatcherWorker(HERE, settings, self.policy, self.stores[-1], 4)

    async def opened(self, committed: int = 0) -> "House":
        await self.worker.restore({LEDGER: committed, AGENTS: 0})
        if committed < len(self.log):
            self.worker.receive(LEDGER, self.log[committed:], 0)
        return self

    def write(self, *told: Entry) -> None:
        lying = written(*told, start=len(self.log))
        self.log += lying
        self.worker.receive(LEDGER, lying, 0)

    def command(self, kind: str, agent: str = "ana", **fields: Any) -> None:
        self.commands += 1
        value = {"type": kind, "id": f"k{self.commands}", "agent_id": agent} | fields
        self.worker.receive(AGENTS, [Lying(self.commands, orjson.dumps(value))], 0)

    def present(self, agent: str = "ana", **fields: Any) -> None:
        self.command("presence", agent, **{"status": "available", "pools": ["general", "billing"]} | fields)

    async def tick(self) -> Records:
        """One call; what it proposes is in the book before the next. Returns the records for tools."""
        self.now += 1
        out = await self.worker.act(self.now)
        self.write(*entries(out))
        return told(out)

    async def until_quiet(self) -> Records:
        """As many calls as there is something to do."""
        found: Records = []
        quiet = 0
        while quiet < 3:
            records = await self.tick()
            found += records
            quiet = 0 if records else quiet + 1
        return found

    async def close(self) -> None:
        for store in self.stores:
            await store.close()
        await self.queue.close()


def told(out: Sequence[Out]) -> Records:
    return [
        orjson.loads(record.value or b"") | {"topic": record.topic.role}
        for record in out
        if record.topic.role.startswith("work.")
    ]


def types(records: Records) -> list[str]:
    return [f"{record['type']} {record['agent_id'] or ''}".strip() for record in records]


@pytest.fixture
async def house(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    made = House(redis_url, monkeypatch)
    yield await made.opened()
    await made.close()


async def test_a_work_is_told_with_everything_needed_to_do_it(house: House) -> None:
    house.write(
        routed(0, said={"text": "Où est mon colis ?"}),
        answered(0, text="Ici : …"),
        routed(1, "human", intents=WANTED, sentiment=HUMAN.sentiment, said={"text": "Un humain !"}),
    )
    [queued] = await house.until_quiet()
    assert (queued["type"], queued["topic"], queued["pool"]) == ("queued", "work.general", "general")
    assert (queued["work_id"], queued["refs"], queued["message_ids"]) == ("3:1", ["3:1"], ["m1"])
    assert [message["text"] for message in queued["messages"]] == ["Un humain !"]
    said = [(turn["author"], turn["text"]) for turn in queued["history"]]
    assert said == [("customer", "Où est mon colis ?"), ("bot", "Ici : …")]
    assert queued["tried"] == ["Ici : …"]
    assert queued["reason"] == {
        "code": "wants_person",
        "fr": "Le client demande une personne.",
        "en": "The customer asks for a person.",
    }
    assert queued["enrichment"] == {
        "intents": [["complaint", 0.9]],
        "unknown": None,
        "language": "fr",
        "wants_person": True,
        "frustration": 0.8,
        "frustration_interval": [0.6, 0.9],
        "tone": "angry",
        "signs": ["legal"],
    }
    assert (queued["policy_version"], queued["token"], queued["agent_id"]) == ("p1", None, None)


@pytest.mark.parametrize("reason", ["bot_unsure", "bot_late", "silence"])
async def test_work_that_the_bot_had_first_says_why_it_has_it_no_longer(house: House, reason: str) -> None:
    house.write(routed(0), handed_over(0, pool="general", reason=reason))
    house.present()
    records = await house.until_quiet()
    assert types(records) == ["queued", "offer ana"]
    assert [record["reason"]["code"] for record in records] == [reason, reason]


async def test_every_message_of_a_long_work_has_its_own_id(house: House) -> None:
    house.write(*(routed(number) for number in range(90)), handed_over(0))
    [queued] = await house.until_quiet()
    assert queued["message_ids"] == [f"m{number}" for number in range(90)]
    assert [message["id"] for message in queued["messages"]] == queued["message_ids"]


async def test_the_life_of_a_work(house: House) -> None:
    house.write(HUMAN)
    assert types(await house.until_quiet()) == ["queued"]
    house.present()
    [offer] = await house.until_quiet()
    assert (offer["type"], offer["agent_id"], offer["token"]) == ("offer", "ana", None)
    assert offer["expires_at"].endswith("+00:00") and offer["messages"]
    house.command("accept", work_id="3:0")
    [holds] = await house.until_quiet()
    assert (holds["type"], holds["command_id"]) == ("assigned", "k2")
    token = holds["token"]
    house.command("reply", work_id="3:0", token=token, text="Bonjour")
    [replied] = await house.until_quiet()
    assert (replied["type"], replied["agent_id"], replied["command_id"]) == ("replied", "ana", "k3")
    house.write(routed(1, "human"))
    [message] = await house.until_quiet()
    assert (message["type"], message["message_ids"], message["token"]) == ("message", ["m1"], token)
    house.command("close", work_id="3:0", token=token, resolution="sold")
    [closed] = await house.until_quiet()
    assert (closed["type"], closed["resolution"]) == ("closed", "sold")
    house.command("reply", work_id="3:0", token=token, text="PS")
    [refused] = await house.until_quiet()
    assert (refused["type"], refused["reason"]["code"]) == ("refused", "unknown_work")


async def test_whoever_takes_on_a_work_sees_what_a_colleague_has_said(house: House) -> None:
    house.write(HUMAN)
    house.present()
    await house.until_quiet()
    house.command("accept", work_id="3:0")
    [holds] = await house.until_quiet()
    house.command("reply", work_id="3:0", token=holds["token"], text="Demain, promis")
    house.command("decline", work_id="3:0", token=holds["token"])
    await house.until_quiet()
    house.present("ben")
    [offer] = await house.until_quiet()
    assert (offer["agent_id"], offer["attempt"]) == ("ben", 1)
    assert ("agent", "Demain, promis") in [(turn["author"], turn["text"]) for turn in offer["history"]]


async def test_a_declined_offer_is_taken_back_with_a_reason_and_goes_on(house: House) -> None:
    house.write(HUMAN)
    house.present()
    await house.until_quiet()
    house.present("ben")
    house.command("decline", work_id="3:0")
    records = await house.until_quiet()
    assert types(records) == ["rescinded ana", "offer ben"]
    assert records[0]["reason"]["code"] == "declined"
    assert records[0]["reason"]["fr"] and records[0]["reason"]["en"]


async def test_taking_over_makes_open_messages_work_of_that_agent(house: House) -> None:
    house.write(routed(0), routed(1))
    house.present(pools=["billing"])
    house.command("take_over", conversation_id="c")
    records = await house.until_quiet()
    assert types(records) == ["queued ana", "assigned ana"]
    assert {record["topic"] for record in records} == {"work.billing"}
    assert records[1]["refs"] == ["3:0", "3:1"]
    assert records[1]["command_id"] == "k2" and records[1]["token"] is not None
    assert records[0]["reason"]["code"] == "taken_over"


async def test_taking_over_what_people_have_is_refused(house: House) -> None:
    house.write(HUMAN, taken_over(command="k9"))
    [_, refused] = await house.until_quiet()
    assert (refused["type"], refused["command_id"], refused["reason"]["code"]) == (
        "refused",
        "k9",
        "with_people",
    )


async def test_an_accept_that_the_book_did_not_take_is_refused(house: House) -> None:
    house.write(HUMAN, assigned(0, "ben", command="b1"), assigned(0, "ana", command="a1"))
    records = await house.until_quiet()
    assert types(records) == ["queued", "assigned ben", "refused ana"]
    assert (records[2]["command_id"], records[2]["reason"]["code"]) == ("a1", "already_held")


async def test_the_same_reply_twice_is_one_reply(house: House) -> None:
    house.write(HUMAN)
    house.present()
    await house.until_quiet()
    house.command("accept", work_id="3:0")
    [holds] = await house.until_quiet()
    for _ in range(2):
        house.command("reply", id="same", work_id="3:0", token=holds["token"], text="Oui")
    assert types(await house.until_quiet()) == ["replied ana"]


async def test_while_redis_is_away_the_book_is_told_and_commands_wait(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = await House(redis_url, monkeypatch).opened()
    working = house.worker._store
    gone = Store(f"redis://127.0.0.1:{free_port()}/0", house.namespace, house.policy, timeout=1)
    house.worker._store = house.worker._commands._store = house.worker.projection._store = gone
    house.write(HUMAN)
    house.present()
    assert types(await house.until_quiet()) == ["queued"]
    assert house.worker.positions() == {LEDGER: 1, AGENTS: 1}, "the presence is not carried out"
    house.worker._store = house.worker._commands._store = house.worker.projection._store = working
    assert types(await house.until_quiet()) == ["offer ana"]
    assert house.worker.positions() == {LEDGER: 1, AGENTS: 2}
    await gone.close()
    await house.close()


async def test_a_wiped_queue_is_noticed_though_nothing_happens_in_the_book(house: House) -> None:
    house.write(HUMAN, routed(1, "human", "d"))
    house.present()
    await house.until_quiet()
    house.command("accept", work_id="3:0")
    [holds] = await house.until_quiet()
    house.queue.inside.flushall()
    house.command("reply", work_id="3:0", token=holds["token"], text="Toujours là")
    assert types(await house.until_quiet()) == ["replied ana"], "it is not refused"
    house.present()
    assert types(await house.until_quiet()) == ["offer ana"], "of the other work"


async def test_events_are_dropped_only_when_they_are_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.write(HUMAN)
    await house.until_quiet()
    house.present()

    async def fails(*_: object) -> list[Out]:
        raise TransientFailure("the ledger cannot be read")

    with monkeypatch.context() as broken:
        broken.setattr(house.worker._announcer, "offered", fails)
        assert await house.until_quiet() == []
    assert types(await house.until_quiet()) == ["offer ana"]


async def test_a_new_worker_goes_on_where_the_old_one_was_killed(house: House, redis_url: str) -> None:
    house.write(HUMAN, routed(1, "human", "d"))
    house.present()
    await house.until_quiet()
    house.command("accept", work_id="3:0")
    [holds] = await house.until_quiet()
    house.worker = house.new(redis_url)
    await house.opened(committed=2)
    again = await house.until_quiet()
    assert "assigned ana" in types(again), "told once more, since nobody knows whether it was"
    house.command("reply", work_id="3:0", token=holds["token"], text="Re")
    assert "replied ana" in types(await house.until_quiet())


async def test_two_workers_at_once_assign_a_work_to_one_agent(house: House, redis_url: str) -> None:
    """A worker that was thought dead wakes up: both tell, and the book keeps one holder."""
    house.write(HUMAN)
    house.present()
    await house.until_quiet()
    zombie, house.worker = house.worker, house.new(redis_url)
    await house.opened()
    await house.until_quiet()
    for worker in (zombie, house.worker):
        value = orjson.dumps({"type": "accept", "id": "twice", "agent_id": "ana", "work_id": "3:0"})
        worker.receive(AGENTS, [Lying(50, value)], 0)
    proposals = [entry for out in (await zombie.act(9), await house.worker.act(9)) for entry in entries(out)]
    assert len(proposals) == 2
    house.write(*proposals)
    zombie.receive(LEDGER, house.log, 0)
    records = await house.until_quiet()
    assert {record["type"] for record in records if record["command_id"]} == {"assigned"}
    assert len({record["token"] for record in records if record["type"] == "assigned"}) == 1


async def test_work_of_a_tool_that_went_silent_is_released_and_offered_to_somebody_else(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = await House(redis_url, monkeypatch, policy(stale=2 * SHORT, grace=SHORT)).opened()
    house.write(HUMAN)
    house.present()
    await house.until_quiet()
    house.command("accept", work_id="3:0")
    await house.until_quiet()
    seen: Records = []
    for _ in range(100):
        house.present("ben")
        seen += await house.tick()
        if "offer ben" in types(seen):
            break
        await asyncio.sleep(SHORT / 5)
    assert types(seen) == ["released ana", "offer ben"]
    assert seen[0]["reason"]["code"] == "tool_lost"
    await house.close()


async def test_a_pool_that_assigns_by_itself_is_told_of_work_and_of_what_it_asked_for(house: House) -> None:
    house.write(routed(0, "human", pool="outside"), routed(1, "human"))
    assert types(await house.until_quiet()) == ["queued", "message"]
    house.command("reply", "zoe", work_id="3:0", text="Bonjour")
    house.command("close", "zoe", work_id="3:0")
    records = await house.until_quiet()
    assert types(records) == ["replied zoe", "closed zoe"]
    assert {record["topic"] for record in records} == {"work.outside"}


@pytest.mark.parametrize(
    ("value", "code", "command"),
    [
        (b"{", "invalid_command", None),
        (b"\xff" * 100_000, "command_too_large", None),
        (
            orjson.dumps({"type": "accept", "id": "k", "agent_id": "ana", "work_id": "9:9"}),
            "unknown_work",
            "k",
        ),
        (
            orjson.dumps({"type": "reply", "id": "k", "agent_id": "ana", "work_id": "3:0"}),
            "invalid_command",
            "k",
        ),
    ],
    ids=["broken", "too large", "unknown", "no text"],
)
async def test_a_bad_command_is_refused_in_both_languages_and_holds_nothing_back(
    house: House, value: bytes, code: str, command: str | None
) -> None:
    house.write(HUMAN)
    house.worker.receive(AGENTS, [Lying(1, value)], 0)
    house.present()
    records = await house.until_quiet()
    refused = next(record for record in records if record["type"] == "refused")
    assert (refused["reason"]["code"], refused["command_id"]) == (code, command)
    assert refused["reason"]["fr"] and refused["reason"]["en"]
    assert "offer ana" in types(records)


async def test_the_records_of_a_work_lie_on_its_partition_under_its_conversation(house: House) -> None:
    house.write(HUMAN)
    out = await house.worker.act(1)
    assert [(record.partition, record.key) for record in out] == [(HERE, b"c")]


async def test_an_answer_of_the_bot_is_no_work(house: House) -> None:
    house.write(routed(0), answered(0))
    assert isinstance(entries([Out(LEDGER, HERE, None, house.log[1].value)])[0], Answered)
    assert await house.until_quiet() == []
