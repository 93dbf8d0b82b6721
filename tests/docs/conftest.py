"""A house on the real servers for the programs on the pages, with the HTTP bot of docs/bot.md in it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.runtime.processes import bound, free_port
from tests.docs.pages import blocks
from tests.kit.house import House
from tests.kit.kafka import RealKafka
from tests.kit.redis import RealRedis


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every program of the pages."""
    folder = tmp_path_factory.mktemp("programs")
    for block in blocks("python"):
        (folder / block.shows).write_text(block.text)
    return folder


@pytest.fixture(scope="module")
def house(kafka: RealKafka, redis_server: RealRedis, programs: Path) -> Iterator[House]:
    """All seven services, asking the bot of docs/bot.md."""
    port = free_port()
    source = (programs / "bot.py").read_text()
    assert source.count("8099") == 2
    (programs / "bot.py").write_text(source.replace("8099", str(port)))
    bot = subprocess.Popen(bound([sys.executable, str(programs / "bot.py")]))
    try:
        with House(kafka.address, redis_server.url, RELAIS_BOT_URL=f"http://127.0.0.1:{port}/") as house:
            house.start()
            yield house
    finally:
        bot.kill()
        bot.wait()
