"""What one partition of the dispatcher tells agents' tools, from a work's beginning to its end."""

import orjson
import pytest

from shared.contracts.enrichment import IntentReading, SentimentReading
from shared.contracts.ledger import Answered
from shared.contracts.topics import AGENTS, LEDGER
from shared.runtime.sender import Out
from tests.ledger.entries import HERE, answered, assigned, handed_over, routed, taken_over
from tests.services.dispatcher.house import House, types
from tests.services.given import Lying, entries

WANTED = IntentReading((("complaint", 0.9),), language="fr", wants_person=True)
ANGRY = SentimentReading(0.8, 0.6, 0.9, "angry", ("legal",))
HUMAN = routed(0, "human", intents=WANTED, sentiment=ANGRY)


async def test_a_work_is_told_with_everything_needed_to_do_it(house: House) -> None:
    house.write(
        routed(0, said={"text": "Où est mon colis ?"}),
        answered(0, text="Ici : …"),
        routed(1, "human", intents=WANTED, sentiment=ANGRY, said={"text": "Un humain !"}),
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
