"""No log line is given a message's text, and no label of a metric anything but words of closed lists."""

import ast
from collections.abc import Iterator

import pytest

from shared.runtime import metrics
from tests.house.code import Module, modules, strings

LEVELS = {"debug", "info", "warning", "error", "critical", "exception", "msg", "log"}
OF_CUSTOMERS = {
    *("text", "message", "messages", "body", "content", "payload", "raw", "value"),
    *("customer", "email", "phone"),
}
LABELS = {
    *("topic", "kind", "result", "reason", "route", "rule", "state", "type"),
    *("author", "outcome", "partition", "clock", "pool", "priority", "part"),
}


def log_calls(module: Module) -> Iterator[ast.Call]:
    """Calls of a level on something that is called a log, or has just been got."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS:
            owner = ast.unparse(node.func.value)
            if "log" in owner.lower() or owner.startswith(("logs.get(", "get(")):
                yield node


def logging_modules() -> list[Module]:
    return [module for module in modules("services", "shared") if any(log_calls(module))]


def test_there_are_log_calls_to_look_at() -> None:
    assert len(logging_modules()) >= 5


@pytest.mark.parametrize("module", logging_modules(), ids=lambda module: module.path)
def test_a_log_line_is_given_nothing_a_customer_wrote(module: Module) -> None:
    for call in log_calls(module):
        where = f"{module.path}:{call.lineno}"
        assert {word.arg for word in call.keywords} & OF_CUSTOMERS == set(), where
        assert not _mentioned(call) & OF_CUSTOMERS, where


def _mentioned(call: ast.Call) -> set[str]:
    return {node.attr for node in ast.walk(call) if isinstance(node, ast.Attribute)}


@pytest.mark.parametrize("module", logging_modules(), ids=lambda module: module.path)
def test_a_log_line_is_an_event_with_a_fixed_name(module: Module) -> None:
    for call in log_calls(module):
        event = call.args[0] if call.args else None
        fixed = isinstance(event, ast.Constant) and str(event.value).replace("_", "").isalnum()
        passed_on = isinstance(event, ast.Name) and event.id == "event"
        assert fixed or passed_on, f"{module.path}:{call.lineno}"


def test_nothing_is_printed_by_a_service() -> None:
    printed = {
        f"{module.path}:{node.lineno}"
        for module in modules("services", "shared")
        if not module.path.startswith("services/cli/")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"
    }
    assert printed == set()


def test_every_metric_is_ours_and_its_labels_come_from_closed_lists() -> None:
    found = {name: each for name, each in vars(metrics).items() if hasattr(each, "_labelnames")}
    assert len(found) > 20
    for each in found.values():
        assert each._name.startswith("relais_")
        assert set(each._labelnames) <= LABELS


def test_no_registrys_host_is_named() -> None:
    hosts = ("pypi" + ".org", "files.pythonhosted" + ".org", "repo1.maven" + ".org", "docker" + ".io/")
    named = {
        f"{module.path}:{string.lineno}"
        for module in modules("services", "shared", "tests")
        for string in strings(module.tree)
        if any(host in str(string.value) for host in hosts)
    }
    assert named == set()
