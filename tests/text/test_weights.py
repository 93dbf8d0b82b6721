"""Weights on disk: what is written is read back, and what is doubtful is refused with advice."""

import json
from pathlib import Path

import numpy as np
import pytest

from shared.text import weights
from shared.text.features import hashed
from shared.text.weights import ARRAYS, MANIFEST, WeightsUnusable


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = np.unique(hashed(["ou est mon colis"]).rows)
    rows = rows[rows > 0]
    arrays = {
        "rows": rows,
        "weights": np.full((len(rows), 2), 3, np.int8),
        "documents": np.ones(len(rows), np.uint16),
        "scales": np.ones(2, np.float32),
        "biases": np.zeros(2, np.float32),
    }
    weights.save(tmp_path, arrays, {"texts": 4})
    return tmp_path


def test_what_is_written_is_read_back(folder: Path) -> None:
    model = weights.load(folder)
    scores = model.scores(hashed(["ou est mon colis", "zzz"]))
    assert scores[0, 0] > 1.0
    assert model.scores_and_coverage(hashed(["ou est mon colis"]))[1].min() == pytest.approx(1.0)
    assert len(model.version) == 12


def test_the_same_model_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    with np.load(folder / ARRAYS) as archive:
        arrays = {name: archive[name] for name in archive.files}
    weights.save(tmp_path / "again", arrays, {"texts": 4})
    assert (tmp_path / "again" / ARRAYS).read_bytes() == (folder / ARRAYS).read_bytes()
    assert (tmp_path / "again" / MANIFEST).read_bytes() == (folder / MANIFEST).read_bytes()


def _flip_a_byte(folder: Path) -> None:
    content = bytearray((folder / ARRAYS).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / ARRAYS).write_bytes(content)


def _cut_short(folder: Path) -> None:
    (folder / ARRAYS).write_bytes((folder / ARRAYS).read_bytes()[:-10])


def _remove(folder: Path) -> None:
    (folder / ARRAYS).unlink()


def _scribble(folder: Path) -> None:
    (folder / MANIFEST).write_text("{")


def _not_an_object(folder: Path) -> None:
    (folder / MANIFEST).write_text("[]")


def _other_features(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps({**manifest, "features": "older"}))


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (_flip_a_byte, "checksum"),
        (_cut_short, "checksum"),
        (_remove, "no weights"),
        (_scribble, "cannot be read"),
        (_not_an_object, "not a manifest"),
        (_other_features, "another version of the features"),
    ],
)
def test_doubtful_weights_are_refused_with_advice(folder: Path, harm: object, told: str) -> None:
    assert callable(harm)
    harm(folder)
    with pytest.raises(WeightsUnusable, match=told) as refused:
        weights.load(folder)
    assert "relais train" in str(refused.value)
