"""The scenario, told line by line as outcomes come: what was said, where it went, and why."""

from typing import Any

from rich.cells import set_cell_size
from rich.console import Console
from rich.markup import escape

from services.cli.simulate.account import Account, Fate, Letter
from services.cli.words import printable, why

SAID, WENT = 52, 20
COLOURS = {"answered": "green", "people": "cyan", "quarantined": "yellow", "duplicate": "dim"}


class Teller:
    """Prints a line for every letter that has just got its outcome."""

    def __init__(self, account: Account, console: Console) -> None:
        self._account = account
        self._console = console
        self._told: set[int] = set()

    def tell(self) -> None:
        """Print what is new."""
        for number in [n for n in self._account.fates if n not in self._told]:
            self._told.add(number)
            self._console.print(self._line(number), highlight=False, soft_wrap=True)

    def _line(self, number: int) -> str:
        letter, fate = self._account.letters[number], self._account.fates[number]
        spoken = escape(set_cell_size(quoted(letter), SAID))
        went = escape(set_cell_size(where(fate), WENT))
        moved = "Brought home from another partition. " if number in self._account.moved else ""
        colour = COLOURS[fate.outcome]
        waited = f"{self._account.latency(number) or 0:>6} ms"
        return f"{spoken} [{colour}]{went}[/] [dim]{waited}[/]  {moved}{escape(because(fate))}"


def quoted(letter: Letter) -> str:
    """The text on one line, cut to what fits."""
    text = f"“{printable(letter.text)}”"
    return text if len(text) <= SAID else f"{text[: SAID - 2]}…”"


def where(fate: Fate) -> str:
    """Where a message went."""
    match fate.outcome:
        case "answered":
            return "→ bot"
        case "people":
            return f"→ people, {fate.detail}"
        case outcome:
            return f"→ {outcome}"


def because(fate: Fate) -> str:
    """Why it went there: the weightiest reason as a sentence, the others as codes."""
    if fate.outcome == "answered":
        return f"Answered from {fate.detail}."
    if fate.outcome == "duplicate":
        return "It came twice; the first one counts."
    others = f" ({', '.join(fate.reasons[1:])})" if fate.reasons[1:] else ""
    return f"{why(fate.reasons[0])}{others}" if fate.reasons else ""


def told(account: Account) -> list[dict[str, Any]]:
    """The same for a program."""
    return [
        {
            "ref": str(account.refs[number][-1]),
            "said": account.letters[number].text,
            "outcome": fate.outcome,
            "detail": fate.detail,
            "reasons": list(fate.reasons),
            "latency_ms": account.latency(number),
        }
        for number, fate in sorted(account.fates.items())
    ]
