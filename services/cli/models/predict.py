"""`relais predict`: what the models make of a text."""

import json
import sys
from dataclasses import asdict
from typing import Annotated, Any

import typer

from services.intent_classifier import decide as intent
from services.intent_classifier import model as intent_model
from services.sentiment_scorer import decide as tone
from services.sentiment_scorer import model as tone_model


def predict(
    text: Annotated[
        list[str] | None, typer.Argument(help="Texts; without any, one per line of input.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="What the channel says of the language.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per text.")] = False,
) -> None:
    """Show what the models make of a text: intents, demand for a person, tone, and what weighed most."""
    texts = text or [line.rstrip("\n") for line in sys.stdin]
    intents, tones = intent_model.load(), tone_model.load()
    wants = intent.read(texts, intents, [language] * len(texts))
    feels = tone.read(texts, tones)
    for one, want, feel in zip(texts, wants, feels, strict=True):
        found = {
            "text": one,
            "intent": asdict(want) | {"weights": intent.explain(one, intents)},
            "sentiment": asdict(feel) | {"weights": tone.explain(one, tones)},
        }
        print(json.dumps(found, ensure_ascii=False) if as_json else _readable(found))


def _readable(found: dict[str, Any]) -> str:
    intent, tone = found["intent"], found["sentiment"]
    likely = ", ".join(f"{name} {chance:.2f}" for name, chance in intent["intents"])
    state = f"unknown: {intent['unknown']}" if intent["unknown"] else "known"
    person = "wants a person; " if intent["wants_person"] else ""
    return (
        f"“{found['text'][:70]}”\n"
        f"  intents      {likely} ({state}, in scope {intent['in_scope']:.2f}, {intent['language']})\n"
        f"  because of   {_weights(intent['weights'])}\n"
        f"  tone         {person}{tone['tone']}, frustration {tone['frustration']:.2f} "
        f"[{tone['low']:.2f}, {tone['high']:.2f}]\n"
        f"  because of   {_weights(tone['weights'])}"
    )


def _weights(weights: list[tuple[str, float]]) -> str:
    return ", ".join(f"{gram.strip()} {weight:+.2f}" for gram, weight in weights[:6])
