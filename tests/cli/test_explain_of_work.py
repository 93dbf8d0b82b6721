"""What `relais explain` says of a work on its way from person to person."""

from collections.abc import Sequence
from typing import NamedTuple

import pytest

from services.cli.explain.events import Event, event
from services.cli.explain.read import concerns
from services.cli.follow import Folded
from services.cli.words import INERT
from shared.contracts.ledger import Entry
from shared.contracts.placement import Ref
from tests.ledger.cases import CLOSED, HELD, HUMAN, OFTEN, TO_AND_FRO
from tests.ledger.entries import (
    HERE,
    Diary,
    Lying,
    assigned,
    closed,
    on_hold,
    overflowed,
    ref,
    transferred,
    wrapped_up,
)


class Said(NamedTuple):
    """After `before`, what is said of `entry`, which concerns work `work`."""

    name: str
    before: Sequence[Entry]
    entry: Entry
    says: str
    work: int = 0
    inert: str | None = None


SAID = [
    Said("taken", HUMAN, assigned(0), "ana took the work, which had waited 1.0 s in its pool"),
    Said("taken again", OFTEN[:-1], assigned(0, "dee", 3, "a4"), "dee took the work"),
    Said(
        "passed on",
        HELD,
        transferred(0, 1),
        "ana passed the work on to pool billing, with a note of 17 characters",
    ),
    Said(
        "passed on too often",
        OFTEN,
        transferred(0, 7, "dee", "p4"),
        "dee passed the work on to pool billing, with a note of 17 characters",
        inert=INERT["too_many_transfers"],
    ),
    Said("overflowed", HUMAN, overflowed(0), "the work went to pool night, for its own is closed"),
    Said("on hold", HELD, on_hold(0, 1), "ana waits for somebody else"),
    Said("on hold no more", HELD, on_hold(0, 1, on=False), "ana waits for somebody else no more"),
    Said("closed", HELD, closed(0, 1), "ana closed the work: resolved"),
    Said(
        "closed with all there is to say",
        HELD,
        closed(0, 1, disposition="other", solved=False),
        "ana closed the work: resolved (other, not solved)",
    ),
    Said(
        "back to the bot", HELD, closed(0, 1, to_bot=True), "ana closed the work: resolved; back to the bot"
    ),
    Said(
        "at the limit of moves",
        TO_AND_FRO,
        closed(1, 4, command="x2", to_bot=True),
        "ana closed the work: resolved; back to the bot, but it had changed hands too often: people keep it",
        work=1,
    ),
    Said("wrapped up", CLOSED, wrapped_up(0, 1), "ana wrapped the work up: solved"),
    Said(
        "wrapped up by somebody else",
        CLOSED,
        wrapped_up(0, 1, "ben"),
        "ben wrapped the work up: solved",
        inert=INERT["not_holder"],
    ),
]


@pytest.mark.parametrize("said", SAID, ids=lambda said: said.name)
def test_a_work_is_followed_from_person_to_person(said: Said) -> None:
    told = _told(said)
    assert (told.says, told.inert) == (said.says, said.inert)


def test_a_note_is_shown_only_when_text_is_asked_for() -> None:
    passed_on = Said("passed on", HELD, transferred(0, 1), "")
    assert _told(passed_on).text is None
    assert _told(passed_on, with_text=True).text == "Please see to it."


def _told(said: Said, with_text: bool = False) -> Event:
    diary = Diary(*said.before)
    verdict = diary.write(said.entry)
    record = Lying(len(said.before), diary.log[-1])
    folded = Folded(record, said.entry, verdict)
    assert concerns(folded, Ref(HERE, said.work), ref(said.work))
    return event(Ref(HERE, said.work), folded, 0, with_text)
