"""What decides, decides with values: no clock, no chance, no waiting, no other system."""

import ast

import pytest

from tests.house.code import Module, imports, modules, services

PURE = (
    *(f"services/{service}/decide.py" for service in services()),
    *(f"shared/ledger/{name}.py" for name in ("fold", "rules", "book", "state", "frontier", "snapshot")),
    *("services/router/breaker.py", "services/router/join.py", "services/cli/queue/erlang.py"),
    *(f"shared/queue/{name}.py" for name in ("order", "capacity", "rings", "eligibility", "rounds", "why")),
    *(f"shared/queue/{name}.py" for name in ("match", "desk", "rota", "values")),
)
FORBIDDEN = {
    *("asyncio", "threading", "time", "datetime", "random", "secrets", "uuid", "os", "socket", "subprocess"),
    *("aiokafka", "faststream", "redis", "httpx", "structlog", "logging", "prometheus_client"),
    *("shared.runtime", "shared.ledger.restore", "shared.ledger.archive"),
}
CLOCKS = {"time", "monotonic", "perf_counter", "process_time", "now", "utcnow", "today", "sleep", "time_ns"}
CHANCE = {"random", "randrange", "randint", "choice", "shuffle", "uuid4", "token_hex", "urandom"}
OPENING = {"open", "input", "print", "exec", "eval", "__import__"}


def pure() -> list[Module]:
    return [module for module in modules("services", "shared") if module.path in PURE]


@pytest.mark.parametrize("module", pure(), ids=lambda module: module.path)
def test_it_imports_nothing_that_could_differ_from_process_to_process(module: Module) -> None:
    found = set(imports(module.tree))
    assert {name for name in found if any(f"{name}.".startswith(f"{no}.") for no in FORBIDDEN)} == set()


@pytest.mark.parametrize("module", pure(), ids=lambda module: module.path)
def test_it_awaits_nothing(module: Module) -> None:
    waiting = ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith
    assert [node.lineno for node in ast.walk(module.tree) if isinstance(node, waiting)] == []


@pytest.mark.parametrize("module", pure(), ids=lambda module: module.path)
def test_it_asks_no_clock_throws_no_dice_and_opens_nothing(module: Module) -> None:
    calls = [node for node in ast.walk(module.tree) if isinstance(node, ast.Call)]
    named = {(getattr(call.func, "attr", "") or getattr(call.func, "id", "")): call.lineno for call in calls}
    assert {name: line for name, line in named.items() if name in CLOCKS | CHANCE | OPENING} == {}


def test_every_file_that_must_be_pure_is_there() -> None:
    assert {module.path for module in pure()} == set(PURE)
