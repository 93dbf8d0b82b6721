"""What the shipped bot says. Values in, a value out."""

from typing import NamedTuple

from services.bot.faq.book import Faq
from services.bot.faq.retrieval import Found, Index, overlap
from services.bot.question import Answer, Question, Refusal, Result
from shared.contracts.phrases import MACHINE, REACH_A_PERSON, say

SAME = 0.8
"""Two messages that share this many of their words say the same."""


class Limits(NamedTuple):
    """`score`: how alike a question must be to an answer's known ones; `margin`: by how much the best
    answer must lead. Chosen by asking with phrasings left out of the FAQ: at most 3 % get a wrong answer."""

    answers_in_a_row: int
    score: float = 0.18
    margin: float = 0.08


class FaqBot:
    """Prepared answers only: it never makes anything up."""

    def __init__(self, faq: Faq, limits: Limits) -> None:
        self._answers = {answer.id: answer for answer in faq.answers}
        self._index = Index(faq)
        self._limits = limits

    def reply(self, question: Question) -> Result:
        """A prepared answer, or why a person is needed."""
        refusal = limits_reached(question, self._limits.answers_in_a_row)
        if refusal is not None:
            return refusal
        routed = question.routed
        intent = routed.intents.intents[0][0] if routed.intents.intents else ""
        found = self._index.find(routed.message.text, intent, question.language)
        if found is None or not self._sure(found):
            return "bot_unsure"
        if f"faq:{found.id}" in question.earlier_sources:
            return "bot_repeats"
        text = self._answers[found.id].answer[question.language]
        return Answer(text, f"faq:{found.id}", question.language)

    def _sure(self, found: Found) -> bool:
        limits = self._limits
        return found.score >= limits.score and found.score - found.other >= limits.margin


def limits_reached(question: Question, answers_in_a_row: int) -> Refusal | None:
    """What holds for every bot: not too many answers in a row, and no second answer to a customer
    who has to repeat the question."""
    if question.streak >= answers_in_a_row:
        return "bot_limit"
    text = question.routed.message.text
    if any(overlap(text, earlier) >= SAME for earlier in question.earlier_texts):
        return "bot_repeats"
    return None


def disclosure(question: Question, language: str) -> str:
    """That a machine speaks (in its first answer), and how to reach a person (in every one)."""
    reach = say(REACH_A_PERSON, language)
    return f"{say(MACHINE, language)} {reach}" if question.streak == 0 else reach
