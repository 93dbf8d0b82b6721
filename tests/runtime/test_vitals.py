"""Readiness looks at progress, not at whether the process exists."""

from __future__ import annotations

import time
from typing import Any

import pytest

from shared.runtime.vitals import FRESH, Vitals

NOW = 1000.0
WELL: dict[str, Any] = {"beat": NOW, "broker_seen": NOW, "assigned": True}
STATES: dict[str, tuple[dict[str, Any], bool]] = {
    "all is well": ({}, True),
    "all is well, with no partition to look after": ({"owned": ()}, True),
    "it ticked a moment ago": ({"beat": NOW - FRESH + 0.1}, True),
    "it has not ticked for a while": ({"beat": NOW - FRESH}, False),
    "it has never ticked": ({"beat": 0.0}, False),
    "the broker has not answered for a while": ({"broker_seen": NOW - 2 * FRESH}, False),
    "the broker has never answered": ({"broker_seen": 0.0}, False),
    "partitions are not given out yet, or again": ({"assigned": False}, False),
    "a state is being restored": ({"restoring": (3,)}, False),
    "it is stopping": ({"stopping": True}, False),
}


@pytest.mark.parametrize("name", STATES)
def test_ready_means_that_messages_flow_or_would_flow_at_once(name: str) -> None:
    changes, ready = STATES[name]
    assert Vitals("router", "router-1", **(WELL | changes)).ready(NOW) == ready


def test_the_report_has_what_the_service_adds() -> None:
    vitals = Vitals(
        "router", "router-1", owned=(0, 2), lag=7, handled=3, extra=lambda: {"accounts": {"x": 1}}
    )
    report = vitals.report()
    assert report.pop("uptime_seconds") < 5
    assert report == {
        "service": "router",
        "instance": "router-1",
        "ready": False,
        "partitions": [0, 2],
        "restoring": [],
        "lag": 7,
        "handled": 3,
        "accounts": {"x": 1},
    }


def test_without_a_given_time_it_is_now() -> None:
    now = time.monotonic()
    assert Vitals("router", "router-1", beat=now, broker_seen=now, assigned=True).ready()
