"""The map of topics is the one place that names them, and it says what the services really do."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

from shared.contracts import topics
from shared.contracts.topics import CONVERSATIONS, FIXED, LEDGER, Topic
from shared.runtime.service import Card
from tests.house.code import OUTSIDERS, ROOT, Module, modules, services, strings

WORK = topics.work("any")
ROLES = [topic.role for topic in FIXED] + ["work"]
CONSTANTS = {id(value): name for name, value in vars(topics).items() if isinstance(value, Topic)}


def card(service: str) -> Card:
    found = import_module(f"services.{service}.app").CARD
    assert isinstance(found, Card)
    return found


def written_by(service: str) -> set[str]:
    return set(card(service).writes)


def read_by(service: str) -> set[str]:
    """Whoever follows the ledger restores its book from the snapshots."""
    reads = set(card(service).reads)
    return {topic.role for topic in reads | ({CONVERSATIONS} if LEDGER in reads else set())}


@pytest.mark.parametrize("topic", [*FIXED, WORK], ids=lambda topic: topic.role)
def test_the_map_names_exactly_the_services_that_write_and_read_a_topic(topic: Topic) -> None:
    role = topic.role.partition(".")[0]
    assert set(topic.writers) - OUTSIDERS == {name for name in services() if role in written_by(name)}
    assert set(topic.readers) - OUTSIDERS == {name for name in services() if role in read_by(name)}


@pytest.mark.parametrize("service", services())
def test_a_card_bears_its_services_name_and_roles_of_the_map(service: str) -> None:
    assert card(service).name == service
    assert written_by(service) <= set(ROLES)


@pytest.mark.parametrize("service", services())
def test_what_the_card_says_in_words_is_what_it_says_in_code(service: str) -> None:
    words = import_module(f"services.{service}").__doc__ or ""
    assert _roles_in(words, "reads", "decides") == {topic.role for topic in card(service).reads}
    assert _roles_in(words, "writes", "fails") == written_by(service)


def _roles_in(words: str, start: str, end: str) -> set[str]:
    part = re.search(rf"^{start}\b(.*?)^{end}\b", words, re.DOTALL | re.MULTILINE)
    assert part is not None, f"the card says what it {start}, then what it {end}"
    plain = re.sub(r"\([^)]*\)|:.*", "", part[1])
    return set(re.findall(r"\w+", plain)) & set(ROLES)


@pytest.mark.parametrize("service", services())
def test_a_service_touches_only_topics_of_its_card(service: str) -> None:
    used = {name for module in modules(f"services/{service}") for name in _topics_named(module)}
    mine = {CONSTANTS[id(t)] for t in FIXED if t.role in written_by(service) | read_by(service)}
    assert used <= mine | ({"work"} if "work" in written_by(service) else set())


def _topics_named(module: Module) -> set[str]:
    return {
        alias.name
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and node.module == topics.__name__
        for alias in node.names
        if alias.name in {*CONSTANTS.values(), "work"}
    }


SPELLED = re.compile(rf"(?<![\w-])relais\.({'|'.join(ROLES)})\b")
IN_PIECES = re.compile(rf"^\.({'|'.join(ROLES)})(\.|$)")
"""What follows a namespace in an f-string."""


def spells(tree: ast.Module) -> list[int]:
    """The lines on which a topic is named outright."""
    found = ((string.lineno, str(string.value)) for string in strings(tree))
    return [line for line, value in found if SPELLED.search(value) or IN_PIECES.match(value)]


def test_nothing_but_the_map_spells_a_topics_name() -> None:
    the_map = Path(topics.__file__).relative_to(ROOT).as_posix()
    spelled = {m.path: spells(m.tree) for m in modules("services", "shared") if m.path != the_map}
    assert {path: lines for path, lines in spelled.items() if lines} == {}


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("name = 'relais.inbound'", True),
        ("name = f'{space}.ledger'", True),
        ("name = f'{space}.work.{pool}'", True),
        ("say('read relais.work.general')", True),
        ("name = INBOUND.name(space)", False),
        ("def f():\n    'about relais.inbound'", False),
        ("log = get('relais.router')", False),
        ("module = 'services.relais.inbounds'", False),
    ],
)
def test_the_search_for_spelled_names_finds_them(code: str, named: bool) -> None:
    assert bool(spells(ast.parse(code))) == named
