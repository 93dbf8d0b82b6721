"""A model as `relais train --out` writes it: the intent model in the folder, that of tone in `tone/`."""

import os
from dataclasses import dataclass
from pathlib import Path

from services.intent_classifier import model as intents
from services.sentiment_scorer import model as tone
from services.sentiment_scorer.model import TONE

SHIPPED = "shipped"
"""Names the models that came with this release, in place of a folder."""


@dataclass(frozen=True, slots=True)
class Models:
    """Both models, ready to read with."""

    intents: intents.IntentModel
    tone: tone.SentimentModel


def load(model: str | Path | None = None) -> Models:
    """The models in a folder; without one those the services of this machine read with.

    `WeightsUnusable` says what to do when one cannot be used.
    """
    return Models(intents_of(model), tone_of(model))


def intents_of(model: str | Path | None = None) -> intents.IntentModel:
    """The intent model of a folder, as `load`."""
    return intents.load(_folder(model) or intents.WEIGHTS)


def tone_of(model: str | Path | None = None) -> tone.SentimentModel:
    """The model of tone of a folder, as `load`."""
    folder = _folder(model)
    return tone.load(folder / TONE if folder else tone.WEIGHTS)


def _folder(model: str | Path | None) -> Path | None:
    """The folder that is meant; None for what came with this release, its own folder included."""
    named = model or os.environ.get("RELAIS_MODEL") or SHIPPED
    shipped = str(named) == SHIPPED or Path(named).resolve() == intents.WEIGHTS.resolve()
    return None if shipped else Path(named)
