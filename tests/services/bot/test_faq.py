"""The FAQ: its file, and finding the answer a question asks for."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.bot.faq.book import Faq, load_faq
from services.bot.faq.retrieval import Found, Index, overlap
from shared.contracts.errors import UserMistake
from shared.policy.load import load_policy
from shared.runtime.settings import ROOT

SHIPPED = load_faq(ROOT / "deploy" / "faq.yaml")
WHOLE = """version: 1
answers:
  - id: hours
    intent: contact
    questions: {fr: ['Vous ouvrez quand ?'], en: ['When do you open?']}
    answer: {fr: À 9 h., en: At 9.}
"""
BROKEN = {
    "not YAML": (WHOLE + "  - [", 7, "not YAML"),
    "bytes that are no text": ("\x00", 1, "not YAML"),
    "an empty file": ("", 1, "must be a mapping"),
    "a list": ("- version: 1\n", 1, "must be a mapping"),
    "another version": (WHOLE.replace("version: 1", "version: 2"), 1, "version"),
    "no answers": ("version: 1\n", 1, "answers"),
    "the same id twice": (WHOLE + WHOLE.partition("answers:\n")[2], 1, "these ids stand twice: hours"),
    "a setting that stands twice": (WHOLE + "    intent: other\n", 7, "intent stands twice"),
    "a word it does not know": (WHOLE.replace("intent:", "intention:"), 4, "answers.0.intention"),
    "an id with spaces": (WHOLE.replace("id: hours", "id: opening hours"), 3, "answers.0.id"),
    "an id that is a date that cannot be": (WHOLE.replace("id: hours", "id: 2026-02-30"), 3, "2026-02-30"),
    "an answer in a language without questions": (
        WHOLE.replace("en: At 9.", "en: At 9., de: Um 9."),
        3,
        "hours",
    ),
    "questions in a language without an answer": (WHOLE.replace(", en: At 9.", ""), 3, "hours"),
    "an empty answer": (WHOLE.replace("At 9.", "''"), 6, "answers.0.answer.en"),
    "an answer without end": (WHOLE.replace("At 9.", "a" * 2001), 6, "answers.0.answer.en"),
    "an empty question": (WHOLE.replace("When do you open?", ""), 5, "answers.0.questions.en.0"),
    "a list for an answer": (WHOLE.replace("At 9.", "[At 9.]"), 6, "answers.0.answer.en"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_mistake_in_the_file_is_named_with_its_line(name: str, tmp_path: Path) -> None:
    text, line, said = BROKEN[name]
    path = tmp_path / "faq.yaml"
    path.write_text(text)
    with pytest.raises(UserMistake) as caught:
        load_faq(path)
    assert f"{path}:{line}: " in str(caught.value)
    assert said in str(caught.value)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserMistake, match="RELAIS_FAQ"):
        load_faq(tmp_path / "none.yaml")


def test_the_shipped_faq_answers_only_what_the_policy_automates() -> None:
    policy = load_policy(ROOT / "deploy" / "policy.yaml")
    assert {answer.intent for answer in SHIPPED.answers} <= set(policy.intents)
    assert all({"fr", "en"} == set(answer.answer) for answer in SHIPPED.answers)


def test_every_phrasing_finds_its_own_answer() -> None:
    index = Index(SHIPPED)
    strays = [
        text
        for answer in SHIPPED.answers
        for language, texts in answer.questions.items()
        for text in texts
        if getattr(index.find(text, answer.intent, language), "id", None) != answer.id
    ]
    assert strays == []


def test_case_accents_and_spaces_cost_nothing() -> None:
    index = Index(Faq.model_validate(_two()))
    for text in ("Vous Ouvrez QUAND ?", "vous  ouvrez quand??", "Vous ouvrez quand ?"):
        found = index.find(text, "contact", "fr")
        assert found == Found("hours", 1.0, 0.0)


def test_a_question_of_another_intent_or_language_finds_nothing() -> None:
    index = Index(Faq.model_validate(_two()))
    assert index.find("Vous ouvrez quand ?", "delivery", "fr") is None
    assert index.find("Vous ouvrez quand ?", "contact", "de") is None


def test_the_score_of_the_next_best_answer_is_told() -> None:
    found = Index(Faq.model_validate(_two())).find("vous ouvrez à quelle adresse ?", "contact", "fr")
    assert found is not None and found.id == "place"
    assert 0 < found.other < found.score <= 1


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=300))
def test_any_text_has_a_score_between_none_and_whole(text: str) -> None:
    found = INDEX.find(text, "delivery_options", "fr")
    assert found is not None
    assert 0 <= found.other <= found.score <= 1 + 1e-9


INDEX = Index(SHIPPED)


def test_a_faq_without_answers_finds_nothing() -> None:
    assert Index(Faq(version=1, answers=[])).find("Bonjour", "chitchat", "fr") is None


@pytest.mark.parametrize(
    ("left", "right", "share"),
    [
        ("Où est mon colis ?", "ou est mon colis ?", 1.0),
        ("commande 1234", "commande 9876", 1.0),
        ("Où est mon colis", "Où est mon remboursement", 3 / 5),
        ("Bonjour", "Merci", 0.0),
        ("", "", 1.0),
        ("Bonjour", "", 0.0),
    ],
)
def test_overlap_is_the_share_of_words_in_common(left: str, right: str, share: float) -> None:
    assert overlap(left, right) == pytest.approx(share)


def _two() -> dict[str, object]:
    return {
        "version": 1,
        "answers": [
            {
                "id": "hours",
                "intent": "contact",
                "questions": {"fr": ["Vous ouvrez quand ?", "C'est quoi vos horaires ?"]},
                "answer": {"fr": "À 9 h."},
            },
            {
                "id": "place",
                "intent": "contact",
                "questions": {"fr": ["À quelle adresse êtes-vous ?", "Vous êtes où ?"]},
                "answer": {"fr": "Rue de la Paix."},
            },
        ],
    }
