"""Where a command finds the house it is about: the same options, variables and defaults for all."""

from dataclasses import dataclass
from typing import Annotated

import typer

from services.cli import state

KAFKA, REDIS, NAMESPACE = "127.0.0.1:9092", "redis://127.0.0.1:6379/0", "relais"

KafkaOption = Annotated[
    str | None,
    typer.Option(
        "--kafka",
        envvar="RELAIS_KAFKA",
        metavar="HOST:PORT",
        help=f"Kafka servers, separated by commas. Default: the running house's, else {KAFKA}.",
    ),
]
RedisOption = Annotated[
    str | None,
    typer.Option(
        "--redis",
        envvar="RELAIS_REDIS",
        metavar="URL",
        help=f"Redis server. Default: the running house's, else {REDIS}.",
    ),
]
NamespaceOption = Annotated[
    str | None,
    typer.Option(
        "--namespace",
        envvar="RELAIS_NAMESPACE",
        metavar="NAME",
        help=f"First part of every topic's name. Default: the running house's, else {NAMESPACE}.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a house is reached."""

    kafka: str
    redis: str
    namespace: str


def contact(kafka: str | None = None, redis: str | None = None, namespace: str | None = None) -> Contact:
    """What was given; where nothing was, the house that is up here; else the usual addresses.

    A house up here says nothing about topics and queues on a Kafka that was given."""
    running = None if kafka else state.read()
    return Contact(
        kafka or (running.kafka if running else KAFKA),
        redis or (running.redis if running else REDIS),
        namespace or (running.namespace if running else NAMESPACE),
    )
