"""A Kafka for machines that have none: the mock cluster inside librdkafka, as its C interface offers it.

It speaks Kafka's protocol over TCP to any client. It is for trying and for tests, because:
- everything is in memory and gone with the process;
- a partition keeps its last 5 MiB;
- a consumer group serves one member well, and no second one;
- a fetch that finds nothing is answered when its wait is over, not when a record arrives.

    python -m shared.runtime.embedded_kafka PORTFILE PARTITIONS TOPIC...

It chooses its port itself and writes its address to PORTFILE when it serves.
"""

import ctypes
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from confluent_kafka import cimpl

PRODUCER = 0
ERROR_BYTES = 512
_Pointer, _Text, _Int = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
_SIGNATURES = {
    "rd_kafka_conf_new": (_Pointer, []),
    "rd_kafka_new": (_Pointer, [_Int, _Pointer, _Text, ctypes.c_size_t]),
    "rd_kafka_mock_cluster_new": (_Pointer, [_Pointer, _Int]),
    "rd_kafka_mock_cluster_bootstraps": (_Text, [_Pointer]),
    "rd_kafka_mock_group_initial_rebalance_delay_ms": (None, [_Pointer, ctypes.c_int32]),
    "rd_kafka_mock_set_controller_id": (None, [_Pointer, ctypes.c_int32]),
    "rd_kafka_mock_topic_create": (_Int, [_Pointer, _Text, _Int, _Int]),
}


def start(topics: Mapping[str, int]) -> str:
    """Start a broker with these topics (name to number of partitions) on a thread of this process, for
    as long as the process lives. Returns its address."""
    # The extension module is linked against librdkafka, so its symbols are found through it.
    library = ctypes.CDLL(cimpl.__file__)
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    why = ctypes.create_string_buffer(ERROR_BYTES)
    client = library.rd_kafka_new(PRODUCER, library.rd_kafka_conf_new(), why, ERROR_BYTES)
    cluster = library.rd_kafka_mock_cluster_new(client, 1) if client else None
    if not cluster:
        raise RuntimeError(f"librdkafka cannot start a broker: {why.value.decode()}")
    # With a controller, requests it does not know are refused at once instead of after a time-out.
    library.rd_kafka_mock_set_controller_id(cluster, 1)
    library.rd_kafka_mock_group_initial_rebalance_delay_ms(cluster, 0)
    for name, partitions in topics.items():
        library.rd_kafka_mock_topic_create(cluster, name.encode(), partitions, 1)
    address: bytes = library.rd_kafka_mock_cluster_bootstraps(cluster)
    return address.decode()


def serve(portfile: Path, partitions: int, topics: Sequence[str]) -> None:
    """Serve until a signal ends the process."""
    address = start(dict.fromkeys(topics, partitions))
    draft = portfile.with_suffix(".new")
    draft.write_text(address)
    draft.replace(portfile)
    signal.pause()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
