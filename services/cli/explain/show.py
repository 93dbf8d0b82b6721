"""A story on a terminal."""

from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.markup import escape

from services.cli.explain.events import Event
from services.cli.explain.story import Facts, Story
from services.cli.words import after, printable, when, why

Row = tuple[str, str]
HIDDEN = "shown with --text"


def show(story: Story, console: Console) -> None:
    """Print a story, and then those of its copies."""
    console.print(f"[bold]Message {story.ref}[/]", highlight=False)
    for note in story.notes:
        console.print(f"  [yellow]{escape(note)}[/]", highlight=False)
    _section(console, "Where it lay", _lay(story))
    _section(console, "Understood", _understood(story))
    _section(console, "Decided", _decided(story))
    console.print("\n[bold]The book[/]")
    for event in story.events:
        for line in _event(event):
            console.print(line, highlight=False, soft_wrap=True)
    if not story.events:
        console.print("  [dim]no entry about it[/]")
    _section(console, "Outcome", _outcome(story.outcome))
    for copy in story.copies:
        console.print(f"\n[dim]{'─' * 20} brought home as {copy.ref} {'─' * 20}[/]\n", highlight=False)
        show(copy, console)


def _section(console: Console, title: str, rows: Iterator[Row]) -> None:
    console.print(f"\n[bold]{title}[/]")
    for name, value in rows:
        console.print(f"  [dim]{name:<12}[/] {_safe(value, 15)}", highlight=False, soft_wrap=True)


def _safe(text: str, column: int) -> str:
    """Foreign text for the console; its later lines begin at `column` too."""
    return escape(printable(text)).replace("\n", "\n" + " " * column)


def _lay(story: Story) -> Iterator[Row]:
    lay = story.lay
    if not lay:
        return
    yield "where", f"{lay['topic']} {story.ref}"
    yield "when", when(lay["at"])
    yield "size", "no value" if lay["bytes"] is None else f"{lay['bytes']} bytes"
    if lay["moved_from"]:
        yield "moved from", lay["moved_from"]
    if "unreadable" in lay:
        yield "unreadable", why(lay["unreadable"])
        return
    yield "id", lay["id"]
    yield "conversation", lay["conversation_id"] + ("" if lay["at_home"] else ", which is at home elsewhere")
    yield "channel", lay["channel"]
    yield "text", lay.get("text", f"{lay['characters']} characters ({HIDDEN})")
    if lay["attachments"]:
        yield "attachments", str(lay["attachments"])
    if lay["damage"]:
        yield "repaired", ", ".join(lay["damage"])


def _understood(story: Story) -> Iterator[Row]:
    made = story.recomputed or {}
    if story.understood is None:
        yield "router", "it did not route this message"
    else:
        yield from _intents(story.understood["intents"])
        yield from _sentiment(story.understood["sentiment"])
    for name, rows in (("intents", _intents), ("sentiment", _sentiment)):
        found = made.get(name)
        if found is None:
            continue
        if story.understood is None or story.understood[name]["failed"]:
            yield "read now", f"with the weights {found['version']} of this installation:"
            yield from rows(found)
        elif said := weights_told(story.understood[name], found):
            yield "weights", said
        yield "weighed", _pieces(name, found)
        if name == "intents" and found["wants_person"]:
            yield "", _pieces("person", found["person"])
    for name, reason in made.get("failed", {}).items():
        yield "no model", f"{name} cannot be read again here: {reason}"


def _intents(reading: Facts) -> Iterator[Row]:
    if reading["failed"]:
        yield "intents", f"failed: {reading['failed']}"
        return
    yield "intents", " · ".join(f"{name} {share:.2f}" for name, share in reading["intents"]) or "none"
    unknown = f", unknown: {reading['unknown']}" if reading["unknown"] else ""
    yield "in scope", f"{reading['in_scope']:.2f}{unknown}"
    yield "language", reading["language"]
    yield "person", "asks for one" if reading["wants_person"] else "does not ask for one"
    yield "signs", ", ".join(reading["signs"]) or "none"


