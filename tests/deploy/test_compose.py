"""The compose file: right by the reference parser, and right about the services it starts."""

from __future__ import annotations

import re
import subprocess
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.topics import all_topics
from shared.runtime.service import STOP_WITHIN
from shared.runtime.settings import ROOT
from tests.deploy.parts import COMPOSE, SERVICES, variables_of

PARTS: dict[str, dict[str, Any]] = COMPOSE["services"]
AROUND = {"topics", "kafka", "redis", "prometheus"}


def parse(parser: str, path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([parser, str(path)], capture_output=True, text=True, check=False, timeout=60)


def test_the_reference_parser_accepts_the_file(compose_parser: str) -> None:
    done = parse(compose_parser, ROOT / "docker-compose.yml")
    assert done.returncode == 0, done.stderr


def test_the_reference_parser_would_refuse_an_unknown_key(compose_parser: str, tmp_path: Path) -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    broken = tmp_path / "docker-compose.yml"
    broken.write_text(text.replace("stop_grace_period", "grace_period_of_stop"))
    assert parse(compose_parser, broken).returncode == 1


def test_every_service_of_the_house_has_an_entry_and_its_command() -> None:
    assert set(PARTS) == {*SERVICES, *AROUND}
    assert {name: PARTS[name]["command"] for name in SERVICES} == {
        name: ["python", "-m", f"services.{name}"] for name in SERVICES
    }
    assert PARTS["topics"]["command"] == ["relais", "topics", "create"]


@pytest.mark.parametrize("service", [*SERVICES, "topics"])
def test_every_variable_is_one_that_the_service_knows(service: str) -> None:
    known = set().union(*map(variables_of, SERVICES)) if service == "topics" else variables_of(service)
    assert set(PARTS[service]["environment"]) <= known


def test_every_service_has_a_name_of_its_own_that_stays() -> None:
    names = [PARTS[name]["environment"]["RELAIS_INSTANCE"] for name in SERVICES]
    assert names == [f"{name}-1" for name in SERVICES]


def test_everything_waits_for_what_it_needs() -> None:
    for name in SERVICES:
        assert PARTS[name]["depends_on"]["topics"] == {"condition": "service_completed_successfully"}
    assert PARTS["topics"]["depends_on"] == {"kafka": {"condition": "service_healthy"}}
    assert PARTS["dispatcher"]["depends_on"]["redis"] == {"condition": "service_healthy"}


def test_everything_but_the_topics_job_is_started_again_and_watched() -> None:
    for name in PARTS.keys() - {"topics"}:
        assert PARTS[name]["restart"] == "unless-stopped"
        assert name in SERVICES or PARTS[name]["healthcheck"]["test"]
        assert not PARTS[name].get("healthcheck", {}).get("disable")
    assert PARTS["topics"]["restart"] == "no"


def test_everything_has_limits_and_time_to_stop() -> None:
    for name, part in PARTS.items():
        assert part["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}
        if name != "topics":
            assert int(part["stop_grace_period"].removesuffix("s")) > STOP_WITHIN


def test_images_are_pinned_and_come_from_wherever_the_engine_looks() -> None:
    for part in PARTS.values():
        assert re.fullmatch(r"[a-z]+(/[a-z]+)?:v?\d+\.\d+\.\d+(-\w+)?", part["image"])


def test_nothing_is_reachable_from_other_machines() -> None:
    ports = [port for part in PARTS.values() for port in part.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_what_is_mounted_is_there() -> None:
    for part in PARTS.values():
        for source in (volume.partition(":")[0] for volume in part.get("volumes", [])):
            assert (ROOT / source).exists() if source.startswith(".") else source in COMPOSE["volumes"]


def test_kafka_takes_the_largest_message_of_the_map_and_makes_no_topics_by_itself() -> None:
    said = PARTS["kafka"]["environment"]
    assert int(said["KAFKA_MESSAGE_MAX_BYTES"]) >= max(topic.max_bytes for topic in all_topics(("any",)))
    assert said["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    assert len(urlsafe_b64decode(said["CLUSTER_ID"] + "==")) == 16
