"""What customers of other systems suffered, and may not suffer here: each test is named by it. Here stands
what pure rules decide; what also needs the house is in `tests/connected`."""

from typing import Any

from msgspec.structs import replace

from services.courier.decide import replies
from services.fallback.decide import Clocks, Deadlines, Seen, rule_for
from shared.contracts.agents import Presence
from shared.contracts.ledger import Transferred
from shared.policy.model import Policy
from shared.queue.floor import Floor
from shared.queue.hours import after_open
from shared.queue.match import match
from shared.queue.order import lane, rank, score
from shared.queue.overflow import serving
from shared.queue.rounds import rounds_over
from shared.queue.values import Change, Item, Placed
from shared.queue.waits import Waits
from tests.ledger.entries import (
    Diary,
    answered,
    assigned,
    handed_over,
    ref,
    replied,
    routed,
    taken_over,
)
from tests.queue.given import HOUR, MINUTE, NOW, POLICY, SECOND, item, policy

ALL = 64
"""Works of a lane: more than any of these queues has."""


class Desk:
    """A queue in memory at work: works come, agents come, and whenever anything happens it matches."""

    def __init__(self, rules: Policy = POLICY) -> None:
        self.policy, self.now, self.offset = rules, NOW, 0
        self.floor = Floor(rules)
        self.floor.rebuild(0, 0, [], NOW)
        self.works: dict[str, Item] = {}

    def work(self, name: str, **fields: Any) -> None:
        """A work is as these fields say."""
        known = self.works.get(name) or item(name, opened_at=self.now)
        new = self.works[name] = replace(known, **fields)
        placed = Placed(new, lane(new, self.now, self.policy), rank(new, self.now, self.policy))
        assert self.floor.apply(Change(0, self.offset, self.offset + 1, [placed]), self.now)
        self.offset += 1

    def agent(self, name: str, status: Any = "available", **fields: Any) -> None:
        """An agent's tool speaks."""
        told = {"pools": ("general",), "languages": ("fr",)} | fields
        self.floor.presence(Presence(f"p{self.now}", name, status, **told), self.now)

    def offers(self, later: int = 0) -> set[tuple[str, str]]:
        """What is offered to whom when so much time has passed, after all that was to be swept."""
        self.now += later
        self.floor.sweep(self.now)
        view = self.floor.view(self.now, ALL)
        made = match(view, self.policy)
        assert all(self.floor.reserve(made, self.now))
        for work, revision in rounds_over(self.floor.view(self.now, ALL), self.policy):
            self.floor.round_over(work, revision, self.now)
        return {(offer.work, name) for offer in made for name, _ in offer.agents}

    def decline(self, work: str, name: str) -> None:
        assert self.floor.decline(work, name, self.now).code == "declined"

    def accept(self, work: str, name: str) -> None:
        """An agent accepts, and the book agrees."""
        assert self.floor.accept(work, name, self.now).code == "ok"
        self.work(work, agent=name, token=self.offset)


def test_the_bot_went_on_talking_after_a_person_had_taken_over() -> None:
    diary = Diary(routed(0), taken_over("ana"))
    assert diary.write(answered(0)).inert is not None
    later = Diary(routed(0), handed_over(0), assigned(0), replied(0, 2))
    assert later.write(answered(0, epoch=1)).inert is not None


def test_the_conversation_was_given_to_somebody_who_was_not_there() -> None:
    for status in ("busy", "drain", "offline"):
        desk = Desk()
        desk.agent("ann", status)
        desk.work("0:1")
        assert desk.offers() == set()
    desk = Desk()
    desk.agent("ann")
    desk.work("0:1")
    assert desk.offers(later=MINUTE) == set(), "her tool has been silent for a minute"


def test_the_customer_waited_for_a_known_agent_who_had_gone_home() -> None:
    desk = Desk()
    desk.agent("ann", "offline")
    desk.agent("bob")
    desk.work("0:1", sticky="ann", sticky_until=NOW + HOUR)
    assert desk.offers() == {("0:1", "bob")}


def test_the_backlog_stayed_when_the_agents_came_back() -> None:
    desk = Desk()
    for number in range(8):
        desk.work(f"0:{number}")
    assert desk.offers() == set()
    desk.agent("ann")
    desk.agent("bob")
    first = desk.offers()
    assert len(first) == 4, "two each, as both have just come"
    later = [desk.offers(later=10 * SECOND) for _ in range(2)]
    assert len(first.union(*later)) == 8


def test_the_next_in_line_was_forgotten_when_somebody_became_free() -> None:
    desk = Desk()
    desk.agent("ann", capacity=20)
    desk.work("0:1")
    desk.work("0:2")
    assert desk.offers() == {("0:1", "ann")}
    desk.accept("0:1", "ann")
    assert desk.offers() == set()
    desk.work("0:1", turn="customer", turn_at=NOW)
    assert desk.offers() == set(), "half of it is free, which is not enough"
    desk.work("0:1", turn="hold")
    assert desk.offers() == {("0:2", "ann")}


