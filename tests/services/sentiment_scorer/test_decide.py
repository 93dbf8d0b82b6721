"""What the sentiment scorer says, with the shipped weights."""

from pathlib import Path

import pytest

from services.sentiment_scorer.decide import explain, read
from services.sentiment_scorer.model import SentimentModel, load
from shared.text.weights import WeightsUnusable


@pytest.fixture(scope="module")
def model() -> SentimentModel:
    return load()


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour, je n'ai plus internet depuis ce matin, pouvez-vous m'aider ?",
        "où est mon colis svp",
        "Hello, could you tell me the price of delivery?",
        "merci beaucoup pour votre aide",
    ],
)
def test_a_calm_message_is_calm_even_when_it_reports_a_problem(model: SentimentModel, text: str) -> None:
    assert read([text], model)[0].tone == "calm"


@pytest.mark.parametrize(
    "text",
    [
        "C'EST UNE HONTE, vous êtes des voleurs !!!",
        "you are useless thieves, give me my money back NOW",
        "j'en ai plus que marre de votre service de merde",
    ],
)
def test_an_angry_message_is_not_calm(model: SentimentModel, text: str) -> None:
    reading = read([text], model)[0]
    assert reading.tone != "calm"
    assert reading.frustration > 0.5


@pytest.mark.parametrize(
    "text", ["merci, super, dix jours sans box", "great, another week without internet, thanks a lot"]
)
def test_ironic_praise_widens_the_interval_instead_of_guessing(model: SentimentModel, text: str) -> None:
    reading = read([text], model)[0]
    assert "ironic" in reading.signs
    assert reading.low <= 0.2
    assert reading.high >= 0.8


def test_the_interval_holds_the_score(model: SentimentModel) -> None:
    for reading in read(["bonjour", "c'est nul", "scandaleux !!!", "ok", "thanks a lot"], model):
        assert 0.0 <= reading.low <= reading.frustration <= reading.high <= 1.0


def test_a_text_that_says_nothing_gets_the_reading_of_ignorance(model: SentimentModel) -> None:
    reading = read([""], model)[0]
    assert (reading.low, reading.frustration, reading.high) == (0.0, 0.5, 1.0)


def test_nothing_to_read_is_no_reading(model: SentimentModel) -> None:
    assert read([], model) == []


@pytest.mark.parametrize("text", ["\0" * 100_000, "\udc00" * 1000, "e\u0301" * 100_000, "!" * 1_000_000])
def test_a_hostile_text_gets_a_reading(model: SentimentModel, text: str) -> None:
    assert len(read([text], model)) == 1


def test_an_explanation_names_what_weighed_most(model: SentimentModel) -> None:
    assert explain("j'en ai marre, c'est scandaleux", model)


def test_missing_weights_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WeightsUnusable, match="relais train"):
        load(tmp_path)
