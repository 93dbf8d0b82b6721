"""Apache Kafka from its published Maven jars as a server for tests."""

from __future__ import annotations

import shutil

from shared.contracts.errors import UserMistake
from shared.runtime import kafka_jars
from tests.kit.kafka_probe import serves
from tests.kit.process import ProcessServer, scratch
from tests.kit.server import Unavailable


def jar_broker() -> ProcessServer:
    """A broker ready to be started, its storage formatted; `Unavailable` when this machine cannot run it."""
    home = scratch()
    try:
        command, address = kafka_jars.prepared(home)
    except UserMistake as mistake:
        shutil.rmtree(home)
        raise Unavailable(str(mistake)) from mistake
    return ProcessServer(
        command,
        kind="jars",
        address=address,
        version=kafka_jars.kafka_version(),
        home=home,
        answers=serves,
        patience=60,
    )