def test_two_agents_answered_the_same_customer() -> None:
    desk = Desk(policy(pools={"general": {"offers_at_once": 2}, "fallback": {}}))
    desk.agent("ann")
    desk.agent("bob")
    desk.work("0:1", at_once=2)
    assert desk.offers() == {("0:1", "ann"), ("0:1", "bob")}
    assert desk.floor.accept("0:1", "bob", desk.now).code == "ok"
    assert desk.floor.accept("0:1", "ann", desk.now).code == "already_held"
    book = Diary(routed(0, "human"), assigned(0, "bob"))
    assert book.write(assigned(0, "ann", command="a2")).inert == "already_held"


def test_an_agent_was_given_more_than_anybody_can_do_because_two_decisions_ran_at_once() -> None:
    desk = Desk()
    desk.agent("ann", capacity=20)
    desk.work("0:1")
    desk.work("0:2")
    view = desk.floor.view(desk.now)
    one, other = match(view, POLICY), match(view, POLICY)
    assert [desk.floor.reserve(made, desk.now) for made in (one, other)] == [[True], [False]]


def test_the_message_went_to_people_only_because_the_bot_took_some_seconds() -> None:
    given = Deadlines(silence=5, patience=60, bot=15, start_grace=30)
    slow = Seen(since=0, routed=0.5)
    assert rule_for(slow, Clocks(opened=-99, moved=0.5), given, now=15.4) is None
    assert rule_for(slow, Clocks(opened=-99, moved=0.5), given, now=15.5) == "bot_late"


def test_nobody_said_when_somebody_would_be_there_again() -> None:
    rules = policy(
        pools={
            "general": {"hours": {"zone": "UTC", "open": {"fri": ["09:00-18:00"]}}},
            "fallback": {},
        }
    )
    night = NOW - NOW % (24 * HOUR)
    found = serving(rules, "general", night, night)
    assert found.pool == "general" and found.opens_at > night
    desk = Desk(rules)
    desk.agent("ann")
    desk.work("0:1", opens_at=desk.now + 30 * SECOND)
    assert desk.offers() == set()
    desk.now += 30 * SECOND
    desk.work("0:1")
    assert desk.offers() == {("0:1", "ann")}


def test_the_conversation_passed_to_people_and_the_customer_heard_nothing() -> None:
    diary = Diary(routed(0))
    entry = handed_over(0)
    [said] = replies(entry, diary.write(entry), diary.book, 1, POLICY, Waits(POLICY.told))
    assert said is not None and said.author.kind == "notice" and said.text


def test_the_clock_ran_while_the_team_was_at_home() -> None:
    hours = {"zone": "UTC", "open": {"thu": ["09:00-18:00"], "fri": ["09:00-18:00"]}}
    rules = policy(pools={"general": {"hours": hours}, "fallback": {}})
    thursday = 1_795_651_200_000
    came = thursday + 17 * HOUR
    due = after_open(rules.pools["general"].hours, came, 2 * HOUR)
    assert due == thursday + (24 + 10) * HOUR
    pushes = [score(item(opened_at=came, due_at=due, sla=2 * HOUR), at, rules).sla_push for at in (came, due)]
    assert pushes == [0, 20]


def test_the_only_agent_declined_once_and_was_never_asked_again() -> None:
    desk = Desk()
    desk.agent("ann")
    desk.work("0:1")
    for _ in range(6):
        assert desk.offers() == {("0:1", "ann")}
        desk.decline("0:1", "ann")
        assert desk.offers() == set()
        desk.now += 30 * SECOND
        desk.agent("ann")


def test_the_conversation_was_passed_on_and_nobody_was_asked_to_take_it() -> None:
    book = Diary(routed(0, "human"), assigned(0, "ann"))
    passed_on = Transferred(ref(0), "c", "ann", 1, "billing", "The refund is missing.", "t1")
    verdict = book.write(passed_on)
    assert verdict.inert is None and verdict.work is not None
    work = verdict.work
    assert (work.pool, work.agent, work.excluded, work.opened_at) == ("billing", None, ("ann",), 0)
    desk = Desk()
    desk.agent("ann", pools=("general", "billing"))
    desk.agent("bob", pools=("billing",))
    desk.work("0:1", pool=work.pool, excluded=work.excluded, transfers=1)
    assert desk.offers() == {("0:1", "bob")}


def test_a_work_waited_behind_one_that_nobody_could_take() -> None:
    desk = Desk()
    desk.agent("ann", capacity=60)
    for number in range(30):
        desk.work(f"0:{number}", language="de", opened_at=NOW - HOUR)
        desk.work(f"0:{number + 50}", channel="voice", opened_at=NOW - HOUR)
    desk.work("0:99")
    assert ("0:99", "ann") in desk.offers() | desk.offers(later=10 * SECOND)


def test_loud_customers_pushed_a_quiet_one_back_for_ever() -> None:
    desk = Desk(policy(capacity={"severe_in_a_row": 100, "ramp": {"start": 100}}))
    desk.agent("ann", capacity=20)
    desk.work("0:0", opened_at=NOW - 53 * MINUTE)
    for number in range(1, 9):
        desk.work(f"0:{number}", severity=1.0, tier="gold", contacts=9, transfers=1)
    assert desk.offers() == {("0:0", "ann")}
