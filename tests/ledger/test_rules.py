"""The validity table of the book: every entry is valid or inert as its rows say."""

import ast
from pathlib import Path
from types import ModuleType
from typing import get_args

import pytest

from shared.contracts.ledger import Entry, kind
from shared.ledger import book, fold, rules, works
from shared.ledger.state import inert
from tests.ledger import cases_of_messages as of_messages
from tests.ledger import cases_of_people as of_people
from tests.ledger import cases_of_work as of_work
from tests.ledger.cases import Case
from tests.ledger.entries import Diary, substance

TABLE = [
    *of_messages.ROUTED,
    *of_messages.ANSWERED,
    *of_messages.HANDED_OVER,
    *of_messages.QUARANTINED,
    *of_messages.MOVED,
    *of_messages.MOVE_DONE,
    *of_messages.CANARY_PASSED,
    *of_messages.GAP,
    *of_people.TAKEN_OVER,
    *of_people.RETURNED,
    *of_people.ASSIGNED,
    *of_people.RELEASED,
    *of_work.TRANSFERRED,
    *of_work.OVERFLOWED,
    *of_work.ON_HOLD,
    *of_work.REPLIED,
    *of_work.CLOSED_ENTRIES,
    *of_work.WRAPPED_UP,
]


@pytest.mark.parametrize("case", TABLE, ids=lambda case: f"{kind(case.entry)}: {case.name}")
def test_an_entry_is_valid_or_inert_as_the_table_says(case: Case) -> None:
    diary = Diary()
    for entry in case.before:
        assert diary.write(entry).inert is None, "what comes before must be valid"
    assert diary.write(case.entry).inert == case.inert


@pytest.mark.parametrize(
    "case", [c for c in TABLE if c.inert], ids=lambda case: f"{kind(case.entry)}: {case.name}"
)
def test_an_inert_entry_changes_nothing_but_its_count(case: Case) -> None:
    diary = Diary(*case.before)
    before, counts = substance(diary.book), diary.book.counts.copy()
    verdict = diary.write(case.entry)
    assert verdict == inert(case.inert or "")
    assert substance(diary.book) == before
    assert diary.book.counts - counts == {f"inert:{kind(case.entry)}": 1}


def test_every_kind_of_entry_is_in_the_table_valid_and_inert() -> None:
    kinds = {k.__struct_config__.tag for k in get_args(Entry)}
    assert {kind(case.entry) for case in TABLE if case.inert is None} == kinds
    assert {kind(case.entry) for case in TABLE if case.inert} == kinds


def test_every_reason_that_the_rules_can_give_is_in_the_table() -> None:
    said = set[str]().union(*map(_reasons, (rules, works, fold, book)))
    assert {case.inert for case in TABLE if case.inert} == said


WHY_NOT = ("str | None", "Work | str")


def _reasons(module: ModuleType) -> set[str]:
    """Every word that is given to `inert`, or returned by a function that says why not."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(Path(module.__file__ or "").read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "inert":
            found |= _words(node)
        if isinstance(node, ast.FunctionDef) and node.returns and ast.unparse(node.returns) in WHY_NOT:
            found |= {
                word for inner in ast.walk(node) if isinstance(inner, ast.Return) for word in _words(inner)
            }
    return found


def _words(node: ast.AST) -> set[str]:
    constants = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
    return {value for value in constants if isinstance(value, str)}
