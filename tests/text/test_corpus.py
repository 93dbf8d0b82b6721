"""The shipped corpus: complete, clean, hardly a line twice, and what the shipped weights come from."""

import re
from pathlib import Path

import pytest

from shared.policy.load import load_policy
from shared.text.language import detect
from shared.text.normalise import normalise
from shared.text.redact import redact
from shared.text.training.corpus import groups, read_folder, read_lines
from shared.text.training.intents import read_corpus

SERVICES = Path(__file__).parents[2] / "services"
INTENTS = SERVICES / "intent_classifier" / "corpus"
TONES = SERVICES / "sentiment_scorer" / "corpus"
FILES = sorted((*INTENTS.rglob("*.txt"), *TONES.rglob("*.txt")))
NAMES = sorted(load_policy(SERVICES.parent / "deploy" / "policy.yaml").intents)


def _named(path: Path) -> str:
    return str(path.relative_to(SERVICES))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_intent_has_its_lines(language: str) -> None:
    found = {path.stem: len(read_lines(path)) for path in (INTENTS / "intents" / language).glob("*.txt")}
    assert sorted(found) == NAMES
    assert min(found.values()) >= 60


def test_the_other_parts_have_their_lines() -> None:
    assert sum(len(read_lines(path)) for path in (INTENTS / "out_of_scope").glob("*.txt")) >= 300
    for kind in ("wanted", "not_wanted"):
        assert sum(len(read_lines(path)) for path in (INTENTS / "person").rglob(f"{kind}.txt")) >= 250
    assert len(read_folder(TONES)) >= 800


@pytest.mark.parametrize("path", FILES, ids=_named)
def test_a_file_has_no_line_twice_and_no_blank_one(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    assert all(line.strip() for line in lines)
    assert len(set(lines)) == len(lines)


@pytest.mark.parametrize("path", FILES, ids=_named)
def test_a_file_holds_nothing_personal(path: Path) -> None:
    masked = [number for number, line in enumerate(read_lines(path), 1) if redact(line) != line]
    assert masked == []


@pytest.mark.parametrize("path", FILES, ids=_named)
def test_no_line_is_markup_or_numbered(path: Path) -> None:
    assert [line for line in read_lines(path) if re.match(r"^(?:[-*#]\s|\d+[.)]\s+[A-ZÀ-Ü])", line)] == []


def test_near_duplicates_are_rare() -> None:
    texts = [one.text for one in read_corpus(INTENTS)]
    found = groups(texts)
    assert len(texts) - len(set(found)) <= len(texts) // 200


@pytest.mark.parametrize("language", ["fr", "en"])
def test_lines_are_in_their_language(language: str) -> None:
    other = {"fr": "en", "en": "fr"}[language]
    lines = [one.text for one in read_folder(INTENTS / "intents") if one.language == language]
    wrong = [line for line in lines if detect(line, normalise(line).split()) == other]
    assert len(wrong) <= len(lines) // 50
