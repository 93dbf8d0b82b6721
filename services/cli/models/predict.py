"""`relais predict`: what the models make of messages."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.models import folder
from services.cli.models.folder import Models
from services.cli.models.lines import STDIN, Line, lines, stated_language
from services.intent_classifier import decide as intent
from services.sentiment_scorer import decide as tone
from shared.contracts.errors import UserMistake
from shared.text.prepared import prepare

_BATCH = 256


def predict(
    what: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[MODEL] FILE.jsonl | TEXT…",
            help="A file of JSON lines with `text` (`-`: the input), after the folder of a model if it is "
            "not to be the shipped one. Anything else is text; without any, each line of the input is one.",
        ),
    ] = None,
    language: Annotated[str | None, typer.Option(help="What the channel says of the language.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per text.")] = False,
) -> None:
    """Add to each line of a file what the models make of it; or show it for texts.

    Lines come out in their order, with intents, unknown, language, frustration, wants_human and signs
    added. A line that cannot be read comes out as its number and the error, and does not stop the others.
    """
    given = what or []
    if given and _is_file(given[-1]):
        _read_file(given, language)
    else:
        _show(given or [line.rstrip("\n") for line in sys.stdin], language, as_json)


def _is_file(name: str) -> bool:
    """A text may be what no file can be named, such as one of 256 characters."""
    try:
        return name == STDIN or name.endswith(".jsonl") or (name != "" and Path(name).exists())
    except (OSError, ValueError):
        return False


def _read_file(given: Sequence[str], language: str | None) -> None:
    if len(given) > 2:
        raise UserMistake("one file at a time: relais predict [MODEL] FILE.jsonl")
    models, broken = folder.load(given[0] if len(given) == 2 else None), 0
    source = lines(given[-1])
    while some := list(islice(source, _BATCH)):
        for line, found in zip(some, _read(some, models, language), strict=True):
            print(json.dumps(found, ensure_ascii=False))
            if line.wrong:
                broken += 1
                print(f"{given[-1]}:{line.number}: {line.wrong}", file=sys.stderr)
    if broken:
        print(f"relais: lines that could not be read: {broken}", file=sys.stderr)


def _read(some: Sequence[Line], models: Models, language: str | None) -> Iterator[dict[str, Any]]:
    good = [line for line in some if line.wrong is None]
    stated = [stated_language(line.row) or language for line in good]
    found = iter(added([line.text for line in good], models, stated))
    for line in some:
        yield (line.row | next(found)) if line.wrong is None else {"line": line.number, "error": line.wrong}


def added(texts: Sequence[str], models: Models, stated: Sequence[str | None]) -> list[dict[str, Any]]:
    """What is said of each text, in the shape of `relais predict`."""
    if not texts:
        return []
    ready = prepare(texts)
    wants = intent.read(texts, models.intents, stated, ready)
    feels = tone.read(texts, models.tone, ready)
    asks = intent.person_chances(texts, models.intents)
    return [
        {
            "intents": [{"name": name, "p": chance} for name, chance in want.intents],
            "unknown": want.unknown,
            "language": want.language,
            "frustration": {
                "score": feel.frustration,
                "low": feel.low,
                "high": feel.high,
                "level": feel.tone,
            },
            "wants_human": {"value": want.wants_person, "p": chance},
            "signs": sorted({*want.signs, *feel.signs}),
        }
        for want, feel, chance in zip(wants, feels, asks, strict=True)
    ]


def _show(texts: Sequence[str], language: str | None, as_json: bool) -> None:
    models = folder.load()
    wants = intent.read(texts, models.intents, [language] * len(texts))
    for one, want, feel in zip(texts, wants, tone.read(texts, models.tone), strict=True):
        found = {
            "text": one,
            "intent": asdict(want) | {"weights": intent.explain(one, models.intents)},
            "sentiment": asdict(feel) | {"weights": tone.explain(one, models.tone)},
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
