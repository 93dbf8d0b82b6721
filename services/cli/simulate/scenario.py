"""A shop's morning in forty messages: every way a message can go, in French and English."""

from dataclasses import replace
from typing import Literal, NamedTuple

from services.cli.simulate.account import Letter
from services.cli.simulate.lines import Line, letter

Trick = Literal["", "again", "broken", "elsewhere"]
"""Sent again under the id before it, cut off in the middle, or put on another partition than its
conversation's home."""


class Turn(NamedTuple):
    """One message of a conversation."""

    conversation: str
    text: str
    trick: Trick = ""


TURNS = (
    # simple questions, which the bot answers
    Turn("delai", "Bonjour, vous livrez en combien de temps ?"),
    Turn("delivery", "Hi, how long does delivery take?"),
    Turn("frais", "Combien coûte la livraison ?"),
    Turn("paypal", "Which payment methods do you accept?"),
    Turn("mot-de-passe", "j'ai oublié mon mot de passe, comment je fais ?"),
    Turn("retour", "Comment renvoyer un article qui ne me va pas ?"),
    Turn("newsletter", "How do I unsubscribe from the newsletter?"),
    Turn("compte", "Comment créer un compte sur votre site ?"),
    Turn("promo", "Where do I enter my promo code?"),
    Turn("typo", "cmt sa marche le suivi de ma comande svp"),
    # several questions in one conversation
    Turn("habitue", "Quels sont les moyens de paiement ?"),
    Turn("habitue", "Et livrez-vous en Belgique ?"),
    Turn("habitue", "Quelle est votre politique de remboursement ?"),
    Turn("habitue", "Comment puis-je télécharger ma facture ?"),
    # wants a person
    Turn("personne", "Je veux parler à un conseiller, s'il vous plaît."),
    Turn("personne", "C'est au sujet de ma dernière facture."),
    Turn("person", "Can I talk to a real human being please?"),
    # anger, and what only sounds kind
    Turn("colere", "C'est inadmissible, trois semaines que j'attends, vous vous moquez du monde !!!"),
    Turn("anger", "This is the third time I write. Absolutely useless, I want my money back NOW"),
    Turn("ironie", "Bravo, encore un colis perdu, quel service exceptionnel."),
    Turn("irony", "Great job, my order is lost again. Just what I needed today."),
    # needs the account, or never automated
    Turn("annuler", "Je voudrais annuler ma commande passée hier soir."),
    Turn("refund", "I sent the shoes back two weeks ago, where is my refund?"),
    Turn("casse", "Le vase est arrivé cassé."),
    Turn("double", "My card was charged twice for the same order."),
    # not understood
    Turn("hors-sujet", "Quelle est la capitale de la Mongolie ?"),
    Turn("unknown", "Can you help me with my maths homework?"),
    Turn("flou", "ça marche pas"),
    Turn("deutsch", "Guten Tag, wann kommt mein Paket endlich an?"),
    # the bot answers, the customer asks the same again, then follows up with a person
    Turn("repete", "Quels sont vos délais de livraison ?"),
    Turn("repete", "Quels sont vos délais de livraison ?"),
    Turn("repete", "D'accord, j'attends votre réponse."),
    # a follow-up while people have the conversation
    Turn("suite", "Mon colis est arrivé ouvert et il manque un article."),
    Turn("suite", "Je peux vous envoyer une photo si besoin."),
    # the channel sends the same message twice
    Turn("twice", "Do you ship to Canada?"),
    Turn("twice", "Do you ship to Canada?", "again"),
    # odd things
    Turn("emoji", "😡😡😡"),
    Turn("vide", ""),
    Turn("abime", "Bonjour, je voudr", "broken"),
    Turn("ailleurs", "Peut-on payer en plusieurs fois ?", "elsewhere"),
)


def letters(run: str) -> list[Letter]:
    """The scenario's messages for one run."""
    made: list[Letter] = []
    for number, turn in enumerate(TURNS):
        line = Line(number + 1, turn.text, channel="chat")
        made.append(_tricked(letter(number, line, run, f"{run}-{turn.conversation}"), turn.trick, made))
    return made


def _tricked(made: Letter, trick: Trick, before: list[Letter]) -> Letter:
    match trick:
        case "again":
            return replace(made, id=before[-1].id, value=before[-1].value)
        case "broken":
            return replace(made, value=made.value[:-3])
        case "elsewhere":
            return replace(made, elsewhere=True)
        case _:
            return made
