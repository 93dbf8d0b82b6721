"""Settings come from the environment; a mistake there is named without repeating the value."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.dispatcher.settings import Settings as DispatcherSettings
from shared.contracts.errors import UserMistake
from shared.runtime.settings import ROOT, ServiceSettings, from_environment

MISTAKES = {
    "NAMESPACE": "two words",
    "HTTP_PORT": "70000",
    "LOG_LEVEL": "loud",
    "SESSION_TIMEOUT": "soon",
    "SEND_TIMEOUT": "0",
    "COMMIT_INTERVAL": "-1",
    "STUCK_AFTER": "0",
    "BATCH": "many",
    "FETCH_WAIT": "nan",
    "STATIC_MEMBERSHIP": "perhaps",
}
"""Variables, without their prefix, and values they may not have."""


def test_every_setting_is_read_from_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELAIS_KAFKA", "a:1,b:2")
    monkeypatch.setenv("RELAIS_NAMESPACE", "house-2")
    monkeypatch.setenv("RELAIS_SESSION_TIMEOUT", "2.5")
    monkeypatch.setenv("RELAIS_POLICY", "/etc/policy.yaml")
    settings = from_environment(ServiceSettings)
    assert settings.kafka == "a:1,b:2"
    assert settings.namespace == "house-2"
    assert settings.session_timeout == 2.5
    assert settings.policy == Path("/etc/policy.yaml")


def test_there_is_a_default_for_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ServiceSettings.model_fields:
        monkeypatch.delenv(f"RELAIS_{name.upper()}", raising=False)
    settings = from_environment(ServiceSettings)
    assert settings.namespace == "relais"
    assert settings.policy.is_relative_to(ROOT)
    assert settings.send_timeout <= settings.stuck_after, "a late send says so before the watchdog does"


@pytest.mark.parametrize("name", MISTAKES)
def test_a_value_that_cannot_be_is_a_mistake_that_names_its_variable(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"RELAIS_{name}", MISTAKES[name])
    with pytest.raises(UserMistake, match=f"^RELAIS_{name}: "):
        from_environment(ServiceSettings)


def test_a_mistake_does_not_repeat_the_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELAIS_BATCH", "Zorglubine")
    with pytest.raises(UserMistake) as told:
        from_environment(ServiceSettings)
    assert "Zorglubine" not in str(told.value)


def test_all_mistakes_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELAIS_BATCH", "many")
    monkeypatch.setenv("RELAIS_LOG_LEVEL", "loud")
    with pytest.raises(UserMistake, match=r"RELAIS_LOG_LEVEL: .*; RELAIS_BATCH: "):
        from_environment(ServiceSettings)


def test_a_variable_of_somebody_else_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELAIS_NOBODY_KNOWS", "x")
    from_environment(ServiceSettings)


@pytest.mark.parametrize("url", ["localhost:6379", "http://x", "redis://", ""])
def test_the_dispatcher_refuses_what_is_no_address_of_a_redis(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELAIS_REDIS", url)
    with pytest.raises(UserMistake, match=r"^RELAIS_REDIS: .*redis\|rediss\|unix"):
        from_environment(DispatcherSettings)


def test_the_dispatcher_looks_for_redis_where_the_others_would() -> None:
    assert DispatcherSettings.model_fields["redis"].default == ServiceSettings.model_fields["redis"].default
