"""The closed lists of words that travel on topics, with the sentence a person is shown for each."""

from dataclasses import dataclass
from typing import Literal, get_args


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing to say, in the two languages Relais speaks."""

    fr: str
    en: str


ReasonCode = Literal[
    "wants_person",
    "frustrated",
    "danger",
    "unknown_intent",
    "unsure",
    "not_automatable",
    "with_people",
    "bot_silent",
    "intent_missing",
    "sentiment_missing",
    "damaged_message",
    "silence",
    "patience",
    "bot_late",
    "bot_unsure",
    "bot_repeats",
    "bot_limit",
    "bot_failed",
    "taken_over",
    "automatic",
]
"""Why a message was routed as it was; `automatic` is the only one that leads to the bot."""

REASONS: dict[ReasonCode, Sentence] = {
    "wants_person": Sentence("Le client demande une personne.", "The customer asks for a person."),
    "frustrated": Sentence("Le client est mécontent.", "The customer is frustrated."),
    "danger": Sentence("Quelqu'un est peut-être en danger.", "Somebody may be in danger."),
    "unknown_intent": Sentence("La demande n'a pas été comprise.", "The request was not understood."),
    "unsure": Sentence("La demande n'est pas assez claire.", "The request is not clear enough."),
    "not_automatable": Sentence("Cette demande revient à une personne.", "This request belongs to a person."),
    "with_people": Sentence(
        "Une personne suit déjà la conversation.", "A person already has this conversation."
    ),
    "bot_silent": Sentence(
        "L'assistant automatique ne répond plus.", "The bot does not answer at the moment."
    ),
    "intent_missing": Sentence(
        "L'analyse de la demande n'est pas arrivée.", "The reading of the request did not arrive."
    ),
    "sentiment_missing": Sentence(
        "L'analyse du ton n'est pas arrivée.", "The reading of the tone did not arrive."
    ),
    "damaged_message": Sentence("Le message est arrivé abîmé.", "The message arrived damaged."),
    "silence": Sentence("Aucun service n'a pris le message.", "No service took the message."),
    "patience": Sentence("Le message a attendu trop longtemps.", "The message waited too long."),
    "bot_late": Sentence("L'assistant n'a pas répondu à temps.", "The bot did not answer in time."),
    "bot_unsure": Sentence("L'assistant n'a pas de réponse sûre.", "The bot has no answer it can rely on."),
    "bot_repeats": Sentence("Le client répète sa demande.", "The customer repeats the request."),
    "bot_limit": Sentence("Trop de réponses automatiques de suite.", "Too many automatic answers in a row."),
    "bot_failed": Sentence("L'assistant a échoué.", "The bot failed."),
    "taken_over": Sentence("Une personne a repris la conversation.", "A person took the conversation over."),
    "automatic": Sentence("Demande simple, réponse automatique.", "Simple request, automatic answer."),
}

QuarantineReason = Literal["no_value", "too_large", "not_json", "too_deep", "not_an_object", "no_text"]
"""Why a record can be shown to nobody."""
QUARANTINE_REASONS: tuple[str, ...] = get_args(QuarantineReason)

RefusalCode = Literal[
    "invalid_command",
    "command_too_large",
    "unknown_agent",
    "unknown_work",
    "unknown_pool",
    "not_offered",
    "offer_over",
    "already_held",
    "not_holder",
    "stale_token",
    "work_closed",
    "with_people",
    "declined",
    "tool_lost",
    "transferred",
    "overflowed",
    "too_many_transfers",
    "limit_of_moves",
    "not_wrapping",
    "unknown_disposition",
    "away_missed",
    "nobody_takes_it",
]
"""Why an agent's command was refused, or an offer taken back."""

