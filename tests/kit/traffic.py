"""A steady stream of messages, a keeper that restarts what dies, and the judgement from outside."""

from __future__ import annotations

import itertools
import threading
from collections import defaultdict
from functools import partial
from typing import Self
from uuid import uuid4

from tests.kit.acknowledged import acknowledgements, different_bytes, not_once
from tests.kit.house import House
from tests.kit.process import wait_until

TEXTS = (
    "Quels sont vos délais de livraison ?",
    "How much is delivery?",
    "Je veux parler à un conseiller",
    "Combien coûte la livraison ?",
    "This is outrageous, third time I call, give me my money back!",
)


class Traffic:
    """Messages of ever new conversations, three each, sent at a steady rate by a thread."""

    def __init__(self, house: House, rate: float = 60) -> None:
        self.house = house
        self.sent: dict[str, list[str]] = defaultdict(list)
        self._pause = 1 / rate
        self._name = uuid4().hex[:8]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def count(self) -> int:
        return sum(map(len, list(self.sent.values())))

    def _run(self) -> None:
        for number in itertools.count():
            if self._stop.wait(self._pause):
                return
            conversation = f"{self._name}-{number // 3}"
            text = TEXTS[(number + number // 3) % len(TEXTS)]
            self.sent[conversation].append(self.house.say(conversation, text))

    def more(self, messages: int = 60) -> None:
        """Wait until this many more were sent."""
        target = self.count + messages
        wait_until(lambda: self.count >= target, 60, f"{messages} more messages sent")


class Keeper:
    """Plays the supervisor: starts services again when they die, except those in `down`."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.down: set[str] = set()
        self.restarts = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(0.2):
            for name, process in list(self.house.processes.items()):
                if process.poll() is not None and name not in self.down:
                    self.restarts += 1
                    self.house.restart(name)


def _idle(house: House, service: str) -> bool:
    told = house.status(service)
    return bool(told.get("ready")) and told["lag"] == 0


def judge(house: House, sent: dict[str, list[str]], within: float = 60) -> dict[str, int]:
    """Wait until every message has its outcome in the eyes of channels and agent tools; assert that it
    has exactly one and was acknowledged to its customer once, and that per conversation no bot answered
    after a person had it."""
    expected = {message for messages in sent.values() for message in messages}

    def outcomes() -> dict[str, set[tuple[str, str]]]:
        found: dict[str, set[tuple[str, str]]] = {message: set() for message in expected}
        for r in house.replies():
            if r["author"]["kind"] == "bot" and r["in_reply_to"] in found:
                found[r["in_reply_to"]].add(("bot", r["idempotency_key"]))
        for w in house.work():
            for message in expected.intersection(w["message_ids"]):
                if w["type"] in ("queued", "message"):
                    found[message].add(("people", w["work_id"]))
        return found

    house.eventually(lambda: all(outcomes().values()), "every message has an outcome outside", within)
    house.eventually(
        lambda: expected <= acknowledgements(house.replies()).keys(), "every message is acknowledged", within
    )
    # Whoever might still send a second one has read the whole book by then.
    for service in ("courier", "dispatcher"):
        house.eventually(partial(_idle, house, service), f"{service} has nothing left to do", within)
    found = outcomes()
    assert {m: kinds for m, kinds in found.items() if len(kinds) != 1} == {}, "two outcomes of one message"
    assert not_once(expected, house.replies()) == {}, "not acknowledged exactly once"
    assert different_bytes(house.replies()) == set(), "a repeated reply differs"
    answered = {message for message, ((kind, _),) in found.items() if kind == "bot"}
    people = expected - answered
    for conversation, messages in sent.items():
        routes = ["bot" if message in answered else "people" for message in messages]
        assert routes == sorted(routes), f"{conversation}: {routes}"
    in_order = [r["in_reply_to"] for r in house.replies() if r["author"]["kind"] == "bot"]
    position = {message: place for place, message in reversed(list(enumerate(in_order)))}
    for messages in sent.values():
        places = [position[message] for message in messages if message in position]
        assert places == sorted(places), "answers out of order"
    return {"answered": len(answered & expected), "people": len(people & expected)}
