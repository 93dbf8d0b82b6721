"""The plugin of every run: fixtures that start real servers once, and a closing table of what ran where."""

from __future__ import annotations

import textwrap
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import PurePosixPath
from typing import TypeVar

import pytest

from tests.kit.kafka import RealKafka
from tests.kit.redis import RealRedis
from tests.kit.server import RealServer, Unavailable

AnyServer = TypeVar("AnyServer", bound=RealServer)
RanAgainst = Callable[[str, str], None]

_ran_against = pytest.StashKey[dict[str, list[str]]]()
_OUTCOMES = {
    "passed": "passed",
    "failed": "failed",
    "error": "failed",
    "skipped": "skipped",
    "xfailed": "skipped",
}


def pytest_configure(config: pytest.Config) -> None:
    nothing_yet: dict[str, list[str]] = {RealKafka.name: [], RealRedis.name: []}
    config.stash[_ran_against] = nothing_yet


def note(config: pytest.Config, what: str, against: str) -> None:
    """Have the closing table say, once, that tests in need of `what` ran against `against`."""
    said = config.stash[_ran_against].setdefault(what, [])
    if _line(against) not in said:
        said.append(_line(against))


def _line(text: str) -> str:
    """The text on one line of a bearable length: reasons may quote what a server wrote before it ended."""
    return textwrap.shorten(text, 240, placeholder=" …")


@pytest.fixture(scope="session")
def ran_against(pytestconfig: pytest.Config) -> RanAgainst:
    """`ran_against("Kafka", "embedded: librdkafka mock cluster 2.16.1")`: a line for the closing table."""
    return lambda what, against: note(pytestconfig, what, against)


@pytest.fixture(scope="session")
def kafka(pytestconfig: pytest.Config) -> Iterator[RealKafka]:
    """The run's shared real broker. Not to be stopped or frozen; tests name their own topics and groups."""
    with _running(pytestconfig, RealKafka()) as server:
        yield server


@pytest.fixture
def own_kafka(pytestconfig: pytest.Config) -> Iterator[RealKafka]:
    """A real broker of this test alone, for tests that stop, kill or freeze it."""
    with _running(pytestconfig, RealKafka(own=True)) as server:
        yield server


@pytest.fixture(scope="session")
def redis_server(pytestconfig: pytest.Config) -> Iterator[RealRedis]:
    """The run's shared Redis, real where possible, else a fake (`kind == "fake"`). Not to be stopped."""
    with _running(pytestconfig, RealRedis()) as server:
        yield server


@pytest.fixture
def own_redis(pytestconfig: pytest.Config) -> Iterator[RealRedis]:
    """A Redis of this test alone, for tests that stop, kill, freeze or wipe it."""
    with _running(pytestconfig, RealRedis(own=True)) as server:
        yield server


@contextmanager
def _running(config: pytest.Config, server: AnyServer) -> Iterator[AnyServer]:
    """The server, started and noted in the closing table; without one the test is skipped, saying why."""
    with ExitStack() as stack:
        try:
            stack.enter_context(server)
        except Unavailable as reason:
            note(config, server.name, f"not available: {'; '.join(server.passed_over) or reason}")
            pytest.skip(str(reason))
        note(config, server.name, described(server))
        yield server


def described(server: RealServer) -> str:
    kinds = {
        "address": f"given in {server.variable}",
        "container": "in a container",
        "jars": "from its Maven jars",
        "installed": "installed here",
    }
    if server.kind == "fake":
        return f"fake: {server.version} ({'; '.join(server.passed_over)})"
    return f"real: {server.name} {server.version}, {kinds[server.kind]}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    terminalreporter.section("what ran against what")
    for what, against in sorted(config.stash[_ran_against].items()):
        for line in against or ["not used by these tests"]:
            terminalreporter.write_line(f"{what:<8} {line}")
    terminalreporter.write_line("")
    stats = terminalreporter.stats
    nodeids = {outcome: [report.nodeid for report in stats.get(outcome, [])] for outcome in _OUTCOMES}
    for line in [*by_folder(nodeids), *reasons(stats.get("skipped", []))]:
        terminalreporter.write_line(line)


def by_folder(nodeids: dict[str, list[str]]) -> list[str]:
    """Lines of a table: folder of the tests × how many passed, failed and were skipped."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for outcome, found in nodeids.items():
        for nodeid in found:
            counts[_folder(nodeid)][_OUTCOMES[outcome]] += 1
    columns = ("passed", "failed", "skipped")
    rows = [(folder, *(counts[folder][column] for column in columns)) for folder in sorted(counts)]
    total = ("all", *(sum(count[column] for count in counts.values()) for column in columns))
    width = max(20, *(len(folder) for folder in counts), 0)
    lines = [f"{'tests':<{width}}" + "".join(f"{column:>9}" for column in columns)]
    return lines + [
        f"{row[0]:<{width}}" + "".join(f"{number:>9}" for number in row[1:]) for row in [*rows, total]
    ]


def _folder(nodeid: str) -> str:
    """`tests/services/router/test_join.py::…` → `services/router`."""
    path = PurePosixPath(nodeid.split("::", maxsplit=1)[0])
    parts = path.parts[:-1] if path.suffix == ".py" else path.parts
    return "/".join(part for part in parts if part != "tests") or "tests"


def reasons(skipped: list[pytest.TestReport]) -> list[str]:
    """Lines that say why tests were skipped and how many for each reason."""
    whys: Counter[str] = Counter()
    for report in skipped:
        told = report.longrepr
        why = told[2] if isinstance(told, tuple) else str(told)
        whys[_line(why.removeprefix("Skipped: "))] += 1
    return [f"skipped  {count} × {why}" for why, count in whys.most_common()]
