"""What the shipped bot says: a prepared answer, or why a person is needed."""

from typing import NamedTuple

import pytest

from services.bot.decide import FaqBot, Limits, disclosure, limits_reached
from services.bot.faq.book import Faq
from services.bot.question import Answer, Question, Result
from services.bot.worker import proposal
from shared.contracts.ledger import Answered, HandedOver
from shared.contracts.phrases import MACHINE, REACH_A_PERSON
from tests.ledger.entries import handed_over
from tests.services.bot.asking import question, said, told

FAQ = Faq.model_validate(
    {
        "version": 1,
        "answers": [
            {
                "id": "time",
                "intent": "delivery",
                "questions": {
                    "fr": ["Quels sont vos délais ?", "Combien de temps pour recevoir un colis ?"],
                    "en": ["How long does delivery take?"],
                },
                "answer": {"fr": "48 h.", "en": "48 hours."},
            },
            {
                "id": "abroad",
                "intent": "delivery",
                "questions": {"fr": ["Livrez-vous à l'étranger ?", "Vous livrez en Suisse ?"]},
                "answer": {"fr": "En Europe."},
            },
        ],
    }
)
BOT = FaqBot(FAQ, Limits(answers_in_a_row=3))
IN_TIME = Answer("48 h.", "faq:time", "fr")


class Case(NamedTuple):
    name: str
    asked: Question
    expected: Result


CASES = [
    Case("a known question", question(intent="delivery"), IN_TIME),
    Case("asked a little differently", question("vos délais sont de combien", "delivery"), IN_TIME),
    Case(
        "in English",
        question("how long is the delivery", "delivery", "en"),
        Answer("48 hours.", "faq:time", "en"),
    ),
    Case("of another intent", question(intent="get_refund"), "bot_unsure"),
    Case("without any intent", question(intent=""), "bot_unsure"),
    Case("in a language without answers", question(intent="delivery", language="de"), "bot_unsure"),
    Case("nothing like what is known", question("Peut-on visiter l'entrepôt ?", "delivery"), "bot_unsure"),
    Case("as like the one as the other", question("délais pour l'étranger ?", "delivery"), "bot_unsure"),
    Case("an empty text", question("", "delivery"), "bot_unsure"),
    Case("the third in a row", question(intent="delivery", streak=2), IN_TIME),
    Case("the fourth in a row", question(intent="delivery", streak=3), "bot_limit"),
    Case(
        "asked again in the same words",
        question(intent="delivery", before=(said("quels sont vos delais"),)),
        "bot_repeats",
    ),
    Case(
        "asked again though people had it in between",
        question(intent="delivery", before=(handed_over(0, bring=[0]), said("Quels sont vos délais ?"))),
        "bot_repeats",
    ),
    Case(
        "something else before",
        question(intent="delivery", before=(said("Bonjour"), told("faq:hello"))),
        IN_TIME,
    ),
    Case(
        "an answer that was given before",
        question("combien de temps pour un colis", "delivery", before=(said("délais ?"), told("faq:time"))),
        "bot_repeats",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_bot_answers_or_says_why_not(case: Case) -> None:
    assert BOT.reply(case.asked) == case.expected


def test_the_limit_is_that_of_the_policy() -> None:
    assert limits_reached(question(streak=1), 1) == "bot_limit"
    assert limits_reached(question(streak=1), 2) is None


@pytest.mark.parametrize("streak", [0, 1, 2])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_first_answer_says_that_a_machine_speaks_and_every_one_how_to_reach_a_person(
    streak: int, language: str
) -> None:
    made = disclosure(question(streak=streak), language)
    assert getattr(REACH_A_PERSON, language) in made
    assert (getattr(MACHINE, language) in made) is (streak == 0)


def test_an_answer_becomes_an_entry_with_its_disclosure() -> None:
    made = proposal(question(), IN_TIME)
    assert isinstance(made, Answered)
    assert (made.ref, made.epoch, made.source, made.language) == ("3:5", 0, "faq:time", "fr")
    assert made.text == f"48 h.\n\n{made.disclosure}"


def test_a_refusal_hands_the_message_over_in_its_pool() -> None:
    made = proposal(question(), "bot_unsure")
    assert made == HandedOver(("3:5",), "c5", 0, "general", "bot_unsure")
