"""The broken builds are broken in one place each, and the page says what became of them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from services.courier import worker as courier_worker
from services.router import worker as router_worker
from shared.contracts.errors import InvalidMessage
from shared.contracts.outward import Author, Reply
from tests.chaos.broken import astray
from tests.chaos.broken.builds import BUILDS
from tests.chaos.broken.hunt import RUNS, Found
from tests.chaos.broken.page import PAGE, read, written
from tests.chaos.faults.catalogue import FAULTS
from tests.chaos.oracle.verdict import JUDGEMENTS

ROOT = Path(__file__).parents[2]
Made = Callable[[Callable[[], None], str], list[Reply]]


@pytest.mark.parametrize("name", BUILDS)
def test_a_build_is_attacked_with_faults_that_there_are(name: str) -> None:
    assert set(BUILDS[name].faults) <= set(FAULTS)
    assert BUILDS[name].by in JUDGEMENTS


@pytest.mark.parametrize("name", BUILDS)
def test_a_build_can_be_broken(name: str) -> None:
    """In a process of its own: it stays broken."""
    code = f"from tests.chaos.broken.builds import BUILDS; BUILDS[{name!r}].break_it()"
    there = {**os.environ, "RELAIS_REDIS": "redis://127.0.0.1:1/0", "RELAIS_NAMESPACE": "t"}
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=there)


ABOUT = Reply("k", "0:0", "m", "c", "chat", Author("bot", "faq"), "Oui", "fr", "k")


@pytest.fixture
def courier(monkeypatch: pytest.MonkeyPatch) -> Made:
    """What a broken courier makes of 64 replies of somebody."""

    def made(break_it: Callable[[], None], author: str) -> list[Reply]:
        said = [
            replace(ABOUT, ref=f"0:{n}", author=Author(author, "x"))  # type: ignore[arg-type]
            for n in range(64)
        ]
        monkeypatch.setattr(courier_worker, "replies", lambda: said)
        break_it()
        return courier_worker.replies()  # type: ignore[attr-defined, call-arg]

    return made


def test_some_answers_go_to_another_conversation(courier: Made) -> None:
    talks = [reply.conversation_id for reply in courier(astray.wrong_conversation, "bot")]
    assert 0 < talks.count("somebody-else") < talks.count("c")
    assert {reply.conversation_id for reply in courier(astray.wrong_conversation, "notice")} == {"c"}


def test_what_a_person_says_goes_out_twice_under_two_keys(courier: Made) -> None:
    made = courier(astray.agent_twice, "agent")
    assert len(made) == 128 and len({reply.idempotency_key for reply in made}) == 65
    assert {replace(reply, idempotency_key="") for reply in made} == {
        replace(reply, idempotency_key="") for reply in made[:64]
    }
    assert len(courier(astray.agent_twice, "bot")) == 64


def test_some_readable_messages_are_given_up_for_no_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(router_worker, "arrival", lambda record, partitions: record)
    astray.quarantine_all()
    reasons = []
    for number in range(64):
        try:
            router_worker.arrival(SimpleNamespace(value=b"%d" % number), 4)  # type: ignore[attr-defined]
        except InvalidMessage as why:
            reasons.append(why.reason)
    assert 0 < len(reasons) < 32 and set(reasons) == {"not_json"}


def test_the_product_knows_nothing_of_broken_builds() -> None:
    product = [path for folder in ("services", "shared") for path in (ROOT / folder).rglob("*.py")]
    assert [path for path in product if "RELAIS_TEST_BROKEN" in path.read_text()] == []


def test_the_page_is_written_as_it_is_read() -> None:
    found = {name: Found(n % RUNS + 1, ("accounted", "order")[: n % 3]) for n, name in enumerate(BUILDS)}
    assert read(written(found)) == found


def test_the_page_says_of_every_build_what_caught_it() -> None:
    found = read(PAGE.read_text())
    assert set(found) == set(BUILDS)
    assert [name for name, one in found.items() if BUILDS[name].by not in one.by] == []
    assert {by for one in found.values() for by in one.by} <= set(JUDGEMENTS)
    assert PAGE.read_text() == written(found), "make broken writes it"
