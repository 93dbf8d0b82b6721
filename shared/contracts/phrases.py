"""What Relais itself says to customers, in French and English; in both when the language is unknown."""

from shared.contracts.vocabulary import Sentence

MACHINE = Sentence("Je suis un assistant automatique.", "I am an automatic assistant.")
REACH_A_PERSON = Sentence(
    "Pour parler à une personne, répondez « conseiller ».", "To talk to a person, reply “agent”."
)
PASSED_TO_PEOPLE = Sentence(
    "Votre message est transmis à une personne de notre équipe, qui vous répondra ici.",
    "Your message has been passed to a person of our team, who will answer you here.",
)


def say(sentence: Sentence, language: str) -> str:
    """The sentence in the customer's language, or in both when it is neither."""
    match language[:2].lower():
        case "fr":
            return sentence.fr
        case "en":
            return sentence.en
        case _:
            return f"{sentence.fr} / {sentence.en}"
