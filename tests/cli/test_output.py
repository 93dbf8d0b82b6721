"""Where a command writes is looked at before it works."""

import os
from pathlib import Path

import pytest

from services.cli import state
from services.cli.output import file, folder
from shared.contracts.errors import UserMistake
from tests.cli.command import relais


def test_a_folder_may_be_there_and_is_not_made_yet(tmp_path: Path) -> None:
    assert folder(tmp_path) == tmp_path
    assert not folder(tmp_path / "a" / "b").parent.exists()


def test_a_folder_that_nobody_may_write_into_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: path != tmp_path)
    with pytest.raises(UserMistake, match="nothing can be written into"):
        folder(tmp_path / "a")


def test_a_file_need_not_be_there_yet(tmp_path: Path) -> None:
    assert file(tmp_path / "report.md") == tmp_path / "report.md"


def test_a_file_is_no_folder_and_a_folder_no_file(tmp_path: Path) -> None:
    (tmp_path / "x").touch()
    with pytest.raises(UserMistake, match="x is a file"):
        folder(tmp_path / "x")
    with pytest.raises(UserMistake, match="x is a file"):
        folder(tmp_path / "x" / "below")
    with pytest.raises(UserMistake, match="is a folder"):
        file(tmp_path)
    with pytest.raises(UserMistake, match="there is no folder"):
        file(tmp_path / "none" / "report.md")


@pytest.mark.parametrize("command", [("topics", "doc"), ("train", "--data", "none.jsonl")])
def test_a_command_that_cannot_write_its_folder_says_so(command: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "x").touch()
    ran = relais(tmp_path, *command, "--out", str(tmp_path / "x"))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "x is a file" in ran.stderr


def test_a_home_in_which_nothing_can_be_kept_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x").touch()
    monkeypatch.setenv("RELAIS_HOME", str(tmp_path / "x"))
    with pytest.raises(UserMistake, match="RELAIS_HOME"), state.claimed():
        pass
