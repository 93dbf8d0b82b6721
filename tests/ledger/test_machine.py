"""Everybody at once: late, twice, dead and back again, or undead. The book stays true.

Settings: `RELAIS_THOROUGH=1` plays a hundred times as much.
"""

import os
from collections import Counter
from typing import ClassVar, get_args

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from shared.contracts.inbound import Message
from shared.contracts.ledger import Entry, decode, encode, kind
from shared.ledger import book as books
from shared.ledger import snapshot, state
from shared.ledger.book import Book
from tests.ledger.auditor import Auditor
from tests.ledger.entries import (
    HERE,
    canary_passed,
    contents,
    fold,
    gap,
    handed_over,
    message,
    moved,
    quarantined,
    ref,
    unpack,
)
from tests.ledger.writers import AGENTS, CONVERSATIONS, Choice, Deed, Item, World, everybody

EVERY_KIND = {str(entry.__struct_config__.tag) for entry in get_args(Entry)}
THOROUGH = os.environ.get("RELAIS_THOROUGH") == "1"
SETTINGS = settings(
    max_examples=5_000 if THOROUGH else 130,
    stateful_step_count=120 if THOROUGH else 50,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

ROUTER, BOT, FALLBACK, DISPATCHER = range(0, 8, 2)
"""The first of each kind; the second comes right after it."""

writers = st.integers(0, 7)
kinds_of_writers = st.sampled_from((ROUTER, BOT, FALLBACK, DISPATCHER))
names = st.sampled_from(CONVERSATIONS)
kinds = st.sampled_from(("message",) * 12 + ("junk", "stray", "canary", "hole"))
deeds: st.SearchStrategy[Deed] = st.sampled_from(get_args(Deed))
choices = st.builds(Choice, names, st.sampled_from(AGENTS), st.integers(1, 4), deeds)
entries, sent = st.integers(0, 12), st.integers(0, 4)
places = st.integers(0, 1_000)
"""Brought into range by the modulus of whatever they point into."""


class Relay(RuleBasedStateMachine):
    """Two routers, bots, fallbacks and dispatchers, and the logs between them."""

    seen: ClassVar[Counter[tuple[str, str | None]]] = Counter()

    @initialize(kinds=st.lists(kinds, min_size=3, max_size=8), twin=st.booleans())
    def open_up(self, kinds: list[str], twin: bool) -> None:
        self.world = World()
        self.writers = everybody(self.world)
        self.on_their_way = [writer.outbox for writer in self.writers]
        self.auditor = Auditor(self.world, remembers=books.FORGET_AFTER > 1_000)
        for conversation in CONVERSATIONS:
            self.arrive(kinds, conversation, twin)

    @rule(kinds=st.lists(kinds, min_size=1, max_size=4), conversation=names, twin=st.booleans())
    def arrive(self, kinds: list[str], conversation: str, twin: bool) -> None:
        """Something new, at times under an external id that was there before."""
        for what in kinds:
            offset = len(self.world.inbound)
            made = message(offset, conversation, twin_of=offset % 3 if twin else None)
            self.world.inbound.append(Item(what, made if what == "message" else None))  # type: ignore[arg-type]

    @rule(turns=st.lists(st.tuples(writers, entries, choices, sent), min_size=1, max_size=8))
    def work(self, turns: list[tuple[int, int, Choice, int]]) -> None:
        """Writers catch up a little, decide something, and send some of it."""
        for who, entries, choice, sent in turns:
            self.writers[who].follow(entries)
            self.writers[who].decide(choice)
            self._deliver(who, sent)

    @rule(conversation=names, numbers=st.lists(choices, min_size=1, max_size=4))
    def all_is_well(self, conversation: str, numbers: list[Choice]) -> None:
        """Everybody but the fallbacks is up to date, works at once, and sends all of it."""
        for choice in numbers:
            for who in (ROUTER, BOT, DISPATCHER):
                self.writers[who].follow(len(self.world.log))
                self.writers[who].decide(choice._replace(conversation=conversation))
                self._deliver(who, 100)

    @rule(conversation=names, deed=deeds, times=st.integers(1, 5))
    def people_are_busy(self, conversation: str, deed: Deed, times: int) -> None:
        """A message for people each time, somebody takes the work and does this with it."""
        self.all_is_well(conversation, [Choice(conversation, "ana", 2, "close")] * 2)
        for number in range(times):
            self.arrive(["message"], conversation, twin=False)
            taken = Choice(conversation, "ben", 1, "reply")
            self.all_is_well(conversation, [taken, Choice(conversation, AGENTS[number % 2], 1, deed)])

    @rule(conversation=names)
    def nobody_takes_it(self, conversation: str) -> None:
        """A message for people; its work waits until it goes to another pool."""
        self.arrive(["message"], conversation, twin=False)
        self.all_is_well(conversation, [Choice(conversation, "ben", 3, "transfer")] * 2)

    @rule(kind=kinds_of_writers, first=choices, meanwhile=st.lists(choices, min_size=1, max_size=5))
    def one_pauses_before_it_sends(self, kind: int, first: Choice, meanwhile: list[Choice]) -> None:
        """What it decided lands after all that the other of its kind has done since."""
        slow, quick = self.writers[kind + 1], self.writers[kind]
        slow.follow(len(self.world.log))
        slow.decide(first)
        for choice in meanwhile:
            quick.follow(len(self.world.log))
            quick.decide(choice._replace(conversation=first.conversation))
            self._deliver(kind, 100)
        self._deliver(kind + 1, 100)

    @rule(place=places, sent=st.integers(1, 4), twice=st.booleans())
    def deliver(self, place: int, sent: int, twice: bool) -> None:
        """What was on its way, perhaps from before a crash, perhaps twice."""
        self._deliver(place % len(self.on_their_way), sent, twice)

    @rule(kind=kinds_of_writers)
    def become_a_zombie(self, kind: int) -> None:
        """The second of a kind stops folding, and goes on."""
        self.writers[kind + 1].zombie = True

    @rule(who=writers, saved=places, upto=places)
    def crash_and_restart(self, who: int, saved: int, upto: int) -> None:
        """Come back with a snapshot and the tail of the ledger, as of some moment."""
        position = upto % (len(self.world.log) + 1)
        self.writers[who].zombie = False
        self.writers[who].start(self._restored(saved % (position + 1), position))
        self.on_their_way.append(self.writers[who].outbox)
        self.on_their_way[who], self.on_their_way[-1] = self.on_their_way[-1], self.on_their_way[who]

    @rule(saved=places, bytes_each=st.integers(1, 2_000))
    def any_restart_gives_the_same_book(self, saved: int, bytes_each: int) -> None:
        """The verdicts too, from whatever snapshot in whatever pieces."""
        start = saved % (len(self.world.log) + 1)
        book = self._restored(start, start, bytes_each)
        verdicts = [fold(book, self.world.log, offset) for offset in range(start, len(self.world.log))]
        assert verdicts == self.auditor.verdicts[start:]
        assert contents(book) == contents(self.auditor.book)

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        self.any_restart_gives_the_same_book(0, 500)
        self.any_restart_gives_the_same_book(len(self.world.log) // 2, 50)
        self._rescue()
        assert self.auditor.book.needed_from == len(self.world.inbound), "nothing is lost"
        for offset, entry in enumerate(map(decode, self.world.log)):
            Relay.seen[kind(entry), self.auditor.verdicts[offset].inert] += 1

    def _deliver(self, way: int, sent: int, twice: bool = False) -> None:
        outbox = self.on_their_way[way]
        for _ in range(min(sent, len(outbox))):
            value = outbox.popleft()
            self.world.log += [value, value] if twice else [value]
        self.auditor.observe()

    def _restored(self, saved: int, upto: int, bytes_each: int = 500_000) -> Book:
        book = Book(HERE)
        for offset in range(upto):
            if offset == saved:
                book = unpack(HERE, _put_away(book, bytes_each))
            fold(book, self.world.log, offset)
        return unpack(HERE, _put_away(book, bytes_each)) if saved == upto else book

    def _rescue(self) -> None:
        """One fallback that knows everything settles what is left in order, each at the second try at the
        latest: the conversation may have been forgotten, and its epoch with it, just before the first."""
        for offset, item in enumerate(self.world.inbound):
            for _ in range(2):
                if self.auditor.book.unsettled(offset):
                    self.world.log.append(encode(self._settling(offset, item)))
                    self.auditor.observe()
        self.writers[0].start(self._restored(0, len(self.world.log)))
        self.writers[0].finish_moves()
        self.world.log += self.writers[0].outbox
        self.auditor.observe()

    def _settling(self, offset: int, item: Item) -> Entry:
        match item.kind, item.message:
            case "message", Message() as made:
                name, texts = made.conversation_id, ((ref(offset), made),)
                epoch = self.auditor.book.conversation(name).epoch
                return handed_over(offset, epoch=epoch, conversation=name, messages=texts)
            case "junk", _:
                return quarantined(offset)
            case "stray", _:
                return moved(offset)
            case "canary", _:
                return canary_passed(offset)
            case _:
                return gap(offset, offset)


def _put_away(book: Book, bytes_each: int) -> list[bytes]:
    usual = snapshot.CHUNK_BYTES
    snapshot.CHUNK_BYTES = bytes_each
    try:
        return [value for _, value in snapshot.pack(book, "w")]
    finally:
        snapshot.CHUNK_BYTES = usual


@pytest.mark.timeout(3_600 if THOROUGH else 120)
@pytest.mark.parametrize("memory", ["short", "long"])
def test_whoever_writes_whatever_and_whenever_the_book_stays_true(
    memory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if memory == "short":
        monkeypatch.setattr(books, "FORGET_AFTER", 12)
        monkeypatch.setattr(books, "SWEEP_EVERY", 5)
    else:
        monkeypatch.setattr(state, "AFRESH_MS", 15_000)
    Relay.seen.clear()
    run_state_machine_as_test(Relay, settings=SETTINGS)
    assert {name for name, why in Relay.seen if why is None} == EVERY_KIND
    assert {name for name, why in Relay.seen if why} > {"routed", "handed_over", "assigned", "replied"}
    assert Relay.seen["transferred", "too_many_transfers"]
    assert Relay.seen["returned", "limit_of_moves"]
