"""What an agent types: one line is one command to the house or to the tool itself. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.cli.agents.desk import Case, Desk
from services.cli.agents.wording import Say

STATUSES = ("available", "drain", "busy", "offline")
SHORT = {
    "a": "accept",
    "d": "decline",
    "r": "reply",
    "c": "close",
    "h": "hold",
    "t": "transfer",
    "w": "wrap-up",
    "l": "look",
    "p": "presence",
    "?": "help",
    "q": "quit",
}
YES, NO = {"y", "yes", "o", "oui"}, {"n", "no", "non"}
AT = re.compile(r"\s*@(\d{1,9})(?=\s|$)\s*")


class Mistyped(Exception):
    """The line cannot be carried out; the words say why and what to type."""

    def __init__(self, said: Say, **names: object) -> None:
        super().__init__(said)
        self.said, self.names = said, names


@dataclass(frozen=True, slots=True)
class Typed:
    """What a line asks for: a command of the protocol (`kind` and `fields`), or of the tool (`look`,
    `list`, `help`, `quit`). `work` is what it is about."""

    kind: str
    work: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""
    """Why an offer is declined: for the agent's own notes, the protocol has no room for it."""


@dataclass(frozen=True, slots=True)
class Focus:
    """`numbers` name works by number; `work` is the one that commands without a number are about: the one
    the agent accepted or looked at last, and never another one because of what has come meanwhile."""

    numbers: Mapping[int, str]
    work: str = ""


def read(line: str, desk: Desk, focus: Focus) -> Typed:
    """The command in a line that is not blank. Raises `Mistyped`."""
    word, *more = line.strip().split(maxsplit=1)
    rest = more[0] if more else ""
    kind = SHORT.get(word.lower(), word.lower())
    number, rest = _number(rest)
    named = _named(number, focus)
    match kind:
        case "look" | "list" | "help" | "quit":
            return Typed(kind, named or focus.work)
        case "presence":
            return _presence(rest)
        case "take-over" if rest:
            return Typed("take_over", fields={"conversation_id": rest})
        case "why":
            return Typed("why", _any(named, desk, focus))
        case "accept":
            return Typed("accept", _one(desk.of("offered"), named, Focus(focus.numbers)).work)
        case "decline":
            return _decline(rest, named, desk, focus)
        case "wrap-up":
            return _wrap_up(rest, _wrapping(named, desk, focus))
        case "reply" | "hold" | "close" | "transfer":
            return _acting(kind, rest, _one(desk.of("held"), named, focus))
    raise Mistyped("unknown", word=word)


def _decline(rest: str, named: str, desk: Desk, focus: Focus) -> Typed:
    """An offer if there is any, else what is held."""
    offered = desk.of("offered")
    if named:
        case = _one(desk.of("offered", "held"), named, focus)
    elif offered:
        case = _one(offered, "", Focus(focus.numbers))
    else:
        case = _one(desk.of("held"), "", focus)
    return Typed("decline", case.work, {"token": case.token or None}, rest.strip())


def _acting(kind: str, rest: str, case: Case) -> Typed:
    proof = {"token": case.token}
    match kind:
        case "reply":
            if not rest.strip():
                raise Mistyped("say_what")
            return Typed("reply", case.work, {**proof, "text": rest})
        case "hold":
            return Typed("hold", case.work, {**proof, "on": rest.strip() != "off"})
        case "transfer":
            pool, _, note = rest.partition(" ")
            if not pool or not note.strip():
                raise Mistyped("transfer_how")
            return Typed("transfer", case.work, {**proof, "pool": pool, "note": note.strip()})
    return Typed("close", case.work, {**proof, **_about(rest)})


def _about(rest: str) -> dict[str, Any]:
    """`[disposition] [y|n] [bot]`, in any order."""
    said: dict[str, Any] = {}
    for word in rest.split():
        if word.lower() in YES | NO and "solved" not in said:
            said["solved"] = word.lower() in YES
        elif word.lower() == "bot":
            said["to_bot"] = True
        elif "disposition" not in said:
            said["disposition"] = word
        else:
            raise Mistyped("close_how")
    return said


def _wrap_up(rest: str, work: str) -> Typed:
    if rest.strip() == "more":
        return Typed("wrap_up", work, {"extend": True})
    said = _about(rest)
    if "to_bot" in said or not said:
        raise Mistyped("wrap_up_how")
    return Typed("wrap_up", work, said)


def _presence(rest: str) -> Typed:
    if rest.strip() not in STATUSES:
        raise Mistyped("presence_how", statuses=", ".join(STATUSES))
    return Typed("presence", fields={"status": rest.strip()})


def _number(rest: str) -> tuple[int | None, str]:
    found = AT.match(rest)
    return (None, rest) if found is None else (int(found[1]), rest[found.end() :])


def _named(number: int | None, focus: Focus) -> str:
    if number is None:
        return ""
    if number not in focus.numbers:
        raise Mistyped("no_such_number", number=number)
    return focus.numbers[number]


def _one(cases: list[Case], named: str, focus: Focus) -> Case:
    """The case that is meant. What is not said is taken from the focus, else from there being only one; a
    text must never go to another customer than the one its author had in mind."""
    works = {case.work: case for case in cases}
    if named or focus.work in works:
        found = works.get(named or focus.work)
        if found is None:
            raise Mistyped("not_now")
        return found
    if not cases:
        raise Mistyped("nothing")
    if focus.work or len(cases) > 1:
        raise Mistyped("which")
    return cases[0]


def _wrapping(named: str, desk: Desk, focus: Focus) -> str:
    """Also of a work whose time is over: it can be said for an hour."""
    return named or _one(desk.of("wrapping"), "", Focus(focus.numbers)).work


def _any(named: str, desk: Desk, focus: Focus) -> str:
    work = named or focus.work or next(iter(desk.cases), "")
    if not work:
        raise Mistyped("nothing")
    return work
