"""What became of every message of a simulation: events in, figures out. No clock, no I/O.

The book says each message's outcome. Independently of it, `outside` collects what channels and agent
tools really got, by the names they know a message under.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from shared.contracts.placement import Ref
from shared.ledger.state import Outcome

Thing = Literal["reply", "notice", "work"]
"""What leaves the house for a message: the bot's answer, a notice that people have it, their work."""
FOR: dict[Thing, Outcome] = {"reply": "answered", "notice": "people", "work": "people"}
"""The outcome that each of them goes with."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to be sent. `line` is where it comes from, `elsewhere`: to a partition that is not its
    conversation's home."""

    number: int
    id: str
    conversation_id: str
    value: bytes
    text: str
    line: int
    elsewhere: bool = False


class Fate(NamedTuple):
    """An outcome in the book: `at` is the entry's record time in milliseconds, `place` its ledger
    offset, `of` the original's ref when it is a duplicate."""

    outcome: Outcome
    at: int
    place: int
    reasons: tuple[str, ...] = ()
    detail: str = ""
    of: Ref | None = None


class Account:
    """The books of one simulation."""

    def __init__(self, letters: Sequence[Letter]) -> None:
        self.letters = letters
        self.acknowledged: set[int] = set()
        """The letters that Kafka confirmed."""
        self.refs: defaultdict[int, list[Ref]] = defaultdict(list)
        """Where each letter lies: first where it was sent, then where it was brought home."""
        self.arrived: dict[int, int] = {}
        """The time of each letter's own record, in milliseconds."""
        self.fates: dict[int, Fate] = {}
        self.progress = 0
        self._owners: dict[Ref, int] = {}
        self._copies: defaultdict[Ref, list[Ref]] = defaultdict(list)
        self._written: dict[Ref, Fate] = {}
        self._outside: defaultdict[str, set[str]] = defaultdict(set)
        self._seen: Counter[str] = Counter()

    # -- events ------------------------------------------------------------------------------

    def accept(self, number: int) -> None:
        """Kafka confirmed a letter."""
        self.acknowledged.add(number)
        self.progress += 1

    def lies(self, number: int, ref: Ref, at: int) -> None:
        """A letter was found in the inbound log; its record's time is `at`."""
        self.arrived[number] = at
        self._own(number, ref)

    def copied(self, origin: Ref, ref: Ref) -> None:
        """Some message was brought home from `origin` to `ref`. Its own record may be found later."""
        self._copies[origin].append(ref)
        if origin in self._owners:
            self._own(self._owners[origin], ref)

    def _own(self, number: int, ref: Ref) -> None:
        if ref in self._owners:
            return
        self.refs[number].append(ref)
        self._owners[ref] = number
        for copy in self._copies.get(ref, ()):
            self._own(number, copy)
        self._resolve(number)

    def settle(self, ref: Ref, fate: Fate) -> None:
        """The book settled a message, of this simulation or another."""
        self._written[ref] = fate
        if ref in self._owners:
            self._resolve(self._owners[ref])

    def come_out(self, kind: Thing, key: str, names: Iterable[str]) -> None:
        """Something left the house, for messages known by `names`: a reply or notice under its idempotency
        key, or work under its id. The same one may come several times."""
        thing = f"{kind} {key}"
        for name in names:
            if thing not in self._outside[name]:
                self._outside[name].add(thing)
                self._seen[kind] += 1
                self.progress += 1

    def _resolve(self, number: int) -> None:
        own = self.refs[number]
        for ref in own:
            fate = self._written.get(ref)
            if fate is None or number in self.fates:
                continue
            if fate.outcome != "moved" and not (fate.outcome == "duplicate" and fate.of in own):
                self.fates[number] = fate
                self.progress += 1

    # -- what follows from them --------------------------------------------------------------

    @property
    def accepted(self) -> list[int]:
        """The letters that are in the inbound log, in the order of sending."""
        return [letter.number for letter in self.letters if self.is_accepted(letter.number)]

    def is_accepted(self, number: int) -> bool:
        """Whether a letter was confirmed, or lies in the log although the confirmation got lost."""
        return number in self.acknowledged or number in self.refs

    @property
    def lost(self) -> list[int]:
        """Accepted letters without an outcome."""
        return [number for number in self.accepted if number not in self.fates]

    @property
    def moved(self) -> list[int]:
        """Letters that were brought home, or are on the way there."""
        return [
            number
            for number, refs in self.refs.items()
            if len(refs) > 1 or (refs[0] in self._written and self._written[refs[0]].outcome == "moved")
        ]

    def outside(self, number: int) -> set[str]:
        """What left the house for a letter."""
        names = (self.letters[number].id, *map(str, self.refs[number]))
        return set().union(*(self._outside[name] for name in names if name in self._outside))

    @property
    def both(self) -> list[int]:
        """Letters with more than one outcome to show for it: two answers, two works, or one of each."""
        return self._with_several("notice")

    @property
    def acknowledged_twice(self) -> list[int]:
        """Letters that the customer was told of more than once, by answers and acknowledgements."""
        return self._with_several("work")

    def _with_several(self, but: Thing) -> list[int]:
        found = ((n, [o for o in self.outside(n) if not o.startswith(but)]) for n in self.accepted)
        return [number for number, things in found if len(things) > 1]

    def undelivered(self, kind: Thing) -> list[int]:
        """Letters whose outcome should have left the house as this `kind` and did not."""
        return [
            number
            for number, fate in self.fates.items()
            if fate.outcome == FOR[kind] and not any(o.startswith(kind) for o in self.outside(number))
        ]

    def alive(self, kind: Thing) -> bool:
        """Whether somebody is there to deliver this `kind`: anything of it came out at all. Replies and
        notices come from the same hand."""
        return any(self._seen[each] > 0 for each in FOR if (each == "work") == (kind == "work"))

    @property
    def out_of_order(self) -> list[int]:
        """Letters whose outcome stands in the book before that of an earlier one of the same
        conversation. What was moved, came twice or could not be read has no place in that order."""
        last: dict[str, int] = {}
        found = []
        moved = set(self.moved)
        for number in self.accepted:
            fate = self.fates.get(number)
            if fate is None or number in moved or fate.outcome not in ("answered", "people"):
                continue
            conversation = self.letters[number].conversation_id
            if fate.place < last.get(conversation, 0):
                found.append(number)
            last[conversation] = max(fate.place, last.get(conversation, 0))
        return found

    def latency(self, number: int) -> int | None:
        """Milliseconds from the letter's record to its outcome's record. On a topic whose times are the
        sender's (`CreateTime`) this includes the wait for a broker that was away."""
        if number not in self.fates:
            return None
        return max(0, self.fates[number].at - self.arrived[number])
