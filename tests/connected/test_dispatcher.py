"""The human queue on the real broker and Redis: from the customer's message to the agent's last word."""

import json
import signal
from pathlib import Path

import pytest
from redis import Redis

from tests.cli.command import relais
from tests.kit.process import wait_until
from tests.kit.redis import RealRedis
from tests.services.dispatcher import desk as at
from tests.services.dispatcher.desk import DELAYS, PASSWORD, PERSON, Desk, Record, fresh, in_both_languages
from tests.services.dispatcher.out_of_order import REFUSALS, out_of_order


def test_a_work_waits_with_everything_an_agent_needs(desk: Desk) -> None:
    conversation = fresh()
    first = desk.house.say(conversation, DELAYS)
    answer = desk.replied(conversation, "bot")
    assert answer["in_reply_to"] == first
    second = desk.house.say(conversation, PERSON)
    queued = desk.told("queued", conversation)
    assert (queued["role"], queued["priority"], queued["token"]) == ("work.general", "high", None)
    assert queued["message_ids"] == [second]
    assert [queued["work_id"]] == queued["refs"]
    assert [message["text"] for message in queued["messages"]] == [PERSON]
    assert [(turn["author"], turn["text"]) for turn in queued["history"]] == [
        ("customer", DELAYS),
        ("bot", answer["text"]),
    ]
    assert queued["tried"] == [answer["text"]]
    assert queued["reason"]["code"] == "wants_person" and in_both_languages(queued)
    assert queued["enrichment"]["intents"][0][0] == "contact_human_agent"
    assert queued["enrichment"]["wants_person"] is True
    assert len(queued["policy_version"]) == 12
    assert desk.replied(conversation, "notice")["in_reply_to"] == second


def test_explain_says_of_every_agent_why_they_have_not_got_a_work(
    desk: Desk, ana: str, ben: str, tmp_path: Path
) -> None:
    conversation = fresh()
    desk.arrive(ana, languages=["de"])
    desk.arrive(ben, pools=["billing"])
    desk.house.say(conversation, PERSON)
    work = desk.told("queued", conversation)["work_id"]
    where = ("--kafka", desk.house.kafka, "--namespace", desk.house.namespace)
    explained = json.loads(relais(tmp_path, "explain", work, "--json", *where).stdout)
    named = {one["agent_id"]: one["rule"] for one in explained["outcome"]["excluded"]}
    assert explained["outcome"]["state"] == "waiting"
    assert (named[ana], named[ben]) == ("language", "not_in_pool")


def test_the_life_of_a_work_from_offer_to_close(desk: Desk, ana: str) -> None:
    conversation = fresh()
    message = desk.house.say(conversation, PERSON)
    queued = desk.told("queued", conversation)
    desk.arrive(ana)
    offer = desk.told("offer", conversation, agent_id=ana)
    assert offer["messages"] == queued["messages"] and offer["expires_at"] and offer["token"] is None
    command = desk.house.command("accept", ana, work_id=offer["work_id"])
    assigned = desk.told("assigned", conversation)
    assert (assigned["agent_id"], assigned["command_id"]) == (ana, command)
    mine = {"work_id": assigned["work_id"], "token": assigned["token"]}
    command = desk.house.command("reply", ana, text="Bonjour !", **mine)
    assert desk.told("replied", conversation)["command_id"] == command
    reply = desk.replied(conversation, "agent")
    assert (reply["text"], reply["in_reply_to"], reply["author"]["id"]) == ("Bonjour !", message, ana)
    assert dict(reply["headers"])["idempotency-key"].decode() == reply["idempotency_key"]
    later = desk.house.say(conversation, "Merci, et aussi autre chose")
    joined = desk.told("message", conversation)
    assert (joined["work_id"], joined["message_ids"]) == (assigned["work_id"], [later])
    assert (joined["agent_id"], joined["token"]) == (ana, assigned["token"])
    command = desk.house.command("close", ana, resolution="solved", **mine)
    closed = desk.told("closed", conversation)
    assert (closed["command_id"], closed["resolution"]) == (command, "solved")
    assert len(desk.said(conversation, "agent")) == 1
    types = [r["type"] for r in desk.all(conversation) if "type" in r]
    assert types == ["queued", "offer", "assigned", "replied", "message", "closed"]


