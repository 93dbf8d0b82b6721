"""What a customer wants: texts in, readings out. Nothing here reads a clock, a file or a network."""

from collections.abc import Sequence

import numpy as np

from services.intent_classifier.model import IntentModel
from shared.contracts.enrichment import IntentReading, Unknown
from shared.text import language, patterns
from shared.text.calibrated import Array, gate_features, sigmoid, softmax
from shared.text.features import Features, hashed
from shared.text.linear import weightiest
from shared.text.normalise import normalise
from shared.text.parts import parts
from shared.text.patterns import person, signs

_PERSON, _OUTSIDE = -2, -1
_SHORTEST = 2
"""Letters below which a message says nothing."""
_SURE, _PART_SURE = 0.85, 0.55
_SIGNS = (*person.RULES, *signs.RULES)


def read(
    texts: Sequence[str], model: IntentModel, languages: Sequence[str | None] | None = None
) -> list[IntentReading]:
    """One reading per text, in order. `languages` holds what the channel says, used where a text does not tell."""
    if not texts:
        return []
    normalised = [normalise(text) for text in texts]
    features = hashed(normalised)
    scores = model.linear.scores(features)
    chances = softmax(scores[:, :_PERSON], model.temperature)
    scopes = _in_scope(scores, features, model)
    wants = sigmoid(scores[:, _PERSON] * model.person[0] + model.person[1]) >= model.person_threshold
    readings = []
    for at, (text, plain) in enumerate(zip(texts, normalised, strict=True)):
        spoken = _language(text, plain, languages[at] if languages else None)
        told = patterns.fired(_SIGNS, plain)
        best = _best(chances[at], model.names)
        unknown = _unknown(plain, spoken, best, float(scopes[at]), model)
        if unknown is None and best[0][1] < _SURE and asks_twice(text, best, model):
            unknown = "two_requests"
        readings.append(
            IntentReading(
                intents=best,
                unknown=unknown,
                in_scope=round(float(scopes[at]), 4),
                language=spoken,
                wants_person=bool(wants[at]) or "person" in told,
                signs=tuple(sign for sign in told if sign != "person"),
            )
        )
    return readings


def person_chances(texts: Sequence[str], model: IntentModel) -> list[float]:
    """Probability that each text demands a person, from the classifier alone."""
    if not texts:
        return []
    scores = model.linear.scores(hashed([normalise(text) for text in texts]))
    return [round(float(p), 4) for p in sigmoid(scores[:, _PERSON] * model.person[0] + model.person[1])]


def explain(text: str, model: IntentModel, most: int = 8) -> list[tuple[str, float]]:
    """The n-grams that weighed most for the likeliest intent, strongest first, with what they added to its score."""
    plain = normalise(text)
    scores = model.linear.scores(hashed([plain]))[0]
    return weightiest(plain, model.linear, int(np.argmax(scores[:_PERSON])), most)


def _in_scope(scores: Array, features: Features, model: IntentModel) -> Array:
    covered = model.linear.coverage(features)
    looked_at = gate_features(scores[:, :_PERSON], scores[:, _OUTSIDE], model.temperature, covered)
    return sigmoid(looked_at @ np.asarray(model.gate) + model.gate_bias)


def _best(chances: Array, names: Sequence[str]) -> tuple[tuple[str, float], ...]:
    order = np.argsort(-chances, kind="stable")[:3].tolist()
    return tuple((names[place], round(float(chances[place]), 4)) for place in order)


def _language(text: str, plain: str, told: str | None) -> str:
    found = language.detect(text, plain.split())
    return told[:2].lower() if found == language.UNDETERMINED and told else found


def _unknown(
    plain: str, spoken: str, best: Sequence[tuple[str, float]], scope: float, model: IntentModel
) -> Unknown | None:
    if sum(map(str.isalpha, plain)) < _SHORTEST:
        return "too_short"
    if spoken not in language.SUPPORTED and spoken != language.UNDETERMINED:
        return "unsupported_language"
    if scope < model.scope_threshold:
        return "out_of_scope"
    return "follow_up" if best[0][0] == "follow_up" else None


def asks_twice(text: str, best: Sequence[tuple[str, float]], model: IntentModel) -> bool:
    """Whether parts of `text` ask for things of different routes, each fairly sure on its own."""
    pieces = parts(text)
    if not pieces:
        return False
    scores = model.linear.scores(hashed([normalise(piece) for piece in pieces]))
    chances = softmax(scores[:, :_PERSON], model.temperature)
    likely = {name for name, _ in best}
    sure = {model.names[int(line.argmax())] for line in chances if line.max() >= _PART_SURE} & likely
    return len({model.routes.get(name, name) for name in sure} - {"talk"}) > 1
