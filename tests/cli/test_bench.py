"""What the bench makes of its measurements; the measurements themselves are its own business."""

import json
import sys
from pathlib import Path

import pytest

from services.cli.bench import show
from services.cli.bench.command import bench
from services.cli.bench.figures import Row, percentile, ratios, row
from services.cli.bench.load import PER_CONVERSATION, Load
from services.cli.bench.process import Subject, measured, until
from services.cli.bench.run import Result
from shared.contracts.errors import UserMistake
from shared.contracts.placement import home

GOALS = [
    ("below what may not be exceeded", row("a", [0.7, 0.8, 0.9], 0.9), True),
    ("exactly there", row("a", [0.9], 0.9), True),
    ("above it", row("a", [0.8, 1.0, 1.1], 0.9), False),
    ("at least as much as wanted", row("a", [0.95], 0.9, sense="at least"), True),
    ("less than wanted", row("a", [0.85], 0.9, sense="at least"), False),
    ("a goal that was not measured", row("a", [], 0.9), False),
    ("nothing to reach", row("a", [5.0]), True),
    ("nothing to reach and not measured", row("a", []), True),
]


@pytest.mark.parametrize(("found", "met"), [case[1:] for case in GOALS], ids=[case[0] for case in GOALS])
def test_a_goal_is_met_by_the_median(found: Row, met: bool) -> None:
    assert found.met == met


def test_a_row_has_the_median_and_the_extremes() -> None:
    found = row("a", [3.0, 1.0, 2.0])
    assert (found.value, found.low, found.high) == (2.0, 1.0, 3.0)


def test_only_what_was_measured_in_the_same_repetition_is_compared() -> None:
    assert ratios([4.0, 9.0], [2.0, 3.0]) == [2.0, 3.0]
    with pytest.raises(ValueError):
        ratios([1.0], [1.0, 2.0])


def test_a_percentile_is_one_of_the_samples() -> None:
    samples = [float(number) for number in range(100)]
    assert percentile(samples, 0.5) == 50.0
    assert percentile(samples, 0.99) == 99.0
    assert percentile([7.0], 0.99) == 7.0


def test_the_json_report_has_exactly_the_promised_fields() -> None:
    result = Result([row("a", [1.0], 0.9), row("b", [2.0])], {})
    told = json.loads(show.as_json(result))
    assert told == {
        "rows": [
            {"name": "a", "value": 1.0, "low": 1.0, "high": 1.0, "goal": 0.9, "met": False},
            {"name": "b", "value": 2.0, "low": 2.0, "high": 2.0, "goal": None, "met": True},
        ],
        "met": False,
    }


def test_the_table_says_what_was_not_measured_and_why() -> None:
    result = Result([Row("hop with faust", None, None, None, note="not installed")], {})
    assert "| hop with faust | not installed |" in show.markdown(result)


def test_the_stages_are_listed_dearest_first_with_their_sum() -> None:
    lines = show.stages({"router": [20.0, 30.0, 40.0], "bot": [70.0]})
    assert [line[0] for line in lines] == ["bot", "router", "all"]
    assert [line[-1] for line in lines] == ["70%", "30%", "100%"]


def test_messages_lie_where_their_conversations_are_at_home() -> None:
    load = Load("house", 4)
    letters = list(load.messages(30 * PER_CONVERSATION))
    assert all(letter.partition == home((letter.key or b"").decode(), 4) for letter in letters)


def test_readings_name_the_messages_they_are_of() -> None:
    letters = list(Load("house", 1).with_readings(3))
    refs = [json.loads(letter.value or b"")["ref"] for letter in letters if letter.key is None]
    assert refs == ["0:0", "0:0", "0:1", "0:1", "0:2", "0:2"]


def test_the_cpu_of_a_process_counts_while_it_works_and_not_while_it_is_paused(tmp_path: Path) -> None:
    subject = Subject("busy", [sys.executable, "-c", "while True: pass"], tmp_path / "log")
    try:
        subject.pause()
        used = measured([subject], lambda: until(lambda: subject.cpu() > 0.1, 30, "it works"))
        assert used["busy"] > 0
        assert subject.memory() > 0
    finally:
        subject.kill()


def test_a_subject_that_ended_says_its_last_words(tmp_path: Path) -> None:
    subject = Subject("short", [sys.executable, "-c", "print('no such topic')"], tmp_path / "log")
    with pytest.raises(UserMistake, match="short ended by itself: no such topic"):
        until(lambda: not subject.check(), 30, "it ends")


def test_a_kafka_that_does_not_answer_is_a_clear_mistake() -> None:
    with pytest.raises(UserMistake, match=r"Kafka does not answer at 127\.0\.0\.1:1"):
        bench(kafka="127.0.0.1:1")


def test_a_picture_for_a_folder_that_is_not_there_is_refused_first(tmp_path: Path) -> None:
    with pytest.raises(UserMistake, match=r"no folder|needs matplotlib"):
        bench(plot=tmp_path / "missing" / "bench.png")
