"""The canary is a message as any reader of the inbound topic expects it."""

from shared.contracts.canary import CANARY, KEY
from shared.contracts.inbound import read_inbound


def test_it_is_a_well_formed_message_under_its_own_key_that_says_what_it_is() -> None:
    message = read_inbound(CANARY, KEY, (), "0:0")
    assert message.damage == ()
    assert message.conversation_id.encode() == KEY
    assert "no customer wrote this" in message.text
