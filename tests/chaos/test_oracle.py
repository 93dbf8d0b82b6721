"""Each judgement passes a world in which all is well and finds the one thing that is not."""

from __future__ import annotations

import json

import pytest

from tests.chaos.oracle.evidence import Evidence
from tests.chaos.oracle.schemas import read
from tests.chaos.oracle.verdict import JUDGEMENTS, caught, judge, told
from tests.chaos.plays import GOOD
from tests.chaos.scene import Scene
from tests.chaos.wrongs import BAD, late, unseen


@pytest.mark.parametrize("name", GOOD)
def test_nothing_is_found_where_all_is_well(name: str) -> None:
    scene = Scene()
    GOOD[name](scene)
    assert scene.verdict() == set()


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_found_and_nothing_else(name: str) -> None:
    judgements, play = BAD[name]
    scene = Scene()
    play(scene)
    if "liveness" not in judgements:
        scene.evidence.deadline = 1000.0
    assert scene.verdict() - {"liveness"} == judgements - {"liveness"}
    assert ("liveness" in scene.verdict()) == ("liveness" in judgements)


@pytest.mark.parametrize("target", ["kafka", "fallback-2"])
def test_time_in_which_the_contingency_plan_could_not_act_is_not_counted(target: str) -> None:
    scene = Scene()
    late(scene, target)
    assert scene.verdict() == set()


@pytest.mark.parametrize(("said", "found"), [("Camille Canari", {"hygiene"}), ("nothing", set())])
def test_a_canary_is_heard_wherever_it_sings(said: str, found: set[str]) -> None:
    scene = Scene()
    assert scene.verdict(said=[("the log of router-1", f"… {said} …")], canaries=("Camille",)) == found


def test_there_is_a_case_for_every_judgement() -> None:
    assert {name for names, _ in BAD.values() for name in names} | {"hygiene"} == set(JUDGEMENTS)


def test_a_broken_build_is_caught_by_the_first_run_that_finds_what_is_expected() -> None:
    good, bad = Scene(), Scene()
    bad.say()
    verdicts = [judge(good.evidence), judge(bad.evidence)]
    assert caught(verdicts, "accounted") == (2, ("accounted",))
    assert caught(verdicts, "order") is None
    assert caught(verdicts[:1], "accounted") is None


def test_a_person_reads_the_story_the_fault_and_how_to_see_it_again() -> None:
    scene = Scene()
    scene.fault("courier-1", 1, 9)
    unseen(scene)
    text = told(judge(scene.evidence), scene.evidence, "relais chaos --replay FILE")
    for part in (
        "ACCOUNTED: 1 violation",
        "0:0",
        "at the door",
        "routed at ledger 0:0",
        "kill courier-1",
        "1 kill",
    ):
        assert part in text
    assert text.endswith("Replay: relais chaos --replay FILE")
    assert "Bonjour" not in text


def test_nothing_seen_is_no_violation_and_says_how_little_was_seen() -> None:
    verdict = judge(Evidence())
    assert verdict.violations == ()
    assert verdict.counts["messages"] == 0


@pytest.mark.parametrize("text", ["\ud800", "\x00", "é" * 10_000, "\U0010ffff"])
def test_the_oracle_reads_any_text_that_json_can_say(text: str) -> None:
    value = {"id": "m", "conversation_id": "c", "channel": "chat", "text": text}
    assert read("inbound", json.dumps(value).encode()) == value
    assert read("inbound", json.dumps(value | {"id": ""}).encode()) is None
