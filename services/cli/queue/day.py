"""The simulation: customers write, agents' tools are told, agents answer. What is decided, `House` has from
the rules of the queue."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from services.cli.queue.agenda import Agenda
from services.cli.queue.agents import Person, reaction
from services.cli.queue.arrivals import HOUR, Customer, Need, start_of, takes
from services.cli.queue.figures import Seen, Stay
from services.cli.queue.house import Clock, House
from services.cli.queue.letters import routed
from services.cli.queue.scenario import Scenario
from services.cli.queue.team import SAMPLE, Team
from shared.contracts.ledger import Closed, Entry, Overflowed, Released, Replied, WrappedUp
from shared.ledger.state import Verdict
from shared.policy.model import Policy
from shared.queue.clocks import observe
from shared.queue.values import Told


@dataclass
class Talk:
    """A customer's matter while people have it."""

    customer: Customer
    need: Need
    again: bool = False
    said: int = 0
    """How many answers the customer has had."""
    owed: bool = False
    """The customer is thinking."""
    work: str = ""


class Day:
    """One run. Two with the same scenario, customers and seed differ only by the policy."""

    def __init__(self, scenario: Scenario, policy: Policy, customers: Sequence[Customer], seed: int) -> None:
        self._policy, self._seed = policy, seed
        self._clock = Clock(start_of(scenario))
        self._start, self._length = self._clock.now, round(scenario.hours * HOUR)
        self._agenda = Agenda(self._clock)
        self._house = House(policy, self._clock)
        self._progress: Callable[[float], None] | None = None
        self._talks: dict[str, Talk] = {}
        self._asked: Counter[tuple[str, str]] = Counter()
        self._fresh: list[str] = []
        self._letters = 0
        self._sweep_every = round(scenario.sweep * 1000)
        self.seen = Seen(began_at=self._start, ended_at=self._start + self._length)
        self._team = Team(scenario, policy, self._agenda, self._house, self.seen)
        self._plan(customers)

    def _plan(self, customers: Sequence[Customer]) -> None:
        self._team.plan(self._start, self._length, self._seed)
        for customer in customers:
            self._agenda.at(customer.at, self._writes, Talk(customer, customer.need))
        self._agenda.after(0, self._sweep)
        self._agenda.after(SAMPLE, self._tell)

    async def run(self, progress: Callable[[float], None] | None = None) -> Seen:
        """Let the day pass; `progress` is told the share of it that is over."""
        self._progress = progress
        await self._agenda.run(self._start + self._length, self._settle)
        for work in self._house.queue.deferred & self.seen.stays.keys():
            self.seen.stays[work].deferred = True
        self.seen.overtaken = self._house.queue.overtaking.greatest
        return self.seen

    async def _settle(self) -> None:
        for told in await self._house.settle():
            self._told(told)
        for work in self._fresh:
            item = self._house.item(work)
            if item is not None:
                self.seen.stays[work].skills = tuple(name for name, _ in item.skills)
        self._fresh.clear()

    def _book(self, entry: Entry) -> Verdict:
        """Propose an entry, and read the clocks it stops."""
        verdict, before = self._house.propose(entry)
        if before is not None:
            pool = self._policy.pool(before.pool)
            own = self._policy.pools[pool]
            stopped = observe(entry, before, pool, own.hours, own.sla, self._clock.now)
            if stopped is not None:
                self.seen.clocks.append(stopped)
        return verdict

    # customers

    def _writes(self, talk: Talk) -> None:
        verdict = self._book(routed(talk.customer, self._letters, first=not talk.said))
        self._letters += 1
        talk.owed = False
        work = verdict.work
        if work is None:
            return
        talk.work = f"0:{work.id}"
        if verdict.opened:
            self._opened(talk)
        elif work.agent is not None:
            self._attend(talk, work.agent, work.token)

    def _opened(self, talk: Talk) -> None:
        customer = talk.customer
        safety = customer.danger or customer.priority == "urgent"
        self._talks[talk.work] = talk
        self._fresh.append(talk.work)
        self.seen.stays[talk.work] = Stay(
            customer.name,
            self._policy.pool(customer.pool),
            customer.language,
            customer.tier,
            customer.channel,
            "safety" if safety else customer.priority,
            self._clock.now,
        )

    # agents

    def _told(self, told: Told) -> None:
        offers = self.seen.offers
        match told.type:
            case "offer":
                offers["made"] += 1
                self._asks(self._team.persons[told.agent], told.work)
            case "away":
                offers["away"] += 1
                self._team.away(told.agent)
            case "alarm":
                offers["alarm"] += 1
            case "rescinded":
                names = {"offer_over": "timed out", "declined": "declined", "tool_lost": "tool lost"}
                offers[names.get(told.why or "", "rescinded")] += 1

    def _asks(self, person: Person, work: str) -> None:
        self._asked[person.name, work] += 1
        found = reaction(person, work, self._asked[person.name, work], self._seed)
        match found.does:
            case "accept":
                self._agenda.after(found.after, self._accepts, person, work)
            case "decline":
                self._agenda.after(found.after, self._declines, person, work)

    def _declines(self, person: Person, work: str) -> None:
        if not person.silent(self._clock.now):
            self._house.decline(work, person.name)

    def _accepts(self, person: Person, work: str) -> None:
        if person.silent(self._clock.now):
            return
        proposal = self._house.accept(work, person.name)
        verdict = self._book(proposal) if proposal is not None else None
        if verdict is None or verdict.work is None:
            return
        self.seen.offers["accepted"] += 1
        stay = self.seen.stays[work]
        if stay.taken_at is None:
            stay.taken_at = self._clock.now
        self._attend(self._talks[work], person.name, verdict.work.token)

    def _attend(self, talk: Talk, agent: str, token: int | None) -> None:
        """Work on the next answer, if the customer waits for one."""
        if not talk.owed:
            handling = self._team.persons[agent].group.handles(talk.customer.channel)
            span = takes(handling, talk.need.answers[talk.said])
            self._agenda.after(span, self._answers, talk, agent, token)

    def _answers(self, talk: Talk, agent: str, token: int | None) -> None:
        person = self._team.persons[agent]
        if person.silent(self._clock.now):
            self._agenda.at(person.lost_until, self._answers, talk, agent, token)
            return
        name, command = talk.customer.name, self._house.command
        if self._book(Replied(talk.work, name, agent, token, "", command())).inert is not None:
            return
        talk.said += 1
        if talk.said < len(talk.need.answers):
            talk.owed = True
            self._agenda.after(talk.need.thinks[talk.said - 1], self._writes, talk)
            return
        self._book(Closed(talk.work, name, agent, token, "resolved", command()))
        self._after_close(talk, person, token)

    def _after_close(self, talk: Talk, person: Person, token: int | None) -> None:
        customer = talk.customer
        if person.group.wrap_up is not None:
            chance = Random(f"{self._seed}/{person.name}/{talk.work}/wrap")
            span = round(chance.expovariate(1) * person.group.wrap_up * 1000)
            self._agenda.after(span, self._wraps, talk, person, token)
        if customer.back_after and not talk.again:
            again = Talk(customer, customer.again, again=True)
            self._agenda.after(customer.back_after, self._writes, again)

    def _wraps(self, talk: Talk, person: Person, token: int | None) -> None:
        if self._house.wrap_up(talk.work, person.name):
            command = self._house.command()
            entry = WrappedUp(talk.work, talk.customer.name, person.name, token, "solved", True, command)
            self._book(entry)

    # time

    async def _sweep(self) -> None:
        for entry in await self._house.sweep():
            verdict = self._book(entry)
            if isinstance(entry, Overflowed) and verdict.inert is None:
                self.seen.stays[entry.work].overflowed = True
            if isinstance(entry, Released) and verdict.inert is None:
                self.seen.offers["work lost"] += 1
        self._agenda.after(self._sweep_every, self._sweep)

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress((self._clock.now - self._start) / self._length)
        self._agenda.after(SAMPLE, self._tell)
