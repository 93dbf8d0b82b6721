"""What a customer wants: texts in, readings out. Nothing here reads a clock, a file or a network."""

import re
from collections.abc import Sequence

import numpy as np

from services.intent_classifier.model import IntentModel
from shared.contracts.enrichment import IntentReading, Unknown
from shared.text import language, patterns
from shared.text.calibrated import Array, gate_features, sigmoid, softmax
from shared.text.linear import weightiest
from shared.text.normalise import normalise
from shared.text.parts import parts
from shared.text.patterns import person, signs, tone
from shared.text.prepared import Prepared, prepare

_PERSON, _OUTSIDE = -2, -1
_TELLING = re.compile("[a-z][^a-z]*[a-z]")
"""Two letters: a message with fewer says nothing."""
_NAMED = 3
"""How many intents a reading names at most."""
_SURE, _PART_SURE = 0.85, 0.55
"""Chance from which a whole message, or a part of one, counts as understood."""
_TALK = "talk"
"""Route of what asks for nothing: greetings beside a request are no second request."""
_WANTED = "person"
"""Name of the pattern rule that finds a demand for a person."""
_SIGNS = (*person.RULES, *signs.RULES)


def read(
    texts: Sequence[str],
    model: IntentModel,
    languages: Sequence[str | None] | None = None,
    prepared: Prepared | None = None,
) -> list[IntentReading]:
    """One reading per text, in order.

    `languages` holds what the channel says, used where a text does not tell. `prepared` saves work when
    the same texts are read by another model too.
    """
    if not texts:
        return []
    ready = prepared or prepare(texts)
    scores, covered = model.linear.scores_and_coverage(ready.features)
    chances = softmax(scores[:, :_PERSON], model.curve)
    inside = _in_scope(scores, chances, covered, model).tolist()
    best = _best(chances, model.names)
    spoken = [
        _language(text, plain, told)
        for text, plain, told in zip(texts, ready.plain, languages or [None] * len(texts), strict=True)
    ]
    unknown = [_unknown(*about, model) for about in zip(ready.plain, spoken, best, inside, strict=True)]
    doubtful = [at for at, state in enumerate(unknown) if state is None and best[at][0][1] < _SURE]
    for at in twofold([texts[at] for at in doubtful], [best[at] for at in doubtful], model):
        unknown[doubtful[at]] = "two_requests"
    told = [patterns.fired(_SIGNS, plain) for plain in ready.plain]
    wants = _person(scores, [_WANTED in signs for signs in told], model).tolist()
    asks = [chance >= model.person_threshold for chance in wants]
    versions = [model.version] * len(texts)
    found = zip(best, unknown, inside, spoken, asks, told, versions, strict=True)
    return [_reading(*about) for about in found]


def _reading(
    best: tuple[tuple[str, float], ...],
    unknown: Unknown | None,
    inside: float,
    spoken: str,
    wants: bool,
    told: tuple[str, ...],
    version: str,
) -> IntentReading:
    return IntentReading(
        intents=best,
        unknown=unknown,
        in_scope=round(inside, 4),
        language=spoken,
        wants_person=wants or _WANTED in told,
        signs=tuple([sign for sign in told if sign != _WANTED]) if told else told,
        model=version,
    )


def _person(scores: Array, ruled: Sequence[bool], model: IntentModel) -> Array:
    weight, rule, bias = model.person
    return sigmoid(scores[:, _PERSON] * weight + np.asarray(ruled) * rule + bias)


def person_chances(texts: Sequence[str], model: IntentModel) -> list[float]:
    """Probability that each text demands a person, from the classifier and the patterns together."""
    if not texts:
        return []
    ready = prepare(texts)
    ruled = [bool(patterns.fired(person.RULES, plain)) for plain in ready.plain]
    return [round(float(p), 4) for p in _person(model.linear.scores(ready.features), ruled, model)]


def explain(text: str, model: IntentModel, most: int = 8) -> list[tuple[str, float]]:
    """The n-grams that weighed most for the likeliest intent, strongest first, and what each added."""
    ready = prepare([text])
    scores = model.linear.scores(ready.features)[0]
    return weightiest(ready.plain[0], model.linear, int(np.argmax(scores[:_PERSON])), most)


def explain_person(text: str, model: IntentModel, most: int = 8) -> list[tuple[str, float]]:
    """The n-grams that weighed most for a demand for a person; `pattern` stands for a reviewed pattern."""
    plain = normalise(text)
    found = weightiest(plain, model.linear, len(model.names), most)
    return [("pattern", round(model.person[1], 4)), *found] if patterns.fired(person.RULES, plain) else found


def _in_scope(scores: Array, chances: Array, covered: Array, model: IntentModel) -> Array:
    looked_at = gate_features(scores[:, :_PERSON], chances, scores[:, _OUTSIDE], model.curve, covered)
    return sigmoid(looked_at @ np.asarray(model.gate) + model.gate_bias)


def _best(chances: Array, names: Sequence[str]) -> list[tuple[tuple[str, float], ...]]:
    order = (-chances).argsort(axis=1, kind="stable")[:, :_NAMED].tolist()
    return [
        tuple([(names[place], round(line[place], 4)) for place in places])
        for places, line in zip(order, chances.tolist(), strict=True)
    ]


def _language(text: str, plain: str, told: str | None) -> str:
    found = language.detect(text, plain.split())
    return told[:2].lower() if found == language.UNDETERMINED and told else found


def _unknown(
    plain: str, spoken: str, best: Sequence[tuple[str, float]], scope: float, model: IntentModel
) -> Unknown | None:
    if _TELLING.search(plain) is None:
        return "too_short"
    if spoken not in language.SUPPORTED and spoken != language.UNDETERMINED:
        return "unsupported_language"
    if scope < model.scope_threshold:
        return "out_of_scope"
    if best[0][0] == "follow_up":
        return "follow_up"
    # ironic praise looks like small talk; what is meant by it is not in the words
    small_talk = model.routes.get(best[0][0]) == _TALK
    return "out_of_scope" if small_talk and patterns.fired((tone.IRONY,), plain) else None


def twofold(
    texts: Sequence[str], best: Sequence[Sequence[tuple[str, float]]], model: IntentModel
) -> list[int]:
    """Places of the texts whose parts, each fairly sure on its own, ask for things of different routes."""
    routes_of = model.routes.get
    differing = [len({routes_of(name, name) for name, _ in likely} - {_TALK}) > 1 for likely in best]
    pieces = [(at, part) for at, text in enumerate(texts) if differing[at] for part in parts(text)]
    if not pieces:
        return []
    scores = model.linear.scores(prepare([part for _, part in pieces]).features)
    chances = softmax(scores[:, :_PERSON], model.curve)
    likeliest = zip(pieces, chances.argmax(axis=1).tolist(), chances.max(axis=1).tolist(), strict=True)
    routes: dict[int, set[str]] = {}
    for (at, _), place, chance in likeliest:
        name = model.names[place]
        if chance >= _PART_SURE and any(name == likely for likely, _ in best[at]):
            routes.setdefault(at, set()).add(routes_of(name, name))
    return [at for at, found in routes.items() if len(found - {_TALK}) > 1]