def test_an_offer_that_is_declined_or_left_goes_to_somebody_else(desk: Desk, ana: str, ben: str) -> None:
    declined, left = fresh(), fresh()
    desk.arrive(ana)
    desk.house.say(declined, PERSON)
    desk.house.say(left, PERSON, channel="blitz")
    offer, _ = desk.told("offer", declined, agent_id=ana), desk.told("offer", left, agent_id=ana)
    desk.house.command("decline", ana, work_id=offer["work_id"])
    back = desk.told("rescinded", declined)
    assert (back["agent_id"], back["reason"]["code"]) == (ana, "declined") and in_both_languages(back)
    desk.arrive(ben)
    assert desk.accepted(declined, ben)["token"] is not None
    over = desk.told("rescinded", left, agent_id=ana)
    assert over["reason"]["code"] == "offer_over" and in_both_languages(over)
    desk.told("offer", left, agent_id=ben)


@pytest.fixture(scope="module")
def refused(open_desk: Desk) -> dict[str, Record]:
    return out_of_order(open_desk)


@pytest.mark.parametrize("name", REFUSALS)
def test_a_command_out_of_order_is_refused_with_a_reason_in_both_languages(
    name: str, refused: dict[str, Record]
) -> None:
    assert refused[name]["reason"]["code"] == REFUSALS[name]
    assert in_both_languages(refused[name])


def test_a_broken_command_is_refused_and_holds_nothing_back(desk: Desk, ana: str) -> None:
    desk.house.publish(b'{"type": "acc', ana, role="agents")
    desk.house.publish(b"\xff\xfe", ana, role="agents")
    for _ in range(2):
        record = desk.next("refused", type="refused", command_id=None)
        assert record["reason"]["code"] == "invalid_command" and in_both_languages(record)
    conversation = fresh()
    desk.arrive(ana)
    desk.house.say(conversation, PERSON)
    assert desk.accepted(conversation, ana)


def test_work_of_a_tool_that_went_silent_is_offered_to_somebody_else(desk: Desk, ana: str, ben: str) -> None:
    conversation = fresh()
    desk.arrive(ana)
    desk.house.say(conversation, PERSON)
    held = desk.accepted(conversation, ana)
    desk.vanish(ana)
    desk.arrive(ben)
    released = desk.told("released", conversation, within=at.STALE + at.GRACE + 15)
    assert (released["agent_id"], released["token"]) == (ana, None)
    now = desk.accepted(conversation, ben)
    assert (now["attempt"], now["work_id"]) == (1, held["work_id"]) and now["token"] > held["token"]
    command = desk.house.command("reply", ana, work_id=held["work_id"], token=held["token"], text="Re")
    late = desk.next("refused", type="refused", command_id=command)
    assert late["reason"]["code"] == "not_holder"


def test_work_in_a_pool_that_assigns_by_itself(desk: Desk) -> None:
    conversation, zoe = fresh("give"), fresh("zoe")
    desk.arrive(fresh("max"), pools=["technical", "general"])
    desk.house.say(conversation, PASSWORD)
    queued = desk.told("queued", conversation)
    assert queued["role"] == "work.technical"
    assert queued["reason"]["code"] == "bot_unsure" and in_both_languages(queued)
    desk.house.say(conversation, "Vous êtes là ?")
    desk.told("message", conversation)
    desk.house.command("reply", zoe, work_id=queued["work_id"], text="Oui, je regarde")
    assert desk.replied(conversation, "agent")["text"] == "Oui, je regarde"
    desk.house.command("close", zoe, work_id=queued["work_id"])
    desk.told("closed", conversation)
    types = [r["type"] for r in desk.all(conversation) if "type" in r]
    assert types == ["queued", "message", "replied", "closed"]


def _which_the_bot_has(desk: Desk) -> tuple[str, str]:
    """A conversation and its message. Where an enricher is late, as on a busy machine, people have it."""
    for _ in range(5):
        conversation = fresh("slow")
        message = desk.house.say(conversation, DELAYS)
        if desk.wait_routed(conversation) == "bot":
            return conversation, message
    raise AssertionError("the bot is given nothing")


