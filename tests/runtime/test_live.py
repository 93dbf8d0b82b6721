"""A running service takes a new model; one that cannot be used is refused and the old one stays."""

import json
import shutil
from pathlib import Path

import pytest

from services.intent_classifier.model import WEIGHTS, IntentModel, load
from shared.runtime.live import Live
from shared.text.weights import ARRAYS, MANIFEST, WeightsUnusable, renew
from tests.kit.process import wait_until


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(WEIGHTS, tmp_path / "model"))


def _renewed(folder: Path) -> str:
    manifest = json.loads((folder / MANIFEST).read_text())
    return renew(folder, {**manifest, "curve": [2.0, 1.0]})


def test_a_folder_that_did_not_change_is_not_read_again(folder: Path) -> None:
    live: Live[IntentModel] = Live(folder, load)
    before = live.model
    assert not live.look()
    assert live.model is before


def test_a_new_model_is_taken(folder: Path) -> None:
    live: Live[IntentModel] = Live(folder, load)
    version = _renewed(folder)
    assert live.look()
    assert live.model.version == version
    assert live.model.curve == (2.0, 1.0)


def test_a_watched_folder_is_looked_at_again_and_again(folder: Path) -> None:
    live: Live[IntentModel] = Live(folder, load)
    live.watch(every=0.01)
    version = _renewed(folder)
    wait_until(lambda: live.model.version == version, 30, "the new model is taken")


def test_a_damaged_model_is_refused_and_told_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    live: Live[IntentModel] = Live(folder, load)
    before = live.model
    whole = (folder / ARRAYS).read_bytes()
    (folder / ARRAYS).write_bytes(whole[:-10])
    assert not live.look()
    assert not live.look()
    assert live.model is before
    said = "".join(capsys.readouterr())
    assert said.count("model_refused") == 1
    assert "checksum" in said


def test_a_model_that_was_half_there_is_taken_when_it_is_whole(folder: Path) -> None:
    live: Live[IntentModel] = Live(folder, load)
    whole = (folder / ARRAYS).read_bytes()
    (folder / ARRAYS).unlink()
    version = None
    assert not live.look()
    (folder / ARRAYS).write_bytes(whole)
    version = _renewed(folder)
    assert live.look()
    assert live.model.version == version


def test_without_a_first_model_there_is_no_service(tmp_path: Path) -> None:
    with pytest.raises(WeightsUnusable, match="relais train"):
        Live(tmp_path, load)
