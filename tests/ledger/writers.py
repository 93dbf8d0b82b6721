"""Honest writers that may be late: each folds its own copy of the book, decides from that alone, and
writes its proposals in order, sooner or later. A zombie has stopped folding and goes on."""

from collections import deque
from typing import Literal, NamedTuple

from shared.contracts.inbound import Message
from shared.contracts.ledger import (
    Assigned,
    Closed,
    Entry,
    Gap,
    HandedOver,
    MoveDone,
    OnHold,
    Overflowed,
    Released,
    Replied,
    Returned,
    TakenOver,
    Transferred,
    WrappedUp,
    encode,
)
from shared.ledger.book import Book
from shared.ledger.state import Conversation, Wrapping
from tests.ledger.entries import HERE, answered, canary_passed, fold, moved, quarantined, ref, routed

CONVERSATIONS = ("c", "d")
AGENTS = ("ana", "ben")
Deed = Literal[
    "reply", "reply_without_token", "transfer", "hold", "release", "close", "say_all_and_close", "give_to_bot"
]
"""What an agent does with a work; where nobody holds it, taking it, or overflow instead of a transfer."""


class Item(NamedTuple):
    """What lies at an offset of the inbound partition; a hole is an offset without a record."""

    kind: Literal["message", "junk", "stray", "canary", "hole"]
    message: Message | None = None


class World:
    """The two logs."""

    def __init__(self) -> None:
        self.inbound: list[Item] = []
        self.log: list[bytes] = []


class Choice(NamedTuple):
    """What a writer is free to choose."""

    conversation: str
    agent: str
    number: int
    deed: Deed = "reply"


