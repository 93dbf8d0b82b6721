"""How often the shipped bot is right about questions that do not stand in its FAQ in these words.

Each way of asking is left out of the FAQ in turn (one of every answer at a time) and asked. Being
unsure is no mistake: a person gets the message. A wrong answer is.
"""

from collections import Counter

import pytest

from services.bot.decide import FaqBot, Limits
from services.bot.faq.book import Faq, load_faq
from services.bot.question import Answer
from shared.runtime.settings import ROOT
from tests.services.bot.asking import question

SHIPPED = load_faq(ROOT / "deploy" / "faq.yaml")
LIMITS = Limits(answers_in_a_row=3)
OUTSIDE = ROOT / "services" / "intent_classifier" / "corpus" / "out_of_scope"


def without(place: int) -> Faq:
    """The FAQ without the question at this place of every answer."""
    return Faq(
        version=1,
        answers=[
            answer.model_copy(
                update={
                    "questions": {
                        language: texts[:place] + texts[place + 1 :]
                        for language, texts in answer.questions.items()
                    }
                }
            )
            for answer in SHIPPED.answers
        ],
    )


def outcomes(language: str) -> Counter[str]:
    counted: Counter[str] = Counter()
    for place in range(max(len(texts) for a in SHIPPED.answers for texts in a.questions.values())):
        bot = FaqBot(without(place), LIMITS)
        for answer in SHIPPED.answers:
            for text in answer.questions[language][place : place + 1]:
                said = bot.reply(question(text, answer.intent, language))
                if isinstance(said, Answer):
                    counted["right" if said.source == f"faq:{answer.id}" else "wrong"] += 1
                else:
                    counted["handed over"] += 1
    return counted


@pytest.mark.parametrize("language", ["fr", "en"])
def test_at_most_three_in_a_hundred_unknown_phrasings_get_a_wrong_answer(language: str) -> None:
    counted = outcomes(language)
    asked = counted.total()
    assert asked > 500
    assert counted["wrong"] <= 0.03 * asked, counted
    assert counted["right"] >= 0.40 * asked, counted


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_is_no_question_of_the_shop_is_hardly_ever_answered(language: str) -> None:
    """Even when the classifier takes it for one: the worst case, tried with every intent."""
    bot = FaqBot(SHIPPED, LIMITS)
    texts = (OUTSIDE / f"{language}.txt").read_text().splitlines()[::4]
    intents = {answer.intent for answer in SHIPPED.answers}
    asked = [bot.reply(question(text, intent, language)) for text in texts for intent in intents]
    assert sum(isinstance(said, Answer) for said in asked) <= 0.02 * len(asked)
