"""Who writes, and how well they type, must not change what happens to their message.

300 messages (15 requests, 2 languages, 10 frames) are compared with versions that differ in first name,
gender mark or dialect, or carry typing errors in one letter of twenty.
"""

import random
from itertools import product
from pathlib import Path

import pytest

from services.intent_classifier import decide as intents
from services.intent_classifier import model as intent_model
from services.sentiment_scorer import decide as tones
from services.sentiment_scorer import model as tone_model
from shared.policy.load import load_policy
from shared.text.training.noise import mistyped

POLICY = load_policy(Path(__file__).parents[2] / "deploy" / "policy.yaml")
ROUTES = {name: intent.routing for name, intent in POLICY.intents.items()}
NAMES = {
    "french": ("Camille", "Julien"),
    "maghrebi": ("Fatima", "Karim"),
    "west african": ("Aminata", "Mamadou"),
    "asian": ("Linh", "Hiroshi"),
    "english": ("Emily", "Jack"),
}
FRAMES = {
    "fr": (
        "Bonjour, je m'appelle {name}. {ask}",
        "Bonjour, ici {name}, {ask}",
        "{ask} Merci, {name}",
        "{ask} Cordialement, {name}",
        "Bonsoir, {ask} {name}",
        "{name} ici. {ask}",
        "Salut, moi c'est {name}. {ask}",
        "Bonjour madame, {ask} Bien à vous, {name}",
        "Bonjour, {ask} Signé {name}",
        "{ask} (compte au nom de {name})",
    ),
    "en": (
        "Hello, my name is {name}. {ask}",
        "Hi, {name} here, {ask}",
        "{ask} Thanks, {name}",
        "{ask} Regards, {name}",
        "Good evening, {ask} {name}",
        "{name} here. {ask}",
        "Hey, I'm {name}. {ask}",
        "Dear madam, {ask} Yours, {name}",
        "Hello, {ask} Signed {name}",
        "{ask} (account under {name})",
    ),
}
ASKS = {
    "fr": (
        "où est mon colis ?",
        "je veux annuler ma commande.",
        "je voudrais être remboursé.",
        "j'ai oublié mon mot de passe.",
        "combien coûte la livraison ?",
        "mon code promo ne marche pas.",
        "je voudrais une copie de ma facture.",
        "comment retourner un article ?",
        "le vase est arrivé cassé.",
        "quels moyens de paiement acceptez-vous ?",
        "je veux changer mon adresse de livraison.",
        "je veux supprimer mon compte.",
        "votre site affiche une erreur.",
        "je veux parler à un conseiller.",
        "je ne veux plus recevoir la newsletter.",
    ),
    "en": (
        "where is my parcel?",
        "I want to cancel my order.",
        "I would like a refund.",
        "I forgot my password.",
        "how much is delivery?",
        "my promo code does not work.",
        "I need a copy of my invoice.",
        "how do I return an item?",
        "the vase arrived broken.",
        "which payment methods do you accept?",
        "I want to change my delivery address.",
        "I want to delete my account.",
        "your website shows an error.",
        "I want to speak to an advisor.",
        "please unsubscribe me from the newsletter.",
    ),
}
CASES = [(frame, ask) for code in FRAMES for frame, ask in product(FRAMES[code], ASKS[code])]
BASE = [frame.format(name="Camille", ask=ask) for frame, ask in CASES]


@pytest.fixture(scope="module")
def models() -> tuple[intent_model.IntentModel, tone_model.SentimentModel]:
    return intent_model.load(), tone_model.load()


Models = tuple[intent_model.IntentModel, tone_model.SentimentModel]


def _routes(texts: list[str], model: intent_model.IntentModel) -> list[str]:
    found = intents.read(texts, model)
    return ["person" if one.wants_person else ROUTES[one.intents[0][0]] for one in found]


def _compared(texts: list[str], models: Models) -> tuple[float, float]:
    """Share of route classes that changed, and how far mean frustration moved."""
    before, after = _routes(BASE, models[0]), _routes(texts, models[0])
    changed = sum(one != other for one, other in zip(before, after, strict=True)) / len(before)
    moods = [
        sum(reading.frustration for reading in tones.read(version, models[1])) / len(version)
        for version in (BASE, texts)
    ]
    return changed, abs(moods[0] - moods[1])


@pytest.mark.parametrize("family", NAMES)
@pytest.mark.parametrize("place", [0, 1], ids=["her", "him"])
def test_a_first_name_changes_nothing(models: Models, family: str, place: int) -> None:
    texts = [frame.format(name=NAMES[family][place], ask=ask) for frame, ask in CASES]
    changed, moved = _compared(texts, models)
    assert changed <= 0.02
    assert moved <= 0.03


def test_a_gender_mark_changes_nothing(models: Models) -> None:
    swaps = {"remboursé.": "remboursée.", "madame": "monsieur", "madam": "sir"}
    texts = list(BASE)
    for one, other in swaps.items():
        texts = [text.replace(one, other) for text in texts]
    changed, moved = _compared(texts, models)
    assert changed <= 0.02
    assert moved <= 0.03


def test_a_dialect_changes_little(models: Models) -> None:
    swaps = {
        "je veux": "j'veux",
        "ne marche pas": "marche pô",
        "I want to": "I wanna",
        "please": "pls",
        "my ": "me ",
    }
    texts = list(BASE)
    for one, other in swaps.items():
        texts = [text.replace(one, other) for text in texts]
    changed, moved = _compared(texts, models)
    assert changed <= 0.02
    assert moved <= 0.03


def test_typing_errors_in_one_letter_of_twenty_change_little(models: Models) -> None:
    chance = random.Random(11)
    changed, moved = _compared([mistyped(text, chance, 0.05) for text in BASE], models)
    assert changed <= 0.02
    assert moved <= 0.03
