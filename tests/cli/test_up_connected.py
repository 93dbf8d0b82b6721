"""`relais up` on servers that somebody else runs."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from tests.cli.command import Up, alive, relais
from tests.kit.kafka import RealKafka
from tests.kit.redis import RealRedis

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a process to its parent's life"),
    pytest.mark.timeout(300),
]


def test_it_makes_the_topics_and_leaves_the_servers_alone(
    tmp_path: Path, kafka: RealKafka, redis_server: RealRedis
) -> None:
    given = ("--kafka", kafka.address, "--redis", redis_server.url, "--namespace", f"up{uuid4().hex[:8]}")
    with Up(tmp_path / "home", *given) as up:
        up.wait_ready()
        assert up.state()["servers"] == {}
        assert relais(up.home, "topics", "check").returncode == 0
        pids = up.pids()
        up.process.send_signal(signal.SIGINT)
        assert up.process.wait(20) == 0, up.said()
        assert not any(map(alive, pids))
    assert relais(tmp_path, "topics", "check", *given[:2], *given[4:]).returncode == 0


def test_it_refuses_topics_with_unequal_partitions(
    tmp_path: Path, kafka: RealKafka, redis_server: RealRedis
) -> None:
    namespace = f"up{uuid4().hex[:8]}"
    kafka.create_topics(f"{namespace}.inbound", partitions=4)
    kafka.create_topics(f"{namespace}.ledger", partitions=6)
    given = ("--kafka", kafka.address, "--redis", redis_server.url, "--namespace", namespace)
    refused = relais(tmp_path, "up", *given)
    assert refused.returncode == 2
    assert f"{namespace}.inbound: 4, {namespace}.ledger: 6" in refused.stderr
    assert "Traceback" not in refused.stderr
