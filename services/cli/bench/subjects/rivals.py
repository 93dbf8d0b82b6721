"""The same hop with other frameworks, as their tutorials have it: JSON in, JSON out, a message at a time.

    PYTHON rivals.py faust|quixstreams|bytewax KAFKA FROM TO

It imports nothing of Relais, so that PYTHON may be one of an environment that has them.
"""

import json
import logging
import sys
import tempfile
from datetime import timedelta
from importlib import import_module
from typing import Any

MODULES = {"faust": "faust", "quixstreams": "quixstreams", "bytewax": "bytewax.connectors.kafka"}


def reading(message: dict[str, Any]) -> dict[str, Any]:
    """What the hop makes of a message."""
    return {"ref": message["id"], "intents": [("delivery_time", 0.91)], "language": "fr"}


def faust(kafka: str, source: str, target: str) -> None:
    """An agent of faust-streaming."""
    library = import_module("faust")
    app = library.App(
        source,
        broker=f"kafka://{kafka}",
        store="memory://",
        topic_disable_leader=True,
        web_enabled=False,
        datadir=tempfile.mkdtemp(prefix="relais-bench-"),
        consumer_auto_offset_reset="earliest",
        processing_guarantee="at_least_once",
    )
    into = app.topic(target, value_serializer="json")

    async def hop(messages: Any) -> None:
        async for message in messages:
            await into.send(value=reading(message))

    app.agent(app.topic(source, value_serializer="json"))(hop)

    library.Worker(app, loglevel="ERROR").execute_from_commandline()


def quixstreams(kafka: str, source: str, target: str) -> None:
    """A streaming dataframe of Quix Streams."""
    library = import_module("quixstreams")
    app = library.Application(
        broker_address=kafka,
        consumer_group=source,
        auto_offset_reset="earliest",
        loglevel="ERROR",
    )
    frame = app.dataframe(app.topic(source, value_deserializer="json"))
    frame.apply(reading).to_topic(app.topic(target, value_serializer="json"))
    app.run()


def bytewax(kafka: str, source: str, target: str) -> None:
    """A dataflow of Bytewax with its own Kafka source and sink, in batches."""
    kop, op = import_module("bytewax.connectors.kafka"), import_module("bytewax.operators")
    flow = import_module("bytewax.dataflow").Dataflow("hop")
    inputs = op.input("in", flow, kop.KafkaSource([kafka], [source], batch_size=1000))

    def hop(message: Any) -> Any:
        value = json.dumps(reading(json.loads(message.value))).encode()
        return kop.KafkaSinkMessage(message.key, value)

    op.output("out", op.map("hop", inputs, hop), kop.KafkaSink([kafka], target))
    import_module("bytewax.testing").run_main(flow, epoch_interval=timedelta(seconds=1))


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)
    kind, *where = sys.argv[1:]
    {"faust": faust, "quixstreams": quixstreams, "bytewax": bytewax}[kind](*where)
