"""How a case looks to its agent: lines of text. Pure."""

import textwrap
from collections.abc import Iterator

from services.cli.agents.desk import Case
from services.cli.agents.wording import Say, Tongue, because, clock, say
from shared.contracts.inbound import Message
from shared.contracts.outward import WorkRecord

WIDTH = 100
LAST_SAID = 12
_CONTROLS = {code: "·" for code in (*range(32), *range(127, 160)) if code != 10}
"""A customer's text must not steer the agent's terminal."""


def plain(text: str) -> str:
    """Text as it may be shown: without control characters but the end of a line."""
    return text.replace("\r\n", "\n").translate(_CONTROLS)


def case_lines(case: Case, number: int, tongue: Tongue) -> Iterator[str]:
    """Everything about a case that helps to take it or to answer it."""
    head: Say = "offered" if case.state == "offered" else "held"
    yield f"── {say(tongue, head, n=f'@{number}')} · {plain(case.told.pool)} · {case.work} " + "─" * 20
    for what, text in _facts(case, tongue):
        yield from _wrapped(f"{say(tongue, what)}: ", text)
    yield from _said(case, tongue)


def message_lines(message: Message, tongue: Tongue) -> Iterator[str]:
    """One message of the customer."""
    damage = f" [{say(tongue, 'damage')}: {', '.join(message.damage)}]" if message.damage else ""
    yield from _wrapped(f"{say(tongue, 'customer')}{damage} > ", message.text or "—")
    for file in message.attachments:
        yield f"    [{plain(file.kind)}] {plain(file.name or '')} {plain(file.url or '')}".rstrip()


def _facts(case: Case, tongue: Tongue) -> Iterator[tuple[Say, str]]:
    told, understood = case.told, case.told.enrichment
    facts: list[tuple[Say, str]] = [
        ("reason", because(tongue, told.reason)),
        ("priority", told.priority),
        ("tier", _who(case.messages)),
        ("language", str(understood.get("language") or "und").replace("und", "")),
        ("intents", _intents(told, tongue)),
        ("frustration", _frustration(told)),
        ("terms", ", ".join(map(str, understood.get("signs") or ()))),
        ("waiting", clock(told.waiting_since)),
        ("due", clock(told.due_at)),
        ("ends", clock(case.until) if case.state == "offered" else ""),
        ("note", told.note or ""),
        *(("tried", text) for text in told.tried),
    ]
    return ((what, text) for what, text in facts if text)


def _who(messages: tuple[Message, ...]) -> str:
    found = next((message.customer for message in reversed(messages) if message.customer), None)
    return "" if found is None else " · ".join(filter(None, (found.name, found.tier, found.id)))


def _intents(told: WorkRecord, tongue: Tongue) -> str:
    rows = [row for row in told.enrichment.get("intents") or () if len(row) == 2][:3]
    unknown = [say(tongue, "intent_unknown")] if told.enrichment.get("unknown") else []
    return ", ".join([*unknown, *(f"{name} {share:.0%}" for name, share in rows)])


def _frustration(told: WorkRecord) -> str:
    value, interval = told.enrichment.get("frustration"), told.enrichment.get("frustration_interval")
    if not isinstance(value, int | float):
        return ""
    low, high = interval if isinstance(interval, list) and len(interval) == 2 else (value, value)
    return f"{value:.0%} ({low:.0%}–{high:.0%})"


def _said(case: Case, tongue: Tongue) -> Iterator[str]:
    """The history, then what the work is about."""
    for turn in case.told.history[-LAST_SAID:]:
        yield from _wrapped(f"{say(tongue, turn.author)} · ", turn.text)
    for message in case.messages[-LAST_SAID:]:
        yield from message_lines(message, tongue)


def _wrapped(begin: str, text: str) -> Iterator[str]:
    lines = [
        part
        for line in plain(text).split("\n")
        for part in textwrap.wrap(line, WIDTH - 4, break_long_words=False) or [""]
    ]
    yield f"  {begin}{lines[0]}"
    yield from (f"    {line}" for line in lines[1:])
