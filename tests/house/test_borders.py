"""Who may import whom."""

import sys

import pytest

from shared.contracts.topics import FIXED
from tests.house.code import OUTSIDE, OUTSIDERS, imports, modules, services


def test_there_are_services_to_look_at() -> None:
    assert (
        set(services()) == {name for topic in FIXED for name in (*topic.writers, *topic.readers)} - OUTSIDERS
    )


@pytest.mark.parametrize("service", services())
def test_a_service_imports_no_other_service(service: str) -> None:
    others = {
        f"{module.path} imports {name}"
        for module in modules(f"services/{service}")
        for name in imports(module.tree)
        if name.startswith("services.") and name.split(".")[1] != service
    }
    assert others == set()


def test_what_is_shared_knows_no_service() -> None:
    """Training builds the very models that two of the services load."""
    known = {
        f"{module.path} imports {name}"
        for module in modules("shared")
        for name in imports(module.tree)
        if name.partition(".")[0] == "services"
    }
    assert known == set()


def test_nobody_in_the_house_imports_its_tests_or_the_command_line() -> None:
    wrong = {
        f"{module.path} imports {name}"
        for module in modules("services", "shared")
        for name in imports(module.tree)
        if name.partition(".")[0] == "tests"
        or (name.startswith(f"services.{OUTSIDE}") and not module.path.startswith(f"services/{OUTSIDE}/"))
    }
    assert wrong == set()


def test_the_oracle_knows_nothing_of_the_house_it_judges() -> None:
    """It reads topics with a client of another family, and the published schemas."""
    allowed = {*sys.stdlib_module_names, "confluent_kafka", "jsonschema_rs"}
    wrong = {
        f"{module.path} imports {name}"
        for module in modules("tests/chaos/oracle")
        for name in imports(module.tree)
        if name.partition(".")[0] not in allowed and not f"{name}.".startswith("tests.chaos.oracle.")
    }
    assert wrong == set()
