"""The `relais` command itself: help, errors, and what it imports."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from services.cli import main
from services.cli.house import SERVICES
from shared.contracts.errors import UserMistake
from tests.cli.command import environment, relais

HEAVY = {"numpy", "aiokafka", "confluent_kafka", "pydantic", "faststream", "redis"}


def test_help_names_every_command_and_imports_none_of_them(tmp_path: Path) -> None:
    program = (
        "import sys\nsys.argv[1:] = ['--help']\nfrom services.cli.main import run\n"
        f"try: run()\nexcept SystemExit: pass\nprint(sorted({HEAVY!r} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env=environment(tmp_path),
    )
    assert done.stdout.splitlines()[-1] == "[]"
    for name, command in main.COMMANDS.items():
        assert f"{name} " in done.stdout and command.help in done.stdout


@pytest.mark.parametrize("name", main.COMMANDS)
def test_every_command_has_help_of_its_own(name: str, tmp_path: Path) -> None:
    done = relais(tmp_path, name, "--help")
    assert done.returncode == 0, done.stderr
    assert f"Usage: relais {name}" in done.stdout


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_can_be_run(service: str) -> None:
    assert (Path(inspect.getfile(main)).parents[1] / service / "__main__.py").is_file()


def test_a_wrong_service_is_answered_with_the_list_of_services(tmp_path: Path) -> None:
    done = relais(tmp_path, "run", "roter")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        f"relais: there is no service 'roter'; the services are {', '.join(SERVICES)}"
    ]


def test_run_becomes_the_service_and_sends_it_to_the_house_that_is_meant(tmp_path: Path) -> None:
    done = relais(tmp_path, "run", "courier", "--kafka", "127.0.0.1:1", "--namespace", "elsewhere")
    assert done.returncode == 64
    assert '"namespace": "elsewhere"' in done.stdout
    assert "Kafka does not answer at 127.0.0.1:1" in done.stdout


def test_a_kafka_without_a_port_that_is_a_number_is_a_mistake(tmp_path: Path) -> None:
    done = relais(tmp_path, "run", "courier", "--kafka", "127.0.0.1:port")
    assert done.returncode == 64
    assert "Kafka does not answer at 127.0.0.1:port" in done.stdout


def test_a_wrong_command_is_answered_with_the_nearest(tmp_path: Path) -> None:
    done = relais(tmp_path, "statsu")
    assert done.returncode == 2
    assert "Did you mean 'status'?" in done.stderr


def fail(error: Exception, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """The exit code when a command raises `error`."""

    def command() -> None:
        raise error

    failing = typer.Typer()
    failing.command()(command)
    monkeypatch.setattr(main, "load", lambda _: typer.main.get_command(failing))
    monkeypatch.setattr(sys, "argv", ["relais", *arguments, "status"])
    with pytest.raises(SystemExit) as ended:
        main.run()
    return int(str(ended.value.code))


@pytest.mark.parametrize(
    "error",
    [
        UserMistake("put it right"),
        ExceptionGroup("tasks", [ExceptionGroup("inner", [UserMistake("put it right")])]),
    ],
    ids=["alone", "from a group of tasks"],
)
def test_a_mistake_is_one_line_and_code_2(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fail(error, monkeypatch) == 2
    assert capsys.readouterr().err == "relais: put it right\n"


def test_a_bug_tells_its_type_and_not_its_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fail(ValueError("what a customer wrote"), monkeypatch) == 70
    said = capsys.readouterr().err
    assert "ValueError" in said and "customer" not in said and len(said.splitlines()) == 1


def test_debug_shows_the_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserMistake):
        fail(UserMistake("put it right"), monkeypatch, "--debug")
