"""The agents' presence: shifts, breaks, heartbeats, lost tools."""

from services.cli.queue.agenda import Agenda
from services.cli.queue.agents import Person, changes, losses, persons
from services.cli.queue.figures import Seen
from services.cli.queue.house import House
from services.cli.queue.scenario import Scenario
from shared.policy.model import Policy
from shared.queue.capacity import load

SAMPLE = 60_000
"""How often the load of agents is looked at, in ms."""
HEARTBEATS = 3
"""So many in the time after which a tool counts as lost."""


class Team:
    """All agents of a scenario."""

    def __init__(self, scenario: Scenario, policy: Policy, agenda: Agenda, house: House, seen: Seen) -> None:
        self.persons = persons(scenario)
        self._policy, self._agenda, self._house, self._seen = policy, agenda, house, seen
        self._beat_every = max(1, round(policy.presence.stale_after * 1000 / HEARTBEATS))

    def plan(self, start: int, length: int, seed: int) -> None:
        """Note all that will happen to them by itself."""
        for person in self.persons.values():
            for at, status in changes(person, start, length):
                self._agenda.at(at, self._becomes, person, status)
            for at, until in losses(person, seed, start, length):
                self._agenda.at(at, self._loses, person, until)
        self._agenda.after(self._beat_every, self._beat)
        self._agenda.after(SAMPLE, self._sample)

    def away(self, name: str) -> None:
        """Somebody counts as away; they say after a while that they are back."""
        person = self.persons[name]
        self._agenda.after(round(person.group.back_after * 1000), self._back, person)

    def _becomes(self, person: Person, status: str) -> None:
        person.status = status
        self._speaks(person)

    def _loses(self, person: Person, until: int) -> None:
        person.lost_until = until
        self._agenda.at(until, self._speaks, person)

    def _speaks(self, person: Person, back: bool = False) -> None:
        if not person.silent(self._agenda.now):
            self._house.presence(person.says(back))

    def _back(self, person: Person) -> None:
        if person.status == "available":
            self._speaks(person, back=True)

    def _beat(self) -> None:
        agents = self._house.queue.floor.agents()
        for person in self.persons.values():
            known = agents.get(person.name)
            if person.status == "drain" and known is not None and not known.held:
                self._becomes(person, "offline")
            if person.status != "offline":
                self._speaks(person)
        self._agenda.after(self._beat_every, self._beat)

    def _sample(self) -> None:
        agents = self._house.queue.floor.agents()
        for person in self.persons.values():
            agent = agents.get(person.name)
            if agent is not None and person.status == "available" and agent.capacity:
                share = load(agent, self._agenda.now, self._policy) / agent.capacity
                self._seen.loads[person.name].append(share)
        self._agenda.after(SAMPLE, self._sample)