def test_a_conversation_of_the_bot_is_taken_over(desk: Desk, ana: str) -> None:
    desk.arrive(ana)
    conversation, message = _which_the_bot_has(desk)
    command = desk.house.command("take_over", ana, conversation_id=conversation)
    assigned = desk.told("assigned", conversation)
    assert (assigned["command_id"], assigned["agent_id"]) == (command, ana)
    assert (assigned["message_ids"], assigned["reason"]["code"]) == ([message], "taken_over")
    mine = {"work_id": assigned["work_id"], "token": assigned["token"]}
    desk.house.command("reply", ana, text="Je prends la suite", **mine)
    assert desk.replied(conversation, "agent")["in_reply_to"] == message
    assert desk.replied(conversation, "notice")
    assert not desk.said(conversation, "bot")


def test_a_conversation_that_is_given_back_is_answered_by_the_bot_again(desk: Desk, ana: str) -> None:
    conversation = fresh()
    desk.arrive(ana)
    desk.house.say(conversation, PERSON)
    held = desk.accepted(conversation, ana)
    desk.house.say(conversation, DELAYS)
    desk.told("message", conversation)
    desk.house.command("close", ana, work_id=held["work_id"], token=held["token"], to_bot=True)
    desk.told("closed", conversation)
    message = desk.house.say(conversation, "Combien coûte la livraison ?")
    assert desk.replied(conversation, "bot")["in_reply_to"] == message


def test_a_wiped_redis_loses_no_work_and_assigns_none_twice(
    desk: Desk, ana: str, redis_server: RealRedis
) -> None:
    held, waiting = fresh(), fresh()
    desk.arrive(ana)
    desk.house.say(held, PERSON)
    mine = desk.accepted(held, ana)
    desk.house.say(waiting, PERSON)
    desk.told("offer", waiting, agent_id=ana)
    with Redis.from_url(redis_server.url) as redis:
        redis.flushall()
    desk.house.command("reply", ana, work_id=mine["work_id"], token=mine["token"], text="Toujours là")
    assert desk.told("replied", held)["agent_id"] == ana
    assert desk.accepted(waiting, ana)["attempt"] == 0
    for conversation in (held, waiting):
        assert len({record["token"] for record in desk.all(conversation, "assigned")}) == 1


def test_a_holder_goes_on_with_the_same_token_after_the_dispatcher_was_killed(desk: Desk, ana: str) -> None:
    conversation = fresh()
    desk.arrive(ana)
    desk.house.say(conversation, PERSON)
    held = desk.accepted(conversation, ana)
    desk.house.kill("dispatcher")
    later = desk.house.say(conversation, "Vous êtes là ?")
    command = desk.house.command("reply", ana, work_id=held["work_id"], token=held["token"], text="Oui")
    desk.house.restart("dispatcher")
    assert desk.told("message", conversation)["message_ids"] == [later]
    assert desk.told("replied", conversation, command_id=command)["token"] == held["token"]
    assert desk.replied(conversation, "agent")["text"] == "Oui"
    assert len({record["token"] for record in desk.all(conversation, "assigned")}) == 1


def test_two_dispatchers_share_the_work_and_one_does_all_when_the_other_dies(desk: Desk, ana: str) -> None:
    house = desk.house
    house.wait_ready("dispatcher")
    house.launch("dispatcher", as_="second")
    wait_until(
        lambda: all(len(house.status(name).get("partitions", ())) == 2 for name in ("dispatcher", "second")),
        30,
        "two partitions each",
    )
    desk.arrive(ana)
    conversations = [next(c for c in iter(fresh, "") if house.home_of(c) == p) for p in (0, 1, 2, 3)]
    for conversation in conversations:
        house.say(conversation, PERSON)
    held = {conversation: desk.accepted(conversation, ana) for conversation in conversations}
    house.processes["second"].send_signal(signal.SIGKILL)
    for conversation, work in held.items():
        house.command("reply", ana, work_id=work["work_id"], token=work["token"], text="Bonjour")
        desk.told("replied", conversation)
    for conversation in conversations:
        assert len({record["token"] for record in desk.all(conversation, "assigned")}) == 1
