"""What the terminal agent shows and sends."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from services.cli.agents.clerk import Clerk
from services.cli.agents.show import plain
from services.cli.agents.wording import _WORDS, Tongue, say
from shared.contracts.inbound import Customer
from shared.contracts.outward import Turn, WorkReason
from tests.cli.agents_records import ADA, BEN, assigned, because, message, offer, record, refusal

NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)


class Stage:
    def __init__(self, tongue: Tongue = "en", begin: bool = True) -> None:
        self.shown: list[str] = []
        self.sent: list[dict[str, Any]] = []
        self.clerk = Clerk(ADA, {"pools": ["general"]}, tongue, self.shown.append, self.sent.append)
        if begin:
            self.clerk.begin(NOW)

    def hear(self, *records: Any) -> str:
        self.shown.clear()
        for each in records:
            self.clerk.hear(each)
        return "\n".join(self.shown)

    def type(self, line: str) -> dict[str, Any]:
        self.sent.clear()
        self.shown.clear()
        self.clerk.typed(line)
        return self.sent[-1] if self.sent else {}


def test_an_offer_shows_everything_that_helps_to_take_it() -> None:
    shown = Stage("fr").hear(
        offer(
            reason=WorkReason("wants_person", "Le client demande une personne.", "…"),
            priority="high",
            messages=(message("m-1", "Je veux un conseiller", customer=Customer("cu-1", "Camille", "gold")),),
            history=(Turn("customer", "Vos délais ?", "m-0"), Turn("bot", "Deux jours.", "0:0")),
            enrichment={
                "intents": [["contact_human_agent", 0.99], ["complaint", 0.005]],
                "frustration": 0.31,
                "frustration_interval": [0.05, 0.62],
                "signs": ["legal"],
                "language": "fr",
            },
            tried=("Deux jours.",),
            note="Double débit",
            due_at="2026-03-14T09:36:41.702+00:00",
            waiting_since="2026-03-14T09:21:41.702+00:00",
        )
    )
    for part in (
        *("PROPOSÉ @1", "Le client demande une personne.", "high", "Camille · gold · cu-1", "legal"),
        *("contact_human_agent 99%", "31% (5%–62%)", "Vos délais ?", "assistant · Deux jours."),
        *("Je veux un conseiller", "Double débit", "attend depuis", ":21:41", ":36:41"),
    ):
        assert part in shown


def test_a_whole_work_is_typed() -> None:
    stage = Stage()
    stage.hear(offer())
    assert stage.type("accept")["type"] == "accept"
    assert "YOURS @1" in stage.hear(assigned())
    assert stage.clerk.prompt == "ada @1> "
    reply = stage.type("reply Hello")
    assert (reply["text"], reply["token"], reply["work_id"]) == ("Hello", 5, "0:1")
    assert "on its way" in stage.hear(record("replied", token=5, command_id=reply["id"]))
    assert "customer > Merci" in stage.hear(record("message", messages=(message("m-2", "Merci"),)))
    assert stage.type("close")["type"] == "close"
    assert "wrap-up @1" in stage.hear(record("closed", token=5, wrap_until="2026-03-14T09:40:00+00:00"))
    assert stage.type("wrap-up other n")["solved"] is False
    assert "noted" in stage.hear(record("wrapped_up"))
    assert stage.clerk.desk.cases == {}


def test_a_reply_that_is_refused_goes_back_to_its_author_once() -> None:
    stage = Stage()
    stage.hear(assigned())
    reply = stage.type("reply My precious\ntext")
    late = refusal("not_holder", reply["id"])
    shown = stage.hear(late)
    assert "no: not_holder" in shown and "  My precious\n  text" in shown
    assert "My precious" not in stage.hear(late)
    assert stage.clerk.desk.cases == {}


def test_a_reply_begun_for_one_customer_does_not_go_to_another() -> None:
    stage = Stage()
    stage.hear(assigned(), assigned(7, work="0:2"))
    stage.type("look @1")
    stage.hear(record("released", attempt=1))
    assert stage.type("reply For the first only") == {}
    assert "Which one?" in stage.shown[0]


def test_what_was_before_the_start_is_folded_and_not_told() -> None:
    stage = Stage(begin=False)
    assert stage.hear(assigned(), offer(work="0:2"), because("away", "away_missed")) == ""
    assert not stage.sent
    stage.clerk.begin(NOW)
    assert "YOURS @1" in "\n".join(stage.shown)
    assert (stage.sent[-1]["type"], stage.sent[-1]["back"]) == ("presence", True)


def test_leaving_with_work_in_hand_is_asked_twice() -> None:
    stage = Stage()
    stage.hear(assigned())
    assert stage.type("quit")["status"] == "drain"
    assert "@1" in stage.shown[0] and not stage.clerk.over
    stage.type("quit")
    assert [(c["type"], c.get("status")) for c in stage.sent] == [("decline", None), ("presence", "offline")]
    assert stage.clerk.over


def test_an_offer_that_is_over_by_the_clock_leaves_the_desk() -> None:
    stage = Stage("fr")
    stage.hear(offer())
    stage.clerk.tick(datetime(2026, 3, 14, 10, tzinfo=UTC))
    assert "La proposition est terminée." in stage.shown[-1] and not stage.clerk.desk.cases


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (record("held", token=5, on_hold=True), "@1: on hold"),
        (because("released", "tool_lost", attempt=1), "en tool_lost"),
        (record("transferred", attempt=1), "@1 is transferred"),
        (assigned(9, BEN, attempt=1), "somebody else"),
        (because("away", "away_missed"), "presence available"),
        (because("alarm", "nobody_takes_it", agent=None), "ALARM general"),
        (record("why"), "nothing keeps others"),
        (because("closed", "limit_of_moves", token=5), "en limit_of_moves"),
        (refusal("unknown_pool"), "no: unknown_pool"),
        (None, "not understood"),
        (record("replied", BEN), ""),
        (record("queued", None, work="0:8"), ""),
    ],
)
def test_what_comes_is_told(told: Any, shown: str) -> None:
    stage = Stage()
    stage.hear(assigned())
    assert shown in stage.hear(told) and bool(shown) == bool(stage.shown)


def test_a_customer_cannot_steer_the_terminal() -> None:
    assert plain("a\x1b[2Jb\r\nc\x9bd") == "a·[2Jb\nc·d"


def test_every_sentence_is_said_in_both_languages_with_the_same_names() -> None:
    names = dict.fromkeys(
        (
            "agent",
            "pools",
            "n",
            "why",
            "until",
            "what",
            "word",
            "number",
            "statuses",
            "state",
            "pool",
            "work",
        ),
        "x",
    )
    for key in _WORDS:
        assert say("fr", key, **names, status="x") and say("en", key, **names, status="x")
    assert stage_help("fr") != stage_help("en")


def stage_help(tongue: Tongue) -> str:
    stage = Stage(tongue)
    stage.type("help")
    return stage.shown[0]
