"""Where a command finds the house it is about: the same options, variables and defaults for all."""

import re
from typing import Annotated
from urllib.parse import urlsplit

import typer

from services.cli import state
from services.cli.state import Contact
from shared.contracts.errors import UserMistake

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


def _usable(namespace: str | None) -> str | None:
    if namespace is not None and not re.fullmatch(r"[a-zA-Z0-9_-]{1,60}", namespace):
        raise UserMistake("a namespace has up to 60 letters, digits, hyphens and underscores")
    return namespace


NamespaceOption = Annotated[
    str | None,
    typer.Option(
        "--namespace",
        envvar="RELAIS_NAMESPACE",
        metavar="NAME",
        callback=_usable,
        help=f"First part of every topic's name. Default: the running house's, else {NAMESPACE}.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


def contact(kafka: str | None = None, redis: str | None = None, namespace: str | None = None) -> Contact:
    """What was given; where nothing was, the house that is up here; else the usual addresses.

    A house up here says nothing about topics and queues on a Kafka that was given."""
    running = None if kafka else state.read()
    return Contact(
        kafka or (running.kafka if running else KAFKA),
        redis or (running.redis if running else REDIS),
        namespace or (running.namespace if running else NAMESPACE),
    )


def without_password(url: str) -> str:
    """The address in a URL as it may be shown."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return parts._replace(netloc=f"{parts.username or ''}:…@{parts.netloc.rpartition('@')[2]}").geturl()
