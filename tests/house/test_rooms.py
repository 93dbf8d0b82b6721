"""Every service has the same rooms under the same names, none of them too big."""

from importlib import import_module
from statistics import median, quantiles

import pytest

from shared.runtime.settings import ServiceSettings
from tests.house.code import ROOT, functions, imports, modules, services

ROOMS = ("__init__.py", "__main__.py", "app.py", "decide.py", "settings.py")
CARD = ("reads", "decides", "writes", "fails")
CLIENTS = {"aiokafka", "faststream", "confluent_kafka"}
EVERYTHING = ("services", "shared", "tests")
WHOLE_FILE, WHOLE_FUNCTION = 250, 40


@pytest.mark.parametrize("service", services())
def test_a_service_has_every_room(service: str) -> None:
    assert [room for room in ROOMS if not (ROOT / "services" / service / room).is_file()] == []


@pytest.mark.parametrize("service", services())
def test_its_card_says_what_it_reads_decides_and_writes_and_what_happens_when_it_fails(service: str) -> None:
    words = (import_module(f"services.{service}").__doc__ or "").splitlines()
    begun = [line.split()[0] for line in words if line and not line.startswith(" ")]
    assert tuple(begun[-4:]) == CARD
    assert words[0].endswith((".", "?"))


@pytest.mark.parametrize("service", services())
def test_it_is_built_from_its_settings_and_run_as_all_are(service: str) -> None:
    app = import_module(f"services.{service}.app")
    settings = import_module(f"services.{service}.settings").Settings
    assert issubclass(settings, ServiceSettings)
    assert list(app.build.__annotations__) == ["settings", "return"]
    assert _main_of(service) == _main_of(services()[0])


def _main_of(service: str) -> str:
    return (ROOT / "services" / service / "__main__.py").read_text().replace(service, "NAME")


@pytest.mark.parametrize("service", services())
def test_no_service_talks_to_the_broker_by_itself(service: str) -> None:
    """The worker's contract keeps clients out of it."""
    for module in modules(f"services/{service}"):
        assert {name.partition(".")[0] for name in imports(module.tree)} & CLIENTS == set(), module.path


def test_every_folder_of_code_is_a_package() -> None:
    """The search for forbidden imports passes over folders that are none."""
    folders = {(ROOT / module.path).parent for module in modules("services", "shared")}
    assert {folder for folder in folders if not (folder / "__init__.py").is_file()} == set()


def test_every_file_can_be_read_at_one_sitting() -> None:
    too_long = {m.path: m.lines for m in modules(*EVERYTHING) if m.lines > WHOLE_FILE}
    assert too_long == {}


def test_every_function_can_be_seen_at_once() -> None:
    lengths = {
        f"{module.path}:{function.name}": (function.end_lineno or 0) - function.lineno + 1
        for module in modules(*EVERYTHING)
        for function in functions(module.tree)
    }
    assert {name: length for name, length in lengths.items() if length > WHOLE_FUNCTION} == {}


def test_functions_are_short_as_a_rule() -> None:
    lengths = [
        (function.end_lineno or 0) - function.lineno + 1
        for module in modules("services", "shared")
        for function in functions(module.tree)
    ]
    assert median(lengths) <= 8
    assert quantiles(lengths, n=10)[-1] <= 20
