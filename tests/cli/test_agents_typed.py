"""What an agent types, and what is made of it."""

from __future__ import annotations

from functools import reduce
from typing import Any

import pytest

from services.cli.agents.agent import chosen, skills, usable
from services.cli.agents.desk import Desk, fold
from services.cli.agents.keyboard import joined
from services.cli.agents.typed import Focus, Mistyped, read
from shared.contracts.errors import UserMistake
from tests.cli.agents_records import ADA, assigned, offer, record

NUMBERS = {1: "0:1", 2: "0:2", 3: "0:3"}
ONE = reduce(fold, [assigned()], Desk(ADA))
TWO = reduce(fold, [assigned(), assigned(7, work="0:2")], Desk(ADA))
ALL = reduce(fold, [offer(work="0:3"), assigned(), assigned(7, work="0:2")], Desk(ADA))
WRAPPING = fold(ONE, record("closed", token=5, wrap_until="2099-03-14T09:40:00+00:00"))
FIRST = {"token": 5}

LINES: dict[str, tuple[str, Desk, str, tuple[str, str, dict[str, Any]]]] = {
    "the only one": ("reply Bonjour", ONE, "", ("reply", "0:1", {**FIRST, "text": "Bonjour"})),
    "the one in focus": ("r Oui", TWO, "0:2", ("reply", "0:2", {"token": 7, "text": "Oui"})),
    "by its number": ("reply @2 3 jours", TWO, "0:1", ("reply", "0:2", {"token": 7, "text": "3 jours"})),
    "several lines": ("reply a\n b", ONE, "", ("reply", "0:1", {**FIRST, "text": "a\n b"})),
    "an address in the text": ("reply a@2 b", ONE, "", ("reply", "0:1", {**FIRST, "text": "a@2 b"})),
    "the only offer": ("accept", ALL, "0:1", ("accept", "0:3", {})),
    "decline means the offer first": ("decline trop long", ALL, "0:1", ("decline", "0:3", {"token": None})),
    "decline what is held": ("decline @1", ALL, "", ("decline", "0:1", FIRST)),
    "hold": ("hold", ONE, "", ("hold", "0:1", {**FIRST, "on": True})),
    "hold no more": ("hold off", ONE, "", ("hold", "0:1", {**FIRST, "on": False})),
    "pass on": (
        "transfer billing Voir",
        ONE,
        "",
        ("transfer", "0:1", {**FIRST, "pool": "billing", "note": "Voir"}),
    ),
    "close": ("close", ONE, "", ("close", "0:1", FIRST)),
    "close and say all": (
        "close solved y",
        ONE,
        "",
        ("close", "0:1", {**FIRST, "disposition": "solved", "solved": True}),
    ),
    "close in French, back to the bot": (
        "close autre non bot",
        ONE,
        "",
        ("close", "0:1", {**FIRST, "disposition": "autre", "solved": False, "to_bot": True}),
    ),
    "wrap up": ("w solved o", WRAPPING, "", ("wrap_up", "0:1", {"disposition": "solved", "solved": True})),
    "wrap up later": ("wrap-up @2 other", ONE, "", ("wrap_up", "0:2", {"disposition": "other"})),
    "more time": ("wrap-up more", WRAPPING, "", ("wrap_up", "0:1", {"extend": True})),
    "why": ("why @3", ONE, "", ("why", "0:3", {})),
    "presence": ("p drain", ONE, "", ("presence", "", {"status": "drain"})),
    "take over": ("take-over c-1", ONE, "", ("take_over", "", {"conversation_id": "c-1"})),
    "look": ("look @2", TWO, "", ("look", "0:2", {})),
}


@pytest.mark.parametrize("name", LINES)
def test_a_line_is_one_command(name: str) -> None:
    line, desk, focus, expected = LINES[name]
    typed = read(line, desk, Focus(NUMBERS, focus))
    assert (typed.kind, typed.work, dict(typed.fields)) == expected


MISTYPED = {
    "no such command": ("bonjour", ONE, "", "unknown"),
    "no text": ("reply", ONE, "", "say_what"),
    "two and no word which": ("reply Oui", TWO, "", "which"),
    "the focus is gone and only one is left": ("reply Oui", ONE, "0:2", "which"),
    "nothing to take": ("accept", ONE, "", "nothing"),
    "a number nobody has": ("reply @9 Oui", ONE, "", "no_such_number"),
    "to answer an offer": ("reply @3 Oui", ALL, "", "not_now"),
    "no note": ("transfer billing", ONE, "", "transfer_how"),
    "too much at the close": ("close a b", ONE, "", "close_how"),
    "an empty wrap-up": ("wrap-up", WRAPPING, "", "wrap_up_how"),
    "no such presence": ("presence away", ONE, "", "presence_how"),
}


@pytest.mark.parametrize("name", MISTYPED)
def test_a_line_that_could_be_meant_otherwise_is_not_carried_out(name: str) -> None:
    line, desk, focus, why = MISTYPED[name]
    with pytest.raises(Mistyped) as wrong:
        read(line, desk, Focus(NUMBERS, focus))
    assert wrong.value.said == why


def test_a_backslash_goes_on_with_the_line() -> None:
    assert list(joined(["reply a\\\n", "b\n", "close\n", "reply c\\"])) == [
        "reply a\nb",
        "close",
        "reply c\n",
    ]


def test_skills_have_levels() -> None:
    assert skills(["billing:2", "law"]) == {"billing": 2, "law": 1}
    for wrong in ("billing:0", ":2", "billing:x", "billing:11"):
        with pytest.raises(UserMistake, match="1 to 10"):
            skills([wrong])


def test_a_pool_that_is_not_there_is_named() -> None:
    assert chosen([], ("b", "a")) == ["a", "b"]
    with pytest.raises(UserMistake, match="no pool 'c'"):
        chosen(["c"], ("a", "b"))


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a" * 513, "\udcff"])
def test_an_id_that_no_command_can_bear_is_refused(name: str) -> None:
    with pytest.raises(UserMistake, match="--id ada"):
        usable(name)


def test_an_id_may_be_any_name() -> None:
    assert usable("Zoë d'Arc") == "Zoë d'Arc"