def _sentiment(reading: Facts) -> Iterator[Row]:
    if reading["failed"]:
        yield "frustration", f"failed: {reading['failed']}"
        return
    interval = f"{reading['low']:.2f} to {reading['high']:.2f}"
    signs = f", signs: {', '.join(reading['signs'])}" if reading["signs"] else ""
    yield "frustration", f"{reading['frustration']:.2f} ({interval}), {reading['tone']}{signs}"


def weights_told(read: Facts, found: Facts) -> str | None:
    """What to say when the record was made with other weights than those that are weighed here."""
    made, here = read.get("model") or "unnamed weights", found["version"]
    return None if made == here else f"read with {made}; weighed here with {here}, another model"


WEIGHED_FOR = {"intents": "the first intent", "sentiment": "frustration", "person": "a person"}


def _pieces(name: str, found: Facts) -> str:
    what = WEIGHED_FOR[name]
    if "pieces" not in found:
        return f"{found['pieces_hidden']} pieces for {what} ({HIDDEN})"
    return f"for {what}: " + (
        " · ".join(f"{piece} {gain:+.2f}" for piece, gain in found["pieces"]) or "nothing"
    )


def _decided(story: Story) -> Iterator[Row]:
    decided = story.decided
    if decided is None:
        yield "router", "it did not decide about this message"
        return
    to = "the bot" if decided["route"] == "bot" else f"people, pool {decided['pool']}"
    late = "" if decided["counted"] else " (too late: it did not count)"
    yield "route", f"{to}, priority {decided['priority']}{late}"
    for reason in decided["reasons"]:
        yield "because", f"{reason['code']}: {reason['en']}"
    yield "policy", decided["policy"]


def _event(event: Event) -> Iterator[str]:
    head = f"  {after(event.after):>9}  [dim]{event.place:>8}[/]  {event.kind:<12} {_safe(event.says, 36)}"
    yield f"{head}  [dim]{_safe(event.by, 36)}[/]"
    if event.inert is not None:
        yield f"{'':>23}[yellow]not valid: {_safe(event.inert, 23)}[/]"
    if event.text is not None:
        yield f"{'':>23}{_safe(event.text, 23)}"


def _outcome(outcome: Facts) -> Iterator[Row]:
    if outcome["outcome"] is None:
        yield "none", outcome["state"]
        return
    yield outcome["outcome"], f"{after(outcome['after'])}, at {when(outcome['at'])}"
    for reason in outcome.get("reasons", []):
        yield "because", f"{reason['code']}: {reason['en']}"
    yield from ((name, text) for name, text in _came_of_it(outcome) if text)


def _came_of_it(outcome: dict[str, Any]) -> Iterator[Row]:
    match outcome["outcome"]:
        case "answered":
            yield "answer", f"{outcome['source']}, {outcome['language']}, {outcome['characters']} characters"
        case "people":
            holder = f" by {outcome['agent']}" if outcome.get("agent") else ""
            yield "work", f"{outcome['work']} in {outcome['pool']}, {outcome['state']}{holder}"
            yield from _nobody(outcome)
        case "duplicate":
            yield "of", outcome["of"]
        case "moved":
            yield "to", f"partition {outcome['to']}" + ("" if outcome["done"] else ", not done yet")


def _nobody(outcome: dict[str, Any]) -> Iterator[Row]:
    """Why nobody has got a waiting work."""
    if "excluded" not in outcome:
        return
    if outcome["excluded"] is None:
        yield "why nobody", "cannot be said: no dispatcher answered"
        return
    for one in outcome["excluded"]:
        yield "why nobody", f"{one['agent_id']}: {one['en']}"
    yield "", "Whoever is not named here may get it, if anybody is there: it waits for its turn or its pool."
