"""Commands of agents' tools that must be refused, and with what reason."""

from tests.services.dispatcher.desk import PERSON, Desk, Record, fresh

REFUSALS = {
    "a stale token": "stale_token",
    "no token": "stale_token",
    "a work nobody knows": "unknown_work",
    "somebody who does not hold it": "not_holder",
    "a second accept by somebody else": "already_held",
    "an accept after the end": "unknown_work",
    "a reply on a closed work": "unknown_work",
    "a command of a megabyte": "command_too_large",
    "a reply without text": "invalid_command",
    "a pool nobody knows": "unknown_pool",
    "taking over what people have": "with_people",
}


def out_of_order(desk: Desk) -> dict[str, Record]:
    """The answer to every command of the table, each sent once."""
    ana, ben = fresh("ana"), fresh("ben")
    house, conversation, done = desk.house, fresh(), fresh()
    desk.arrive(ana)
    house.say(conversation, PERSON)
    house.say(done, PERSON)
    held = desk.accepted(conversation, ana)
    work, token = held["work_id"], held["token"]
    over = desk.accepted(done, ana)
    house.command("close", ana, work_id=over["work_id"], token=over["token"])
    desk.told("closed", done)
    huge = {"type": "reply", "id": "huge", "agent_id": ana, "work_id": work, "text": "a" * 1_000_000}
    house.publish(huge, ana, role="agents")
    sent = {
        "a stale token": house.command("reply", ana, work_id=work, token=token + 1, text="a"),
        "no token": house.command("close", ana, work_id=work),
        "a work nobody knows": house.command("accept", ana, work_id="0:999999"),
        "somebody who does not hold it": house.command("reply", ben, work_id=work, token=token, text="a"),
        "a second accept by somebody else": house.command("accept", ben, work_id=work),
        "an accept after the end": house.command("accept", ana, work_id=over["work_id"]),
        "a reply on a closed work": house.command(
            "reply", ana, work_id=over["work_id"], token=over["token"], text="a"
        ),
        "a command of a megabyte": "huge",
        "a reply without text": house.command("reply", ana, work_id=work, token=token),
        "a pool nobody knows": house.command("presence", ana, status="busy", pools=["kitchen"]),
        "taking over what people have": house.command("take_over", ana, conversation_id=conversation),
    }
    found = {name: desk.next("refused", type="refused", command_id=command) for name, command in sent.items()}
    assert not desk.said(conversation, "agent")
    house.command("close", ana, work_id=work, token=token)
    desk.told("closed", conversation)
    desk.leave()
    return found
