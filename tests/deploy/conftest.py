"""The tools that read the deployment's files, and the services as the deployment runs them."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.deploy.parts import COMPOSE, SERVICES, image_environment, lay_out
from tests.kit.house import House
from tests.kit.kafka import RealKafka
from tests.kit.process import scratch
from tests.kit.redis import RealRedis
from tests.kit.report import RanAgainst

PARSER = "github.com/compose-spec/compose-go/v2/cmd@v2.16.2"
Tool = Callable[..., "subprocess.CompletedProcess[str]"]
GIVEN_HERE = {"RELAIS_KAFKA", "RELAIS_REDIS", "RELAIS_HTTP_HOST", "RELAIS_HTTP_PORT"}


def tool(name: str, ran_against: RanAgainst) -> Tool:
    """Calls an installed program; without it the test is skipped, and the closing table says so."""
    program = shutil.which(name)
    if program is None:
        ran_against(name, "not installed here")
        pytest.skip(f"no {name} here")

    def call(*arguments: object, told: str | None = None) -> subprocess.CompletedProcess[str]:
        command = [program, *map(str, arguments)]
        return subprocess.run(command, input=told, capture_output=True, text=True, check=False, timeout=60)

    return call


@pytest.fixture(scope="session")
def promtool(ran_against: RanAgainst) -> Tool:
    call = tool("promtool", ran_against)
    said = call("--version")
    found = re.search(r"version (\S+)", said.stdout + said.stderr)
    ran_against("promtool", f"real: {found[1] if found else 'unknown'}, installed here")
    return call


@pytest.fixture(scope="session")
def kubectl(ran_against: RanAgainst) -> Tool:
    call = tool("kubectl", ran_against)
    ran_against("kubectl", "real: its kustomize, installed here; no cluster")
    return call


@pytest.fixture(scope="session")
def compose_parser(ran_against: RanAgainst) -> str:
    """The program that is the reference for compose files: it reads one, and ends with 1 if it is wrong."""
    if shutil.which("go") is None:
        ran_against("compose", "not checked by the reference parser: no go here")
        pytest.skip("no go to build the reference parser of compose files with")
    version = PARSER.rpartition("@")[2]
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "relais"
    program = root / f"compose-parser-{version}"
    root.mkdir(parents=True, exist_ok=True)
    with (root / f"{program.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not program.exists():
            _build(program, ran_against)
    ran_against("compose", f"the reference parser: compose-go {version}")
    return str(program)


def _build(program: Path, ran_against: RanAgainst) -> None:
    home = scratch()
    environment = os.environ | {"GOBIN": str(home), "GOFLAGS": "", "GOTOOLCHAIN": "local"}
    command = ["go", "install", PARSER]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=110)
    if done.returncode:
        ran_against("compose", "not checked by the reference parser: go could not build it")
        pytest.skip(f"go could not build the reference parser of compose files: {done.stderr[-200:]}")
    shutil.move(home / "cmd", program)
    shutil.rmtree(home)


@pytest.fixture(scope="module")
def deployed(
    kafka: RealKafka, redis_server: RealRedis, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """All services of the compose file at work: the image's files, its variables and the file's own, on
    this machine's Kafka, Redis and ports."""
    app = tmp_path_factory.mktemp("app")
    lay_out(app)
    with House(kafka.address, redis_server.url) as house, pytest.MonkeyPatch.context() as patch:
        patch.chdir(app)
        for service in SERVICES:
            said = image_environment() | COMPOSE["services"][service]["environment"]
            house.launch(service, **{name: said[name] for name in said.keys() - GIVEN_HERE - {"PATH"}})
        house.wait_ready(*SERVICES, within=100)
        patch.undo()
        yield house
