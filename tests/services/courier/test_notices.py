"""What an acknowledgement says of the wait, in words a customer can trust."""

from typing import Any

import pytest
from msgspec.structs import replace

from services.courier.decide import replies
from shared.contracts.enrichment import IntentReading
from shared.contracts.ledger import Entry
from shared.contracts.outward import Reply
from shared.contracts.phrases import opening, wait
from shared.contracts.vocabulary import Sentence
from shared.policy.model import Policy
from shared.queue.waits import Waits
from tests.ledger.entries import Diary, assigned, closed, released, routed, transferred

NIGHT = {"zone": "Europe/Paris", "open": {"mon": ["00:00-00:01"]}}
"""The diary's entries lie on no Monday's first minute."""
TOLD_FRENCH = IntentReading(language="fr")


def policy(**general: Any) -> Policy:
    pools = {"general": general, "night": {}, "fallback": {}}
    return Policy.model_validate({"version": 1, "intents": {}, "pools": pools})


def acknowledged(rules: Policy, *waits: int) -> Reply:
    """The acknowledgement of a first message that comes on a Thursday at midnight (UTC), after works that
    waited so many seconds from midnight on every Friday."""
    diary = Diary()
    opened = [86_400_000 + n * 604_800_000 for n in range(len(waits))]
    diary.book.waits["general"] = tuple(
        (since, since + s * 1000) for since, s in zip(opened, waits, strict=True)
    )
    entry = routed(0, "human", intents=TOLD_FRENCH)
    [made] = replies(entry, diary.write(entry), diary.book, 0, rules, Waits(rules.told))
    assert made.purpose == "acknowledgement"
    return made


def test_too_few_samples_are_not_told() -> None:
    made = acknowledged(policy(), *range(60, 79))
    assert made.wait is None and "Attente" not in made.text


def test_the_usual_wait_is_told_as_an_interval() -> None:
    made = acknowledged(policy(), *(60 + 10 * (n % 20) for n in range(80)))
    assert made.wait is not None
    low, high = made.wait
    assert 60 <= low < high <= 250
    assert "Attente habituelle : entre " in made.text


def test_a_closed_pool_says_when_it_opens_and_promises_nothing_else() -> None:
    made = acknowledged(policy(hours=NIGHT), *(60 for _ in range(80)))
    assert made.opens_at is not None and made.wait is None
    assert "de retour lundi 5 janvier à 0 h 00 (heure locale, Paris)." in made.text
    assert "Attente" not in made.text


def test_a_closed_pool_may_invite_to_a_call_back() -> None:
    assert "rappelé" in acknowledged(policy(hours=NIGHT, callback=True)).text


def test_a_wait_that_may_outlast_the_opening_is_not_told() -> None:
    def told(thursday: str) -> tuple[int, int] | None:
        hours = {"zone": "UTC", "open": {"thu": [thursday], "fri": ["00:00-02:00"]}}
        return acknowledged(policy(hours=hours), *[90] * 40).wait

    assert told("00:00-02:00") == (90, 90)
    assert told("00:00-00:01") is None


def test_the_wait_of_a_new_work_is_not_told_for_what_is_added_to_it() -> None:
    rules = policy()
    diary = Diary()
    diary.book.waits["general"] = tuple((n * 1_000_000, n * 1_000_000 + 60_000) for n in range(40))
    made = [
        one
        for n in range(2)
        for entry in [routed(n, "human", intents=TOLD_FRENCH)]
        for one in replies(entry, diary.write(entry), diary.book, n, rules, Waits(rules.told))
    ]
    assert [one.wait for one in made] == [(60, 60), None]
    assert "Attente" in made[0].text and "Attente" not in made[1].text


CHANGES = [
    ("its person's tool is lost", replace(released(0, 1), why="tool_lost"), True),
    ("it is passed on to a team that is away", transferred(0, 1, pool="general"), True),
    ("it is passed on to a team that is there", transferred(0, 1, pool="night"), False),
    ("the bot has it again", closed(0, 1, to_bot=True), False),
]


@pytest.mark.parametrize(("name", "entry", "told"), CHANGES, ids=[case[0] for case in CHANGES])
def test_who_loses_their_person_while_the_team_is_away_is_told_when_it_is_back(
    name: str, entry: Entry, told: bool
) -> None:
    rules = policy(hours=NIGHT)
    diary = Diary(routed(0, "human", intents=TOLD_FRENCH), assigned(0))
    [made] = replies(entry, diary.write(entry), diary.book, 2, rules, Waits(rules.told))
    assert made.purpose == "information"
    assert (made.opens_at is not None) == told == ("de retour" in made.text)


WALL = [
    ("Europe/Paris", "lundi 30 novembre à 9 h 05", "Monday 30 November at 9:05", "Paris"),
    ("America/New_York", "lundi 30 novembre à 3 h 05", "Monday 30 November at 3:05", "New York"),
    ("UTC", "lundi 30 novembre à 8 h 05", "Monday 30 November at 8:05", "UTC"),
]


@pytest.mark.parametrize(("zone", "fr", "en", "place"), WALL, ids=[case[0] for case in WALL])
def test_an_opening_is_told_by_the_clock_on_the_teams_wall(zone: str, fr: str, en: str, place: str) -> None:
    assert opening(1_796_025_900_000, zone) == Sentence(
        f"{fr} (heure locale, {place})", f"{en} (local time, {place})"
    )


def test_a_pool_that_stands_in_is_not_closed() -> None:
    made = acknowledged(policy(hours=NIGHT, overflow="night"))
    assert made.opens_at is None and "absente" not in made.text


@pytest.mark.parametrize(
    ("low", "high", "fr", "en"),
    [
        (5, 40, "moins d'une minute", "less than a minute"),
        (20, 61, "moins de 2 minutes", "less than 2 minutes"),
        (125, 299, "entre 2 minutes et 5 minutes", "between 2 minutes and 5 minutes"),
        (3600, 7300, "entre 60 minutes et 3 heures", "between 60 minutes and 3 hours"),
    ],
)
def test_a_wait_is_said_in_words_that_promise_no_more_than_is_known(
    low: int, high: int, fr: str, en: str
) -> None:
    assert (wait(low, high).fr, wait(low, high).en) == (fr, en)
