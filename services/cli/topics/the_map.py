"""The topics of the house this machine's policy describes."""

from pydantic import ValidationError

from shared.contracts.errors import UserMistake
from shared.contracts.topics import Topic, all_topics
from shared.policy.load import load_policy
from shared.runtime.settings import ServiceSettings


def the_map() -> tuple[Topic, ...]:
    """Every topic, with those of the policy's pools. Raises `UserMistake` when the policy, or a variable
    that all services read, cannot be used."""
    try:
        settings = ServiceSettings()
    except ValidationError as error:
        wrong = [
            f"RELAIS_{'_'.join(map(str, each['loc'])).upper()}: {each['msg']}" for each in error.errors()
        ]
        raise UserMistake("; ".join(wrong)) from error
    return all_topics(tuple(load_policy(settings.policy).pools))