class Writer:
    """What all writers have in common."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.zombie = False
        self.outbox: deque[bytes] = deque()
        self.start(Book(HERE))

    def start(self, book: Book) -> None:
        """Begin with this copy of the book; what was on its way before stays on its way."""
        self.book = book
        self.outbox = deque()

    def follow(self, entries: int) -> None:
        """Fold up to this many entries more."""
        for _ in range(entries):
            if self.zombie or self.book.offset >= len(self.world.log):
                return
            fold(self.book, self.world.log, self.book.offset)

    def propose(self, entry: Entry) -> None:
        self.outbox.append(encode(entry))

    def decide(self, choice: Choice) -> None:
        raise NotImplementedError

    def finish_moves(self) -> None:
        for offset in self.book.moving:
            self.propose(MoveDone(ref(offset)))


class Router(Writer):
    """Decides on every message once, in order, as far as it has not seen a decision."""

    def start(self, book: Book) -> None:
        super().start(book)
        self.next = book.needed_from

    def decide(self, choice: Choice) -> None:
        for offset in range(self.next, min(len(self.world.inbound), self.next + choice.number)):
            self.next = offset + 1
            if self.book.unrouted(offset):
                self._decide(offset, choice)
        if choice.number > 2:
            self.finish_moves()

    def _decide(self, offset: int, choice: Choice) -> None:
        kind, message = self.world.inbound[offset]
        if kind == "hole":
            self.propose(Gap(offset, offset))
        elif kind == "junk":
            self.propose(quarantined(offset))
        elif kind == "stray":
            self.propose(moved(offset))
        elif kind == "message":
            assert message is not None
            self._route(offset, message, choice)

    def _route(self, offset: int, message: Message, choice: Choice) -> None:
        c = self.book.conversation(message.conversation_id)
        with_bot = c.owner == "bot"
        if not with_bot and c.work is None and choice.number > 1:
            self.propose(Returned(message.conversation_id, c.epoch, "router"))
            with_bot = True
        route = "bot" if with_bot and choice.agent == "ana" else "human"
        self.propose(routed(offset, route, message.conversation_id, message=message))


class Bot(Writer):
    """Answers the oldest open message of a conversation, or hands it over; each once."""

    def start(self, book: Book) -> None:
        super().start(book)
        self.asked: set[int] = set()

    def decide(self, choice: Choice) -> None:
        c = self.book.conversation(choice.conversation)
        if not c.open or c.open[0][0] in self.asked:
            return
        offset = c.open[0][0]
        self.asked.add(offset)
        if choice.number > 3:
            self.propose(HandedOver((ref(offset),), choice.conversation, c.epoch, "general", "bot_unsure"))
        else:
            self.propose(answered(offset, c.epoch, choice.conversation))


class Fallback(Writer):
    """Gives everything of a conversation that nobody settled to people, whatever its age."""

    def decide(self, choice: Choice) -> None:
        late: list[tuple[int, Message]] = []
        for offset, (kind, message) in enumerate(self.world.inbound):
            if not self.book.unsettled(offset):
                continue
            if message is not None and message.conversation_id == choice.conversation:
                late.append((offset, message))
            elif kind == "junk":
                self.propose(quarantined(offset))
            elif kind == "stray":
                self.propose(moved(offset))
            elif kind == "canary":
                self.propose(canary_passed(offset))
        if late and choice.agent == "ben":
            self._hand_over(late[: choice.number], choice.conversation)
        self.finish_moves()

    def _hand_over(self, late: list[tuple[int, Message]], conversation: str) -> None:
        refs = tuple(ref(offset) for offset, _ in late)
        texts = tuple((ref(offset), message) for offset, message in late if offset not in self.book.open)
        epoch = self.book.conversation(conversation).epoch
        self.propose(HandedOver(refs, conversation, epoch, "fallback", "patience", texts))


class Dispatcher(Writer):
    """Carries out agents' commands as its own copy of the book allows. Commands may be repeated."""

    def decide(self, choice: Choice) -> None:
        c = self.book.conversation(choice.conversation)
        command = f"{choice.agent}{choice.number}{choice.deed}-{len(self.world.log) // 4}"
        if c.wrapping is not None and choice.number > 2:
            self.propose(self._wrap_up(c.wrapping, choice, command))
        entry = self._on_work(c, choice, command) if c.work else self._on_conversation(c, choice, command)
        if entry is not None:
            self.propose(entry)

    def _wrap_up(self, wrapping: Wrapping, choice: Choice, command: str) -> Entry:
        work, token = ref(wrapping.work), wrapping.token
        return WrappedUp(work, choice.conversation, wrapping.agent, token, "solved", None, command)

    def _on_conversation(self, c: Conversation, choice: Choice, command: str) -> Entry | None:
        if c.owner == "people":
            return Returned(choice.conversation, c.epoch, choice.agent)
        if choice.number == 4 and choice.agent == "ben":
            return TakenOver(choice.conversation, choice.agent, "general", command)
        return None

    def _on_work(self, c: Conversation, choice: Choice, command: str) -> Entry | None:
        assert c.work is not None
        work, name = c.work, choice.conversation
        agent, token = work.agent, work.token
        if agent is None or token is None:
            if choice.deed == "transfer" and choice.number > 2:
                return Overflowed(ref(work.id), name, "night", work.attempt, "full")
            return Assigned(ref(work.id), name, choice.agent, work.attempt, command)
        holding = (ref(work.id), name, agent, token)
        match choice.deed:
            case "transfer":
                return Transferred(*holding, f"pool{choice.number}", "Please see to it.", command)
            case "hold":
                return OnHold(*holding, choice.number < 3, command)
            case "release":
                return Released(*holding, "declined", command)
            case "close" | "give_to_bot":
                return Closed(*holding, "resolved", command, choice.deed == "give_to_bot")
            case "say_all_and_close":
                return Closed(*holding, "resolved", command, disposition="solved", solved=True)
            case _:
                said_with = token if choice.deed == "reply" else None
                return Replied(*holding[:3], said_with, "Bonjour", command)


def everybody(world: World) -> list[Writer]:
    """Two of each."""
    return [kind(world) for kind in (Router, Bot, Fallback, Dispatcher) for _ in range(2)]
