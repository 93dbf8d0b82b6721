"""The closed lists: every word has its sentence in both languages, and every topic its own name."""

from typing import get_args

import pytest

from shared.contracts import phrases
from shared.contracts.phrases import MACHINE, PASSED_TO_PEOPLE, REACH_A_PERSON, say
from shared.contracts.topics import DAY, FIXED, INBOUND, LEDGER, all_topics, work
from shared.contracts.vocabulary import (
    QUARANTINE_REASONS,
    REASONS,
    REFUSALS,
    QuarantineReason,
    ReasonCode,
    RefusalCode,
    Sentence,
)
from shared.ledger import rules
from tests.ledger.test_rules import TABLE

PHRASES = (
    MACHINE,
    REACH_A_PERSON,
    PASSED_TO_PEOPLE,
    phrases.ADDED,
    phrases.WITH_A_PERSON,
    phrases.USUAL_WAIT,
    phrases.CLOSED_UNTIL,
    phrases.CALL_BACK,
    phrases.TAKEN_OVER,
    phrases.PERSON_LOST,
    phrases.PASSED_ON,
    phrases.BACK_TO_THE_BOT,
)


def test_every_code_has_its_sentence_and_no_sentence_is_left_over() -> None:
    assert set(REASONS) == set(get_args(ReasonCode))
    assert set(REFUSALS) == set(get_args(RefusalCode))
    assert set(QUARANTINE_REASONS) == set(get_args(QuarantineReason))


@pytest.mark.parametrize("sentence", [*REASONS.values(), *REFUSALS.values(), *PHRASES], ids=lambda s: s.en)
def test_every_sentence_is_whole_and_told_apart_from_its_translation(sentence: Sentence) -> None:
    for words in (sentence.fr, sentence.en):
        assert words[0].isupper() and words.endswith(".") and words == words.strip()
    assert sentence.fr != sentence.en


def test_no_two_reasons_say_the_same() -> None:
    for lot in (REASONS, REFUSALS):
        assert (
            len({words.fr for words in lot.values()}) == len({words.en for words in lot.values()}) == len(lot)
        )


def test_what_the_book_says_of_an_agents_proposal_is_a_refusal_an_agent_can_be_shown() -> None:
    by_agents = {"assigned", "released", "replied", "closed", "taken_over"}
    why = {case.inert for case in TABLE if case.inert and type(case.entry).__struct_config__.tag in by_agents}
    assert why - {"foreign_ref", "repeated"} <= set(REFUSALS)
    assert rules.inert("x").inert == "x"


@pytest.mark.parametrize(
    ("language", "expected"),
    [("fr", "fr"), ("fr-CA", "fr"), ("FR", "fr"), ("en", "en"), ("en_GB", "en")],
)
def test_a_sentence_is_said_in_the_customers_language(language: str, expected: str) -> None:
    assert say(MACHINE, language) == getattr(MACHINE, expected)


@pytest.mark.parametrize("language", ["und", "", "de", "x", "f"])
def test_a_sentence_is_said_in_both_languages_to_whoever_speaks_neither(language: str) -> None:
    assert say(MACHINE, language) == f"{MACHINE.fr} / {MACHINE.en}"


def test_every_topic_has_a_name_of_its_own_below_the_namespace() -> None:
    names = [topic.name("house") for topic in all_topics(("general", "billing"))]
    assert len(set(names)) == len(names) == len(FIXED) + 2
    assert all(name.startswith("house.") for name in names)
    assert work("general").name() == f"{INBOUND.name().removesuffix('inbound')}work.general"


def test_the_book_is_kept_longer_than_what_it_is_about() -> None:
    """A restart reads a snapshot and the tail; both must still be there."""
    for topic in FIXED:
        assert topic.retention is None or topic.retention <= (LEDGER.retention or 0)
        assert topic.cleanup == "delete" or topic.retention is None
    assert INBOUND.retention == 7 * DAY
