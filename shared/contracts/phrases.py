"""What Relais itself says to customers, in French and English; in both when the language is unknown."""

from datetime import datetime
from zoneinfo import ZoneInfo

from shared.contracts.vocabulary import Sentence

MACHINE = Sentence("Je suis un assistant automatique.", "I am an automatic assistant.")
REACH_A_PERSON = Sentence(
    "Pour parler à une personne, répondez « conseiller ».", "To talk to a person, reply “agent”."
)
PASSED_TO_PEOPLE = Sentence(
    "Votre message est transmis à une personne de notre équipe, qui vous répondra ici.",
    "Your message has been passed to a person of our team, who will answer you here.",
)
ADDED = Sentence(
    "Votre message est ajouté à votre demande ; une personne de notre équipe vous répondra ici.",
    "Your message has been added to your request; a person of our team will answer you here.",
)
WITH_A_PERSON = Sentence(
    "Votre message est arrivé chez la personne qui suit votre demande.",
    "Your message has reached the person who is dealing with your request.",
)
USUAL_WAIT = Sentence("Attente habituelle : {wait}.", "Usual waiting time: {wait}.")
CLOSED_UNTIL = Sentence(
    "Notre équipe est absente en ce moment ; elle sera de retour {opening}.",
    "Our team is away at the moment; it will be back on {opening}.",
)
CALL_BACK = Sentence(
    "Pour être rappelé, laissez-nous un numéro et un moment qui vous convient.",
    "To be called back, leave us a number and a time that suits you.",
)
TAKEN_OVER = Sentence(
    "Une personne de notre équipe prend le relais et vous répondra ici.",
    "A person of our team is taking over and will answer you here.",
)
PERSON_LOST = Sentence(
    "La personne qui suivait votre demande n'est plus joignable ; une autre va la reprendre.",
    "The person dealing with your request cannot be reached any more; somebody else will take over.",
)
PASSED_ON = Sentence(
    "Votre demande est confiée à une autre équipe, avec tout ce que vous avez écrit.",
    "Your request has been handed to another team, with everything you wrote.",
)
BACK_TO_THE_BOT = Sentence(
    "À partir de maintenant, un assistant automatique vous répond de nouveau.",
    "From now on an automatic assistant answers you again.",
)

OPENING = Sentence(
    "{weekday} {day} {month} à {hour} h {minute} (heure locale, {place})",
    "{weekday} {day} {month} at {hour}:{minute} (local time, {place})",
)
WEEKDAYS = (
    Sentence("lundi", "Monday"),
    Sentence("mardi", "Tuesday"),
    Sentence("mercredi", "Wednesday"),
    Sentence("jeudi", "Thursday"),
    Sentence("vendredi", "Friday"),
    Sentence("samedi", "Saturday"),
    Sentence("dimanche", "Sunday"),
)
MONTHS = (
    Sentence("janvier", "January"),
    Sentence("février", "February"),
    Sentence("mars", "March"),
    Sentence("avril", "April"),
    Sentence("mai", "May"),
    Sentence("juin", "June"),
    Sentence("juillet", "July"),
    Sentence("août", "August"),
    Sentence("septembre", "September"),
    Sentence("octobre", "October"),
    Sentence("novembre", "November"),
    Sentence("décembre", "December"),
)
UNDER_A_MINUTE = Sentence("moins d'une minute", "less than a minute")
LESS_THAN = Sentence("moins de {high}", "less than {high}")
BETWEEN = Sentence("entre {low} et {high}", "between {low} and {high}")
A_MINUTE = Sentence("une minute", "a minute")
MINUTES = Sentence("{count} minutes", "{count} minutes")
HOURS = Sentence("{count} heures", "{count} hours")


def say(sentence: Sentence, language: str) -> str:
    """The sentence in the customer's language, or in both when it is neither."""
    match language[:2].lower():
        case "fr":
            return sentence.fr
        case "en":
            return sentence.en
        case _:
            return f"{sentence.fr} / {sentence.en}"


def filled(sentence: Sentence, **words: Sentence | str) -> Sentence:
    """The sentence with these words in its places."""
    given = {
        name: word if isinstance(word, Sentence) else Sentence(word, word) for name, word in words.items()
    }
    return Sentence(
        sentence.fr.format(**{name: word.fr for name, word in given.items()}),
        sentence.en.format(**{name: word.en for name, word in given.items()}),
    )


def joined(*sentences: Sentence) -> Sentence:
    """One after the other."""
    return Sentence(" ".join(s.fr for s in sentences), " ".join(s.en for s in sentences))


def wait(low: int, high: int) -> Sentence:
    """Between so many seconds, in words that promise no more than is known."""
    if high <= 60:
        return UNDER_A_MINUTE
    if low < 60:
        return filled(LESS_THAN, high=_span(high, 1))
    return filled(BETWEEN, low=_span(low, 0), high=_span(high, 1))


def opening(at: int, zone: str) -> Sentence:
    """When a team is there again (milliseconds), by the clock on its own wall: the day in full, since nobody
    knows when this is read."""
    wall = datetime.fromtimestamp(at / 1000, ZoneInfo(zone))
    return filled(
        OPENING,
        weekday=WEEKDAYS[wall.weekday()],
        day=str(wall.day),
        month=MONTHS[wall.month - 1],
        hour=str(wall.hour),
        minute=f"{wall:%M}",
        place=zone.rpartition("/")[2].replace("_", " "),
    )


def _span(seconds: int, up: int) -> Sentence:
    """In whole minutes, or hours from two on; rounded up (1) or down (0)."""
    minutes = (seconds + 59 * up) // 60
    if minutes <= 1:
        return A_MINUTE
    if minutes < 120:
        return filled(MINUTES, count=str(minutes))
    return filled(HOURS, count=str((minutes + 59 * up) // 60))
