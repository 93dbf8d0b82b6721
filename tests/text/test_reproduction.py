"""The shipped weights are what training makes of the shipped corpus, byte for byte."""

from pathlib import Path

import pytest

from services.cli.models import train
from services.intent_classifier import model as intents
from services.sentiment_scorer import model as tone
from shared.text.weights import ARRAYS, MANIFEST

LARGEST = 10_000_000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("model")
    train.train(out=out, seed=train.SEED)
    return out


@pytest.mark.timeout(900)
@pytest.mark.parametrize("file", [ARRAYS, MANIFEST])
def test_training_makes_the_shipped_weights_again(made: Path, file: str) -> None:
    assert (made / file).read_bytes() == (intents.WEIGHTS / file).read_bytes()
    assert (made / tone.TONE / file).read_bytes() == (tone.WEIGHTS / file).read_bytes()


def test_the_shipped_weights_are_small_enough_to_live_beside_the_code() -> None:
    for folder in (intents.WEIGHTS, tone.WEIGHTS):
        assert (folder / ARRAYS).stat().st_size < LARGEST
