"""What the models of this installation make of a text now, and which pieces of it weighed most.

They are those the services here read with (`RELAIS_MODEL`); a record names the weights it was made with, so
that another model can be told.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from services.cli.models import folder
from services.intent_classifier import decide as intents
from services.sentiment_scorer import decide as sentiment
from shared.text.weights import WeightsUnusable

MOST = 8
Reading = dict[str, Any]


def recompute(text: str, language: str | None, with_text: bool) -> Reading:
    """Readings and, since they quote the text, only `with_text` the weightiest pieces of it.

    A model that cannot be used here is named under `failed`, with the reason.
    """
    made: Reading = {"failed": {}}
    weighers: dict[str, Callable[[], Reading]] = {
        "intents": lambda: _intents(text, language, with_text),
        "sentiment": lambda: _sentiment(text, with_text),
    }
    for name, weigh in weighers.items():
        try:
            made[name] = weigh()
        except WeightsUnusable as error:
            made["failed"][name] = str(error)
    return made


def _intents(text: str, language: str | None, with_text: bool) -> Reading:
    model = folder.intents_of()
    found = intents.read([text], model, [language])[0]
    asked = intents.explain_person(text, model, MOST) if found.wants_person else []
    more = {"version": model.version, "person": _pieces(asked, with_text)}
    return asdict(found) | more | _pieces(intents.explain(text, model, MOST), with_text)


def _sentiment(text: str, with_text: bool) -> Reading:
    model = folder.tone_of()
    reading = asdict(sentiment.read([text], model)[0])
    return reading | {"version": model.version} | _pieces(sentiment.explain(text, model, MOST), with_text)


def _pieces(weighed: list[tuple[str, float]], with_text: bool) -> Reading:
    return {"pieces": weighed} if with_text else {"pieces_hidden": len(weighed)}
