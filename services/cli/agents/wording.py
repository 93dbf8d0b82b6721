"""What the terminal agent says by itself, in French and English. The sentences of reasons and refusals come
with the records."""

from datetime import datetime
from typing import Literal

from shared.contracts.outward import WorkReason
from shared.contracts.vocabulary import Sentence

Tongue = Literal["fr", "en"]
Say = Literal[
    "welcome", "here", "offered", "held", "yours", "message", "replied", "on_hold", "off_hold", "rescinded",
    "released", "transferred", "taken", "closed", "wrap", "wrapped", "more_time", "away", "alarm",
    "why", "why_nobody", "refused", "not_sent", "queue", "none", "unknown", "which", "nothing",
    "not_now", "no_such_number", "say_what", "transfer_how", "close_how", "wrap_up_how", "presence_how",
    "holding", "left", "bye", "unreadable", "reason", "priority", "terms", "tier", "tried", "note",
    "intents", "intent_unknown", "frustration", "waiting", "due", "ends", "customer", "bot", "agent",
    "status", "declined", "conversation", "damage", "language",
]  # fmt: skip

_WORDS: dict[Say, Sentence] = {
    "welcome": Sentence(
        "Bonjour {agent}. Équipes : {pools}. `help` : les commandes.",
        "Hello {agent}. Pools: {pools}. `help`: the commands.",
    ),
    "here": Sentence("Encore sur le bureau :", "Still on the desk:"),
    "offered": Sentence("PROPOSÉ {n}", "OFFERED {n}"),
    "yours": Sentence("── À VOUS {n}", "── YOURS {n}"),
    "held": Sentence("À VOUS {n}", "YOURS {n}"),
    "message": Sentence("Le client écrit, {n} :", "The customer writes, {n}:"),
    "replied": Sentence(
        "{n} : réponse enregistrée, elle part chez le client.",
        "{n}: the reply is taken down and on its way to the customer.",
    ),
    "on_hold": Sentence("{n} : en attente d'un tiers.", "{n}: on hold."),
    "off_hold": Sentence("{n} : l'attente est finie.", "{n}: no longer on hold."),
    "rescinded": Sentence("{n} n'est plus proposé : {why}", "{n} is no longer offered: {why}"),
    "released": Sentence("{n} n'est plus à vous : {why}", "{n} is no longer yours: {why}"),
    "transferred": Sentence("{n} est transféré.", "{n} is transferred."),
    "taken": Sentence("{n} est chez une autre personne.", "{n} is with somebody else."),
    "closed": Sentence("{n} est terminé.", "{n} is closed."),
    "wrap": Sentence(
        "{n} : conclure avec `wrap-up {n} MOTIF y|n` avant {until}.",
        "{n}: say `wrap-up {n} DISPOSITION y|n` before {until}.",
    ),
    "wrapped": Sentence("{n} : conclusion notée.", "{n}: the wrap-up is noted."),
    "more_time": Sentence("{n} : à conclure avant {until}.", "{n}: to be wrapped up before {until}."),
    "away": Sentence(
        "Des propositions sont restées sans réponse : plus rien ne vient avant `presence available`.",
        "Offers were missed: none come before `presence available`.",
    ),
    "alarm": Sentence("ALERTE {pool}, {work} : {why}", "ALARM {pool}, {work}: {why}"),
    "why": Sentence("Pourquoi personne n'a {n} :", "Why nobody has {n}:"),
    "why_nobody": Sentence(
        "rien n'empêche les autres de le recevoir.", "nothing keeps others from getting it."
    ),
    "refused": Sentence("REFUSÉ, {what} {n} : {why}", "REFUSED, {what} {n}: {why}"),
    "not_sent": Sentence("Ce texte n'est pas parti :", "This text was not sent:"),
    "queue": Sentence("{state} {n} {pool} {until}", "{state} {n} {pool} {until}"),
    "none": Sentence("Rien sur le bureau.", "Nothing on the desk."),
    "unknown": Sentence("« {word} » ? `help` montre les commandes.", "{word}? `help` shows the commands."),
    "which": Sentence(
        "Lequel ? Dites le numéro, comme `reply @2 …`. `list` les montre.",
        "Which one? Say its number, as in `reply @2 …`. `list` shows them.",
    ),
    "nothing": Sentence("Il n'y a rien pour cela en ce moment.", "There is nothing to do that with now."),
    "not_now": Sentence(
        "Cela ne va pas avec celui-là en ce moment.", "That cannot be done with that one now."
    ),
    "no_such_number": Sentence("Il n'y a pas de @{number}.", "There is no @{number}."),
    "say_what": Sentence("Que dire ? `reply TEXTE`.", "Say what? `reply TEXT`."),
    "transfer_how": Sentence(
        "À qui, et avec quelle note ? `transfer ÉQUIPE NOTE`.",
        "To whom, with what note? `transfer POOL NOTE`.",
    ),
    "close_how": Sentence(
        "Ainsi : `close`, ou `close MOTIF y|n [bot]`.",
        "Like this: `close`, or `close DISPOSITION y|n [bot]`.",
    ),
    "wrap_up_how": Sentence(
        "Ainsi : `wrap-up MOTIF y|n`, ou `wrap-up more` pour du temps.",
        "Like this: `wrap-up DISPOSITION y|n`, or `wrap-up more` for time.",
    ),
    "presence_how": Sentence("L'une de : {statuses}.", "One of: {statuses}."),
    "holding": Sentence(
        "Vous avez encore {n}. Rien de neuf ne vient. Terminez, transférez ; `quit` encore rend tout.",
        "You still hold {n}. Nothing new comes. Close or transfer; `quit` once more gives all back.",
    ),
    "left": Sentence("{n} : rendu.", "{n}: given back."),
    "bye": Sentence("Au revoir.", "Goodbye."),
    "unreadable": Sentence(
        "Un message de Relais n'a pas été compris : cet outil est peut-être trop vieux.",
        "A record of Relais was not understood: this tool may be too old.",
    ),
    "reason": Sentence("raison", "reason"),
    "priority": Sentence("priorité", "priority"),
    "terms": Sentence("signes", "signs"),
    "tier": Sentence("client", "customer"),
    "tried": Sentence("l'assistant a dit", "the bot has said"),
    "note": Sentence("note du collègue", "a colleague's note"),
    "intents": Sentence("demande", "wants"),
    "intent_unknown": Sentence("non reconnue", "not recognised"),
    "frustration": Sentence("mécontentement", "frustration"),
    "waiting": Sentence("attend depuis", "waiting since"),
    "due": Sentence("réponse due", "answer due"),
    "ends": Sentence("à prendre avant", "to be taken before"),
    "customer": Sentence("client", "customer"),
    "bot": Sentence("assistant", "bot"),
    "agent": Sentence("agent", "agent"),
    "status": Sentence("Présence : {status}.", "Presence: {status}."),
    "declined": Sentence("{n} rendu ({why}).", "{n} given back ({why})."),
    "conversation": Sentence("conversation", "conversation"),
    "damage": Sentence("abîmé", "damaged"),
    "language": Sentence("langue", "language"),
}

