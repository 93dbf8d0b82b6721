"""The Dockerfile, as far as it can be tried without an engine: its files, its variables, its commands."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from shared.runtime.settings import ROOT
from tests.deploy.parts import (
    COMPOSE,
    SERVICES,
    VERSION,
    health_check,
    image_environment,
    instructions,
    lay_out,
    left_out,
    variables_of,
)
from tests.kit.house import House
from tests.kit.process import free_port


def check_at(port: int) -> int:
    command = [sys.executable, *health_check()[1:]]
    environment = os.environ | {"RELAIS_HTTP_PORT": str(port)}
    return subprocess.run(command, env=environment, capture_output=True, check=False, timeout=20).returncode


def test_the_images_files_are_enough_for_every_service(deployed: House) -> None:
    for service in SERVICES:
        assert Path(f"/proc/{deployed.processes[service].pid}/cwd").resolve() != ROOT
        assert deployed.status(service)["ready"]


def test_the_health_check_passes_for_a_service_that_is_ready_and_for_nothing_else(deployed: House) -> None:
    assert [check_at(deployed.ports[service]) for service in SERVICES] == [0] * len(SERVICES)
    assert check_at(free_port()) != 0


def test_the_image_holds_the_code_the_policy_and_the_faq_and_nothing_else(tmp_path: Path) -> None:
    lay_out(tmp_path)
    top = {path.name for path in tmp_path.iterdir()}
    assert top == {
        "LICENSE",
        "README.md",
        "pyproject.toml",
        "requirements.lock",
        "services",
        "shared",
        "deploy",
    }
    assert {path.name for path in (tmp_path / "deploy").iterdir()} == {"policy.yaml", "faq.yaml"}
    assert not [path for path in tmp_path.rglob("*") if path.suffix == ".pyc"]


def test_the_build_is_sent_nothing_but_what_it_copies() -> None:
    kept_back = [
        ".git/config",
        ".venv/bin/python",
        "tests/conftest.py",
        "deploy/Dockerfile",
        "docs/operations.md",
    ]
    assert all(left_out(name) for name in kept_back)
    assert left_out("services/router/__pycache__/app.cpython-311.pyc")
    assert not left_out("services/router/app.py")


def test_requirements_are_installed_by_their_hashes() -> None:
    installs = [step for step in instructions("RUN") if "pip install" in step]
    assert len(installs) == 2
    assert "--require-hashes -r requirements.lock" in installs[0]
    assert "--no-deps" in installs[1]


def test_the_image_runs_as_somebody_without_rights() -> None:
    user, _, group = instructions("USER")[-1].partition(":")
    assert int(user) > 0
    assert int(group) > 0


def test_the_base_image_is_pinned_and_slim() -> None:
    assert re.fullmatch(r"PYTHON=python:3\.\d+\.\d+-slim-\w+", instructions("ARG")[0])
    assert [line.split()[0] for line in instructions("FROM")] == ["${PYTHON}", "${PYTHON}"]


def test_every_variable_of_the_image_is_one_that_services_know() -> None:
    ours = {name for name in image_environment() if name.startswith("RELAIS_")}
    assert ours == {"RELAIS_HTTP_HOST", "RELAIS_HTTP_PORT"}
    assert all(ours <= variables_of(service) for service in SERVICES)
    assert image_environment()["RELAIS_HTTP_PORT"] == instructions("EXPOSE")[0]


def test_the_image_has_the_version_of_the_project_everywhere() -> None:
    assert f"relais:{VERSION}" in (ROOT / "deploy" / "Dockerfile").read_text()
    assert {COMPOSE["services"][service]["image"] for service in SERVICES} == {f"relais:{VERSION}"}
    assert f"newTag: {VERSION}}}" in (ROOT / "deploy" / "kustomization.yaml").read_text()
