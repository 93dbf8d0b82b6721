"""What the shipped bot says. Values in, a value out."""

from typing import NamedTuple

from services.bot.faq.book import Faq
from services.bot.faq.retrieval import Index, overlap
from services.bot.question import Answer, Question, Refusal, Result
from shared.contracts.phrases import MACHINE, REACH_A_PERSON, say

SAME = 0.8
"""Two messages that share this many of their words say the same."""


class Limits(NamedTuple):
    """`score`: how alike a question must be to a known one; `margin`: by how much the best answer
    must lead; `alone`: the score that is enough when the intent has a single answer."""

    answers_in_a_row: int
    score: float = 0.34
    margin: float = 0.04
    alone: float = 0.15


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
        if found is None:
            return "bot_unsure"
        sure = found.score >= self._limits.score and found.score - found.other >= self._limits.margin
        if not sure and not (found.other == 0.0 and found.score >= self._limits.alone):
            return "bot_unsure"
        if f"faq:{found.id}" in question.earlier_sources:
            return "bot_repeats"
        text = self._answers[found.id].answer[question.language]
        return Answer(text, f"faq:{found.id}", question.language)


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