HELP = Sentence(
    """@2 après le mot dit lequel ; sinon celui en cours. Un \\ à la fin continue la ligne.
accept · decline [pourquoi] · reply TEXTE · hold [off] · transfer ÉQUIPE NOTE
close [MOTIF] [y|n] [bot] · wrap-up MOTIF y|n · wrap-up more · why
look · list · take-over CONVERSATION · presence available|drain|busy|offline · help · quit""",
    """@2 after the word says which one; else the current one. A \\ at the end goes on with the line.
accept · decline [why] · reply TEXT · hold [off] · transfer POOL NOTE
close [DISPOSITION] [y|n] [bot] · wrap-up DISPOSITION y|n · wrap-up more · why
look · list · take-over CONVERSATION · presence available|drain|busy|offline · help · quit""",
)


def say(tongue: Tongue, what: Say, /, **names: object) -> str:
    """One of the tool's own sentences."""
    return getattr(_WORDS[what], tongue).format(**names)  # type: ignore[no-any-return]


def helping(tongue: Tongue) -> str:
    """All commands."""
    return getattr(HELP, tongue)  # type: ignore[no-any-return]


def because(tongue: Tongue, reason: WorkReason | None) -> str:
    """A reason's sentence."""
    return "" if reason is None else str(getattr(reason, tongue))


def clock(moment: str | None) -> str:
    """A time of the protocol as this machine's clock on the wall shows it; empty if there is none."""
    return "" if not moment else datetime.fromisoformat(moment).astimezone().strftime("%H:%M:%S")
