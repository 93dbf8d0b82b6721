"""What a drill concludes from what it saw, and what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from services.bot.decide import FaqBot, Limits
from services.bot.faq.book import load_faq
from services.bot.question import Answer
from services.cli.drill.measure import Moments, detected, figures, peak, reached, recovered, unnoticed
from services.cli.drill.parts import FOR_PEOPLE, PARTS, QUESTIONS, Part, check
from services.cli.drill.report import markdown
from services.cli.simulate.account import Account, Fate, Letter
from services.cli.state import Running
from shared.contracts.errors import UserMistake
from shared.contracts.placement import Ref
from shared.runtime import drills
from shared.runtime.settings import ROOT
from tests.cli.command import relais
from tests.services.bot.asking import question

BOT = PARTS["bot"]
USUAL, LATE, OTHER = ("answered",), ("people", "bot_late"), ("people", "unsure")
Told = tuple[float, float | None, tuple[str, ...]]


def seen(*letters: Told, gone: float | None = 10.0, back: float | None = 20.0) -> tuple[Moments, Account]:
    """Letters by when they were sent and settled, and how."""
    account = Account([Letter(n, f"m{n}", f"c{n}", b"{}", "", n) for n in range(len(letters))])
    moments = Moments(gone, back)
    for number, (sent, settled, (outcome, *reasons)) in enumerate(letters):
        account.accept(number)
        account.lies(number, Ref(0, number), at=int(sent * 1000))
        moments.sent[number] = sent
        if settled is not None:
            fate = Fate(outcome, int(settled * 1000), number, tuple(reasons))  # type: ignore[arg-type]
            account.settle(Ref(0, number), fate)
            moments.settled[number] = settled
    return moments, account


@pytest.mark.parametrize(
    ("letters", "detection", "all_reached"),
    [
        ([(1, 2, USUAL)], None, None),
        ([(1, 2, LATE), (11, 14, LATE)], 14, 14),
        ([(11, 12, OTHER), (11.5, 15, LATE)], 15, 15),
        ([(9, 14, LATE), (12, 17, LATE), (15, 16, LATE)], 14, 17),
        ([(11, 14, LATE), (13, None, LATE)], 14, None),
        ([(11, 14, LATE), (13, 21, USUAL)], 14, None),
    ],
    ids=[
        "nothing happened",
        "what went to people before is no detection",
        "what went to people for another reason is none",
        "all that came before the detection is waited for, what came after is not",
        "one that was caught is still open",
        "one that was caught had to wait until the part was back",
    ],
)
def test_detection(letters: list[Told], detection: float | None, all_reached: float | None) -> None:
    moments, account = seen(*letters)
    found = detected(BOT, moments, account.fates)
    assert (found, reached(moments, found)) == (detection, all_reached)


@pytest.mark.parametrize(
    ("letters", "back", "expected"),
    [
        ([(1, 2, USUAL)], 20.0, None),
        ([(21, 22, USUAL)], None, None),
        ([(19, 23, USUAL)], 20.0, None),
        ([(21, 22, LATE), (23, 24, USUAL), (25, 26, USUAL)], 20.0, 24),
        ([(19, 30, LATE), (21, 22, USUAL)], 20.0, 30),
        ([(19, None, LATE), (21, 22, USUAL)], 20.0, None),
    ],
    ids=[
        "no message came after the return",
        "it is not back",
        "an answer to an old message is not enough",
        "the first answer to a new message",
        "the last old message, when that is later",
        "an old message is open",
    ],
)
def test_recovery(letters: list[Told], back: float | None, expected: float | None) -> None:
    moments, account = seen(*letters, back=back)
    assert recovered(BOT, moments, account.fates) == expected


def test_the_peak_is_the_most_messages_that_were_open_at_once() -> None:
    moments, _ = seen((1, 5, USUAL), (2, 6, USUAL), (3, None, USUAL), (7, 8, USUAL))
    assert peak(moments) == 3
    assert peak(Moments()) == 0


def test_a_message_without_an_outcome_is_lost_and_the_report_says_where_to_look() -> None:
    moments, account = seen((1, 2, USUAL), (11, None, LATE))
    told = figures(BOT, moments, account, 15.0)
    assert (told["messages"]["lost"], told["kept"], told["passed"]) == (1, False, False)
    said = markdown({"part": "bot", "at": 0, "asked_s": 10.0, **told})
    assert "| lost | 1 |" in said and "relais explain" in said and "0:1" in said


def test_the_figures_count_from_when_the_part_was_gone_and_back() -> None:
    moments, account = seen((1, 2, USUAL), (11, 14.26, LATE), (21, 23, USUAL))
    for number, kind in ((0, "reply"), (1, "work"), (1, "notice"), (2, "reply")):
        account.come_out(kind, f"0:{number}/{kind}", [f"m{number}"])  # type: ignore[arg-type]
    told = figures(BOT, moments, account, 15.0)
    assert (told["gone_s"], told["detection_s"], told["all_to_people_s"], told["recovery_s"]) == (
        10.0,
        4.3,
        4.3,
        3.0,
    )
    assert (told["kept"], told["messages"]["lost"], told["doubled"]) == (True, 0, 0)
    assert told["passed"]


@pytest.mark.parametrize(
    ("letters", "deadline", "expected"),
    [
        ([(10, 10.1, USUAL)], 5.0, True),
        ([(9, 9.1, USUAL), (14.5, 14.6, OTHER)], 5.0, False),
        ([(10, 10.1, USUAL)], 10.0, False),
        ([(10, 10.1, USUAL)], 9.5, False),
        ([(10, 10.1, USUAL), (13, 18.1, LATE)], 5.0, False),
        ([(10, 10.1, USUAL), (19, 24.1, LATE)], 5.0, False),
    ],
    ids=[
        "a message had longer than the deadline and went as usual",
        "no message had that long",
        "the part was gone for no longer than the deadline",
        "nor for as long as it takes to look",
        "it was noticed",
        "it was noticed after the return",
    ],
)
def test_a_loss_that_lasts_and_that_nobody_notices(
    letters: list[Told], deadline: float, expected: bool
) -> None:
    moments, account = seen(*letters)
    found = detected(BOT, moments, account.fates)
    assert unnoticed(BOT, moments, found, deadline) == expected


def test_a_drill_that_nobody_noticed_is_not_passed_and_the_report_says_so() -> None:
    moments, account = seen((1, 2, USUAL), (11, 12, USUAL), (21, 22, USUAL))
    for number in range(3):
        account.come_out("reply", f"0:{number}/reply", [f"m{number}"])
    told = figures(BOT, moments, account, 5.0)
    assert (told["kept"], told["recovery_s"], told["unnoticed"], told["passed"]) == (True, 2.0, True, False)
    said = markdown({"part": "bot", "at": 0, "asked_s": 10.0, **told})
    assert "gone for 10.0 s, and it should have been noticed within 5 s" in said
    assert "as before" not in said
    assert figures(BOT, moments, account, 15.0)["passed"]


@pytest.mark.parametrize(
    ("servers", "said"),
    [({}, "without --redis"), ({"redis": {"pid": None}}, "down already")],
    ids=["a server that was given", "a part that is down"],
)
def test_a_part_that_cannot_be_taken_is_refused(servers: dict[str, dict[str, object]], said: str) -> None:
    with pytest.raises(UserMistake, match=said):
        check(PARTS["redis"], Running("", "", "", 1, 0.0, {}, servers))


@pytest.mark.parametrize(
    ("text", "intent", "language"),
    [
        *zip(
            QUESTIONS,
            ("delivery_cost", "payment_methods", "create_account", "newsletter"),
            ("fr", "en", "fr", "en"),
            strict=True,
        )
    ],
    ids=QUESTIONS,
)
def test_a_drill_asks_what_the_shipped_bot_answers(text: str, intent: str, language: str) -> None:
    bot = FaqBot(load_faq(ROOT / "deploy" / "faq.yaml"), Limits(3))
    assert isinstance(bot.reply(question(text, intent, language)), Answer)


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_messages_that_need_people_are_sent_where_the_queue_is_drilled(part: Part) -> None:
    assert set(part.texts) == {*QUESTIONS, *(FOR_PEOPLE if part.child == "redis" else ())}


@pytest.mark.parametrize(
    ("reports", "expected"),
    [({}, 15.0), ({"fallback": {}}, 15.0), ({"fallback": {"deadlines": {"bot_deadline": 2}}}, 2.0)],
    ids=["nobody answers", "an older one answers", "the one in force"],
)
def test_the_deadline_is_what_the_service_says(reports: dict[str, Any], expected: float) -> None:
    assert BOT.due(reports) == expected


def test_the_parts_are_those_that_the_metric_knows() -> None:
    assert tuple(PARTS) == drills.PARTS


@pytest.mark.parametrize("written", [None, "", "[]", '{"bot": "x"}'])
def test_a_record_that_cannot_be_read_says_never(tmp_path: Path, written: str | None) -> None:
    path = drills.record(tmp_path)
    if written is not None:
        path.write_text(written)
    assert drills.last(path) == dict.fromkeys(drills.PARTS, 0.0)
    drills.note(path, "bot", 7.0)
    drills.note(path, "redis", 8.0)
    assert {name: at for name, at in drills.last(path).items() if at} == {"bot": 7.0, "redis": 8.0}


def test_a_drill_without_a_house_says_what_it_is_for(tmp_path: Path) -> None:
    done = relais(tmp_path, "drill", "bot", "--yes")
    assert done.returncode == 2
    assert "relais up" in done.stderr and "Traceback" not in done.stderr
