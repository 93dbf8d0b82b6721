"""`relais run SERVICE`: the same as `python -m services.SERVICE`."""

import os
import sys
from typing import Annotated

import typer

from services.cli.contact import KafkaOption, NamespaceOption, RedisOption, contact
from services.cli.house import SERVICES
from services.cli.up.launch import addresses
from shared.contracts.errors import UserMistake


def run(
    service: Annotated[str, typer.Argument(help=f"One of: {', '.join(SERVICES)}.")],
    kafka: KafkaOption = None,
    redis: RedisOption = None,
    namespace: NamespaceOption = None,
) -> None:
    """Run one service in the foreground, until Ctrl-C.

    Its other settings come from variables named RELAIS_…; it is the same as `python -m services.SERVICE`.
    """
    if service not in SERVICES:
        raise UserMistake(f"there is no service {service!r}; the services are {', '.join(SERVICES)}")
    environment = os.environ | addresses(contact(kafka, redis, namespace))
    os.execve(sys.executable, [sys.executable, "-m", f"services.{service}"], environment)
