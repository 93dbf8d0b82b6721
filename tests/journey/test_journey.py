"""A message's way through the whole house, as a channel and an agent's tool see it."""

from tests.kit.acknowledged import not_once
from tests.kit.house import House


def test_a_simple_question_is_answered_by_the_bot(house: House) -> None:
    message = house.say("anna", "Quels sont vos délais de livraison ?")
    reply = house.eventually(lambda: house.reply_to(message, "bot"), "an answer")
    assert reply["text"].endswith(reply["disclosure"])
    assert not house.work_with(message)


def test_who_wants_a_person_gets_one_who_knows_what_was_said(house: House) -> None:
    house.command("presence", "agent-1", status="available", pools=["general"])
    first = house.say("ben", "How much is delivery?")
    house.eventually(lambda: house.reply_to(first, "bot"), "the bot's answer")
    second = house.say("ben", "I want to talk to a human please")
    offer = house.eventually(lambda: house.work_with(second, "offer"), "an offer")
    assert [turn["author"] for turn in offer["history"]] == ["customer", "bot"]
    assert offer["reason"]["code"] == "wants_person"
    house.command("accept", "agent-1", work_id=offer["work_id"])
    held = house.eventually(lambda: house.work_with(second, "assigned"), "the assignment")
    house.command("reply", "agent-1", work_id=held["work_id"], token=held["token"], text="Hello, Ben.")
    assert house.eventually(lambda: house.reply_to(second, "agent"), "a reply")["text"] == "Hello, Ben."
    assert house.reply_to(second, "notice") and not house.reply_to(second, "bot")
    third = house.say("ben", "I have written to you twice already")
    house.eventually(lambda: house.reply_to(third, "notice"), "that the person has got it")
    assert not_once([first, second, third], house.replies()) == {}
