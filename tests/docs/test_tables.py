"""The tables and numbers on the pages are those of the code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel

from services.bot.decide import SAME, Limits
from services.bot.http import MAX_ANSWER
from services.bot.settings import Settings as BotSettings
from services.dispatcher.records import MAX_HISTORY, MAX_MESSAGES
from services.fallback.settings import Settings as FallbackSettings
from shared.contracts import inbound
from shared.contracts.agents import MAX_COMMAND_BYTES
from shared.contracts.outward import WorkRecord, WorkType
from shared.contracts.phrases import MACHINE, REACH_A_PERSON
from shared.contracts.topics import DAY, FIXED, INBOUND, work
from shared.contracts.vocabulary import EXCLUSIONS, QUARANTINE_REASONS, REASONS, REFUSALS, Sentence
from shared.ledger.archive import MAX_TURN
from shared.ledger.book import FORGET_AFTER
from shared.ledger.state import REMEMBERED_COMMANDS, REMEMBERED_IDS, REMEMBERED_MESSAGES, REMEMBERED_TURNS
from shared.policy.model import Policy
from shared.queue.order import HEAD_START, MINUTE, MOST_MINUTES
from tests.docs.pages import rows, text_of


def _settings(model: type[BaseModel], above: str = "") -> Iterator[tuple[str, str]]:
    """Every setting of the policy file with its default as the page has it."""
    for name, field in model.model_fields.items():
        path, kind = f"{above}{name}", field.annotation
        parts = [kind, *get_args(kind)]
        inner = next((part for part in parts if isinstance(part, type) and issubclass(part, BaseModel)), None)
        if inner is None or inner is not kind:
            yield path, "must be there" if field.is_required() else _written(field.default)
        if inner is not None:
            yield from _settings(inner, f"{path}.*." if get_origin(kind) in (dict, tuple) else f"{path}.")


def _written(value: Any) -> str:
    """A value as YAML would have it."""
    match value:
        case BaseModel():
            return _written(value.model_dump())
        case dict():
            return "{" + ", ".join(f"{name}: {_written(one)}" for name, one in value.items()) + "}"
        case tuple():
            return "[" + ", ".join(map(_written, value)) + "]"
        case None | bool():
            return {None: "none", False: "false", True: "true"}[value]
    return value if isinstance(value, str) else f"{value:g}"


def test_every_setting_of_the_policy_is_told_with_its_default() -> None:
    told = {row[0]: row[1] for row in rows("policy.md", "## Every setting")[1:]}
    assert told == {path: default for path, default in _settings(Policy) if path != "version_hash"}


def _worded(table: list[list[str]]) -> dict[str, Sentence]:
    return {row[0]: Sentence(row[1], row[2]) for row in table[1:]}


def test_the_reasons_and_refusals_are_told_in_the_words_that_people_are_shown() -> None:
    assert _worded(rows("policy.md", "## Reasons")) == REASONS
    assert _worded([row for row in rows("agents.md", "### Refusals") if len(row) == 4]) == REFUSALS


def test_the_rules_that_exclude_agents_are_told_in_the_words_that_people_are_shown() -> None:
    table = [row for row in rows("queue.md", "## Who is asked") if len(row) == 3]
    assert _worded(table) == EXCLUSIONS


def test_the_head_starts_and_their_bound_are_those_of_the_code() -> None:
    told = {row[0]: row[2] for row in rows("queue.md", "## Who is served first")[1:]}
    assert told == {"age_min": ""} | {term: f"{most:g}" for term, most in MOST_MINUTES.items()}
    assert text_of("queue.md").count(f"{HEAD_START // MINUTE} minutes") == 2


def test_the_reasons_for_quarantine_are_all_told() -> None:
    told = [row[0] for row in rows("channels.md", "### Odd input")]
    assert set(told[told.index("reason") + 1 :]) == set(QUARANTINE_REASONS)


def test_every_type_and_field_of_a_work_record_is_told() -> None:
    first = "\n".join(row[0] for row in rows("agents.md", "## The records of `relais.work.<pool>`"))
    assert all(name in first for name in (*get_args(WorkType), *WorkRecord.__dataclass_fields__))


def test_every_topic_is_told_with_how_long_it_is_kept() -> None:
    told = {
        row[0]: row[1] for row in rows("data-protection.md") if row[0].startswith("relais.") and len(row) == 3
    }
    kept = {
        topic.name(): f"{topic.retention // DAY} days" if topic.retention else "without limit, see below"
        for topic in (*FIXED, work("<pool>"))
    }
    assert told == kept


def test_the_settings_of_the_http_bot_have_the_defaults_of_the_code() -> None:
    told = {row[0]: row[1] for row in rows("bot.md") if row[0].startswith("RELAIS_BOT_")}
    for name, default in told.items():
        field = BotSettings.model_fields[name.removeprefix("RELAIS_").lower()]
        assert default == ("none" if field.default is None else f"{field.default:g}")


LIMITS = Limits(3)
DEADLINES = FallbackSettings.model_fields
TOLD = [
    ("channels.md", f"1 to {inbound.MAX_ID} characters"),
    ("channels.md", f"at most {inbound.MAX_DEPTH} levels"),
    ("channels.md", f"up to {inbound.MAX_HEADERS} headers of up to {inbound.MAX_HEADER_BYTES} bytes"),
    ("channels.md", f"last {REMEMBERED_IDS} different ids"),
    ("channels.md", f"once {FORGET_AFTER:,} more"),
    ("channels.md", f"up to {INBOUND.max_bytes:,} bytes"),
    ("channels.md", f"more than {inbound.MAX_BYTES:,} bytes when they are unpacked"),
    ("channels.md", f"{DEADLINES['bot_deadline'].default:g} s after it was given\nto the bot"),
    ("channels.md", f"{DEADLINES['silence'].default:g} s after the router has fallen silent"),
    ("channels.md", f"{DEADLINES['patience'].default:g} s after it"),
    ("agents.md", f"newest {REMEMBERED_MESSAGES}"),
    ("agents.md", f"newest {MAX_MESSAGES // 1_048_576} MiB"),
    ("agents.md", f"at most {MAX_HISTORY // 1_048_576} MiB"),
    ("agents.md", f"{MAX_TURN:,} characters at most"),
    ("agents.md", f"last {REMEMBERED_TURNS} things said"),
    ("agents.md", f"last {REMEMBERED_COMMANDS} commands"),
    ("agents.md", f"at most {MAX_COMMAND_BYTES:,} bytes"),
    ("bot.md", f"1 to {MAX_ANSWER:,} characters"),
    ("bot.md", f"at least {SAME:.0%}".replace("%", " %")),
    ("bot.md", f"at least\n{LIMITS.score:g} and leads the next one by at least {LIMITS.margin:g}"),
    ("bot.md", f"at most {REMEMBERED_TURNS - 1} entries of at most {MAX_TURN:,}"),
    ("bot.md", f"“{MACHINE.en} {REACH_A_PERSON.en}”"),
    ("bot.md", f"« {MACHINE.fr} {REACH_A_PERSON.fr} »"),
    ("data-protection.md", f"{FORGET_AFTER:,} more entries"),
]


@pytest.mark.parametrize(("page", "words"), TOLD, ids=lambda value: value[:60])
def test_a_number_or_sentence_on_a_page_is_that_of_the_code(page: str, words: str) -> None:
    assert words in text_of(page)
