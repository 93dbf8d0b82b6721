"""What a drill of Redis concludes from what the dispatcher says and from what agents' tools get."""

from __future__ import annotations

from typing import Any

import pytest

from services.cli.drill.floor import HEARD_WITHIN, Floor
from services.cli.drill.measure import detected, figures, missing, recovered
from services.cli.drill.parts import PARTS
from services.cli.drill.report import markdown
from tests.cli.test_drill import USUAL, Told, seen

REDIS = PARTS["redis"]
PERSON = ("people", "wants_person")
IDS = {f"m{number}": number for number in range(9)}
GONE, BACK = 10.0, 20.0
HOUSE: list[Told] = [(8, 8.1, PERSON), (11, 11.1, USUAL), (12, 12.1, PERSON), (21, 21.1, USUAL)]
"""Up to the return, and one answer after it: as it is where only the bot works."""
LATER: Told = (22, 22.1, PERSON)
Event = tuple[float, str, Any]
NOTICED: list[Event] = [(8, "says", True), (10.5, "says", False), (20.5, "says", True)]
QUEUED: Event = (22.5, "queued", 4)


def floor(*events: Event, now: float = 30.0) -> Floor:
    """`says` is the dispatcher's word, `queued` and `offer` are of work, `status` and `away` of ana."""
    made = Floor()
    for at, kind, value in sorted(events, key=lambda event: event[0]):
        match kind:
            case "says":
                made.told({} if value is None else {"queue": {"reachable": value}}, at)
            case "status":
                made.command({"type": "presence", "agent_id": "ana", "status": value}, at)
            case "away":
                made.work({"type": kind, "agent_id": "ana"}, IDS, at)
            case _:
                made.work({"type": kind, "agent_id": "ana", "message_ids": [f"m{value}"]}, IDS, at)
    made.now = now
    return made


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], None),
        ([(8, "says", True)], None),
        ([(9, "says", False), (9.5, "says", True)], None),
        ([(8, "says", True), (10.5, "says", None)], None),
        (NOTICED, 10.5),
        ([(8, "says", True), (9.9, "says", False), (20.5, "says", True)], 10.0),
    ],
    ids=[
        "it says nothing",
        "it says that all is well",
        "what was before is no detection",
        "silence is none",
        "it says that it does not reach the queue",
        "it said so before the loss was seen",
    ],
)
def test_detection_is_the_dispatchers_word(events: list[Event], expected: float | None) -> None:
    moments, account = seen(*HOUSE)
    moments.floor = floor(*events)
    assert detected(REDIS, moments, account.fates) == expected


OFFERED: Event = (8.2, "offer", 0)


@pytest.mark.parametrize(
    ("events", "absent"),
    [
        ([], ["work", "queue"]),
        (NOTICED, ["work"]),
        ([*NOTICED, (12.5, "queued", 2), (21, "queued", 2)], ["work"]),
        ([(8, "says", True), (10.5, "says", False), QUEUED], ["queue"]),
        ([*NOTICED, (24, "says", None), QUEUED], ["queue"]),
        ([*NOTICED, QUEUED], []),
        ([OFFERED, *NOTICED, QUEUED], ["offer"]),
        ([OFFERED, *NOTICED, QUEUED, (25, "offer", 2)], []),
        ([*NOTICED, QUEUED, (21, "status", "available")], []),
        ([OFFERED, *NOTICED, QUEUED, (23, "status", "offline")], []),
        ([OFFERED, *NOTICED, QUEUED, (23, "status", "drain")], []),
        ([OFFERED, *NOTICED, QUEUED, (23, "away", None)], []),
        ([(2, "offer", 9), *NOTICED, QUEUED], ["offer"]),
        ([(2, "offer", 9), *NOTICED, QUEUED, (25, "offer", 9)], []),
        ([OFFERED, *NOTICED, QUEUED, (19, "offer", 2)], ["offer"]),
    ],
    ids=[
        "only the bot works",
        "no work came out",
        "only a work from before the return",
        "the dispatcher says that it does not reach the queue",
        "the dispatcher says nothing any more",
        "nobody is here, so nobody is offered anything",
        "somebody is here and is offered nothing",
        "somebody is here and is offered something",
        "who was offered nothing before need not be now",
        "who was here has gone",
        "who was here wants no more",
        "who was here missed offers",
        "somebody was offered other work before",
        "and is again",
        "an offer from before the return is not enough",
    ],
)
def test_what_is_missing_after_the_return(events: list[Event], absent: list[str]) -> None:
    moments, account = seen(*HOUSE, LATER)
    moments.floor = floor(*events)
    assert missing(REDIS, moments, account.fates) == absent


@pytest.mark.parametrize(("after", "absent"), [(1.0, ["offer"]), (HEARD_WITHIN + 1, [])])
def test_a_tool_that_fell_silent_is_not_waited_for(after: float, absent: list[str]) -> None:
    moments, account = seen(*HOUSE, LATER)
    events = [OFFERED, *NOTICED, QUEUED, (19.0, "status", "available")]
    moments.floor = floor(*events, now=19.0 + after)
    assert missing(REDIS, moments, account.fates) == absent


def test_recovery_is_when_the_last_of_all_that_was_seen() -> None:
    moments, account = seen(*HOUSE, LATER)
    moments.floor = floor(OFFERED, *NOTICED, QUEUED, (25, "offer", 4), (26, "offer", 2))
    assert recovered(REDIS, moments, account.fates) == 25
    moments.floor = floor(*NOTICED, QUEUED)
    assert recovered(REDIS, moments, account.fates) == 22.5


def told(*events: Event) -> dict[str, Any]:
    moments, account = seen(*HOUSE, LATER)
    for number, fate in account.fates.items():
        kinds = ("reply",) if fate.outcome == "answered" else ("work", "notice")
        for kind in kinds:
            account.come_out(kind, f"0:{number}/{kind}", [f"m{number}"])  # type: ignore[arg-type]
    moments.floor = floor(*events)
    return {"part": "redis", "at": 0, "asked_s": 10.0, **figures(REDIS, moments, account, 5.0)}


def test_a_house_where_only_the_bot_works_is_not_as_before() -> None:
    found = told()
    assert (found["kept"], found["passed"], found["recovery_s"]) == (True, False, None)
    said = markdown(found)
    assert "no message that came after it appeared as work" in said
    assert "All was kept" not in said


def test_a_loss_of_the_queue_that_the_dispatcher_does_not_notice_is_not_passed() -> None:
    found = told((8, "says", True), QUEUED)
    assert (found["detection_s"], found["missing"], found["passed"]) == (None, [], False)
    assert "Nobody noticed the loss" in markdown(found)


def test_a_queue_that_was_lost_noticed_and_made_again_is_as_before() -> None:
    found = told(OFFERED, *NOTICED, QUEUED, (25, "offer", 4))
    assert (found["detection_s"], found["all_to_people_s"], found["recovery_s"]) == (0.5, None, 5.0)
    assert found["passed"] and "All was kept and is as before." in markdown(found)


@pytest.mark.parametrize(
    "record",
    [{}, {"type": "queued"}, {"type": "offer"}, {"type": "away"}],
    ids=["empty", "of nothing", "to nobody", "of nobody"],
)
def test_records_that_say_too_little_show_nothing(record: dict[str, Any]) -> None:
    made = Floor()
    made.work(record, IDS, 1.0)
    made.command(record, 1.0)
    assert (made.works, made.offers, made.here) == ({}, [], {})