REFUSALS: dict[RefusalCode, Sentence] = {
    "invalid_command": Sentence("La commande n'est pas valable.", "The command is not valid."),
    "command_too_large": Sentence("La commande est trop longue.", "The command is too large."),
    "unknown_agent": Sentence(
        "Cet agent n'a pas annoncé sa présence.", "This agent has not announced a presence."
    ),
    "unknown_work": Sentence(
        "Ce travail n'existe pas ou n'existe plus.", "There is no such work, or no longer."
    ),
    "unknown_pool": Sentence("Cette équipe n'existe pas.", "There is no such pool."),
    "not_offered": Sentence(
        "Ce travail n'est pas proposé à cet agent.", "This work is not offered to this agent."
    ),
    "offer_over": Sentence("La proposition est terminée.", "The offer is over."),
    "already_held": Sentence(
        "Une autre personne a déjà ce travail.", "Somebody else already holds this work."
    ),
    "not_holder": Sentence("Cet agent n'a pas ce travail.", "This agent does not hold this work."),
    "stale_token": Sentence("Le jeton n'est plus valable.", "The token is no longer valid."),
    "work_closed": Sentence("Ce travail est terminé.", "This work is closed."),
    "with_people": Sentence("Une personne a déjà la conversation.", "A person already has the conversation."),
    "declined": Sentence("L'agent a rendu la proposition.", "The agent gave the offer back."),
    "transferred": Sentence("Le travail a été transféré.", "The work was transferred."),
    "overflowed": Sentence("Le travail est passé à une autre équipe.", "The work went to another pool."),
    "too_many_transfers": Sentence(
        "Ce travail a été transféré trop souvent ; un responsable est prévenu.",
        "This work was transferred too often; a supervisor is told.",
    ),
    "limit_of_moves": Sentence(
        "La conversation ne peut plus revenir à l'assistant.",
        "The conversation cannot go back to the bot any more.",
    ),
    "not_wrapping": Sentence(
        "Il n'y a rien à conclure pour ce travail.", "There is nothing to wrap up for this work."
    ),
    "unknown_disposition": Sentence("Ce motif de clôture n'existe pas.", "There is no such disposition."),
    "away_missed": Sentence(
        "Des propositions sont restées sans réponse : l'agent est noté absent.",
        "Offers were missed: the agent counts as away.",
    ),
    "nobody_takes_it": Sentence("Personne ne prend ce travail.", "Nobody takes this work."),
    "tool_lost": Sentence("L'outil de l'agent ne répond plus.", "The agent's tool does not answer any more."),
}

EXCLUSIONS: dict[str, Sentence] = {
    "not_in_pool": Sentence("L'agent n'est pas dans cette équipe.", "The agent is not in this pool."),
    "language": Sentence(
        "L'agent ne parle pas la langue du client.", "The agent does not speak the customer's language."
    ),
    "skill": Sentence(
        "Il manque à l'agent une compétence demandée.", "The agent lacks a skill that is asked for."
    ),
    "status": Sentence("L'agent n'est pas disponible.", "The agent is not available."),
    "silent": Sentence("L'outil de l'agent ne répond plus.", "The agent's tool does not answer any more."),
    "transferred_it": Sentence("L'agent a transféré ce travail.", "The agent transferred this work."),
    "already_offered": Sentence(
        "Ce travail est proposé à l'agent en ce moment.", "This work is offered to the agent now."
    ),
    "cooldown": Sentence(
        "L'agent a laissé passer ce travail il y a peu.", "The agent passed this work up a short time ago."
    ),
    "capacity": Sentence("L'agent n'a plus de place.", "The agent has no room."),
    "channel_limit": Sentence(
        "L'agent a déjà autant de travaux de ce canal que permis.",
        "The agent has as many works of this channel as allowed.",
    ),
    "priority_limit": Sentence(
        "L'agent a déjà autant de travaux de cette priorité que permis.",
        "The agent has as many works of this priority as allowed.",
    ),
    "hour_limit": Sentence(
        "L'agent a reçu autant de travaux en une heure que permis.",
        "The agent was given as many works in an hour as allowed.",
    ),
    "ramp": Sentence(
        "L'agent vient d'arriver et reçoit le travail peu à peu.",
        "The agent has just come online and gets work little by little.",
    ),
    "severe_streak": Sentence(
        "L'agent sort de plusieurs conversations difficiles de suite.",
        "The agent has had several hard conversations in a row.",
    ),
    "kept_for_another": Sentence(
        "Ce travail attend la personne que le client connaît.",
        "This work is kept for the person whom the customer knows.",
    ),
}
"""Why an agent is not offered a work (`Rule` in `shared/queue/values.py`)."""
