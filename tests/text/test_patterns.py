"""Reviewed patterns: what they must see and what they must let pass, by name."""

import time

import pytest

from shared.text.normalise import normalise
from shared.text.patterns import fired, person, signs, tone

PERSON = [
    "Je veux parler à un humain",
    "passez-moi un conseiller svp",
    "un agent s'il vous plaît",
    "Y a-t-il quelqu'un de réel derrière ce robot ?",
    "j'en ai assez de ce robot",
    "rappelez-moi",
    "mettez-moi en relation avec votre service client",
    "je refuse de discuter avec une machine",
    "CONSEILLER",
    "I want to speak to a human",
    "agent please",
    "get me your manager",
    "can I talk to a real person",
    "put me through to someone who can help",
    "is there a human I can chat with?",
    "sick of this bot",
    "representative",
    "please call me back",
    "ma machine à café fuit, passez-moi un conseiller",
    "my coffee machine leaks, put me through to a person",
    "no more machines please",
    "ma machine à laver est morte et j'en ai assez de parler à une machine",
    "Merci de m'appeler par téléphone",
    "Appelez-moi, Sophie Martin, c'est plus simple",
    "Can you call me by phone",
    "please call me, Sarah",
    "On ne me rappelle jamais, je veux parler à un responsable",
    "Je n'arrive à parler à personne, je veux un conseiller",
    "Je ne suis pas un robot, je veux parler à un humain",
    "Je parle à un robot ou quoi ? Passez-moi un conseiller",
    "I'm not a robot, get me a human",
    "Can someone help me who's not a robot?",
]
NOT_PERSON = [
    "je veux parler de ma commande",
    "c'est une vraie personne qui a écrit ça ?",
    "es-tu un robot ou une personne ?",
    "pas besoin de parler à un conseiller",
    "personne ne répond à mes mails",
    "un robot aspirateur est-il en stock ?",
    "merci à votre conseillère, très gentille",
    "I want to talk about my order",
    "are you a real person?",
    "I don't need to speak to an agent",
    "do you sell robot vacuums?",
    "thanks to the lady who helped me",
    "is this for one person or two people",
    "the customer service was great",
    "I already spoke to an agent yesterday",
    "je ne suis pas un robot, la case ne se coche pas",
    "je ne veux plus de la machine à café",
    "me rappelle plus de mon identifiant",
    "je parle à une vraie personne ou à une machine ?",
    "instead of the coffee machine I got a toaster",
    "the box says I am not a robot and does nothing",
    "am I speaking with a human or a program?",
]


@pytest.mark.parametrize("text", PERSON)
def test_a_demand_for_a_person_is_seen(text: str) -> None:
    assert fired(person.RULES, normalise(text)) == ("person",)


@pytest.mark.parametrize("text", NOT_PERSON)
def test_what_only_looks_like_a_demand_for_a_person_passes(text: str) -> None:
    assert fired(person.RULES, normalise(text)) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("si ça continue je vais chez un concurrent", "leaving"),
        ("vous allez perdre une cliente", "leaving"),
        ("I'm taking my business elsewhere", "leaving"),
        ("sort it or I will cancel my contract", "leaving"),
        ("je vais saisir le médiateur", "legal"),
        ("mon avocat vous écrira", "legal"),
        ("you will hear from my solicitor", "legal"),
        ("see you in small claims court", "legal"),
        ("c'est la troisième fois que j'écris", "repeated"),
        ("malgré mes relances, rien", "repeated"),
        ("for the third time, where is it", "repeated"),
        ("I have already called you about this", "repeated"),
        ("le chargeur a pris feu", "danger"),
        ("j'ai envie de mourir", "danger"),
        ("there is a smell of gas", "danger"),
        ("I was taken to the hospital", "danger"),
    ],
)
def test_a_sign_is_seen(text: str, expected: str) -> None:
    assert expected in fired(signs.RULES, normalise(text))


@pytest.mark.parametrize(
    "text",
    [
        "où est mon colis ?",
        "je voudrais annuler ma commande",
        "j'ai deux demandes à faire",
        "what are your legal notices",
        "où sont les mentions légales ?",
        "I'd like to order again",
        "comment modifier mon adresse",
        "avez-vous des extincteurs incendie ?",
    ],
)
def test_an_ordinary_message_carries_no_sign(text: str) -> None:
    assert fired(signs.RULES, normalise(text)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "merci, super, dix jours sans box",
        "bravo pour les trois semaines de retard",
        "quel service !",
        "great, another week without internet",
        "thanks for nothing",
        "what a service",
    ],
)
def test_ironic_praise_is_seen(text: str) -> None:
    assert "ironic" in fired(tone.RULES, normalise(text))


@pytest.mark.parametrize(
    "text",
    ["merci beaucoup pour votre aide", "super, merci !", "thanks, great service", "parfait, bonne journée"],
)
def test_honest_praise_is_not_taken_for_irony(text: str) -> None:
    assert "ironic" not in fired(tone.RULES, normalise(text))


@pytest.mark.parametrize(
    "word", ["parler a ", "je veux ", "speak to ", "need a ", "merci ", "thanks ", "je "]
)
def test_patterns_cost_little_on_text_made_against_them(word: str) -> None:
    text = normalise(f"agent robot human {word * 2000}")
    began = time.perf_counter()
    fired((*person.RULES, *signs.RULES, *tone.RULES), text)
    assert time.perf_counter() - began < 2
