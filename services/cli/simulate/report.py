"""The figures of a simulation, and how they are shown."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.cli.simulate.account import Account, Thing
from services.cli.words import why
from shared.ledger.state import Outcome

OUTCOMES: dict[Outcome, str] = {
    "answered": "answered",
    "people": "to people",
    "quarantined": "quarantined",
    "duplicate": "duplicates",
}
DELIVERED: dict[str, tuple[Thing, str]] = {
    "replies": ("reply", "answers not sent"),
    "acknowledgements": ("notice", "not acknowledged"),
    "works": ("work", "works not seen"),
}
"""What leaves the house, by its name in the figures; and what is said when it did not."""
PROMISED = ("lost", "both", "out_of_order", "acknowledged_twice")
"""What there must be none of."""
EXPLAINED = ("people", "quarantined")
SHOWN = 10
Figures = dict[str, Any]


def figures(account: Account) -> Figures:
    """Everything the closing table says. Latencies are in milliseconds."""
    fates = account.fates.values()
    outcomes = Counter(fate.outcome for fate in fates)
    waits = sorted(w for n in account.accepted if (w := account.latency(n)) is not None)
    missing = {name: account.undelivered(kind) for name, (kind, _) in DELIVERED.items()}
    return {
        "sent": len(account.letters),
        "accepted": len(account.accepted),
        **{name: outcomes[outcome] for outcome, name in _names().items()},
        "moved": len(account.moved),
        "lost": len(account.lost),
        "both": len(account.both),
        "out_of_order": len(account.out_of_order),
        "acknowledged_twice": len(account.acknowledged_twice),
        "undelivered": {name: len(numbers) for name, numbers in missing.items()},
        "delivering": {name: account.alive(kind) for name, (kind, _) in DELIVERED.items()},
        "reasons": dict(
            Counter(f.reasons[0] for f in fates if f.reasons and f.outcome in EXPLAINED).most_common()
        ),
        "latency_ms": {f"p{share}": percentile(waits, share) for share in (50, 95, 99)},
        "throughput_per_second": _throughput(account),
        "refs": {
            name: [_name(account, number) for number in numbers[:SHOWN]]
            for name, numbers in (
                ("lost", account.lost),
                ("both", account.both),
                ("out_of_order", account.out_of_order),
                ("acknowledged_twice", account.acknowledged_twice),
                ("undelivered", sorted({number for numbers in missing.values() for number in numbers})),
            )
        },
    }


def _names() -> dict[Outcome, str]:
    return {outcome: name.replace(" ", "_") for outcome, name in OUTCOMES.items()}


def _name(account: Account, number: int) -> str:
    refs = account.refs.get(number)
    return str(refs[-1]) if refs else account.letters[number].id


def percentile(ordered: Sequence[int], share: int) -> int | None:
    """The smallest value that `share` percent of the values do not exceed (nearest rank)."""
    return ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)] if ordered else None


def _throughput(account: Account) -> float | None:
    """Outcomes a second, from the first message to the last outcome."""
    if not account.fates:
        return None
    took = max(fate.at for fate in account.fates.values()) - min(account.arrived.values())
    return round(len(account.fates) / max(took, 1) * 1000, 1)


def failed(told: Figures) -> bool:
    """Whether anything went wrong: a promise broken, a message not accepted, or an outcome that did
    not come out although its service was at work."""
    broken = any(told[name] for name in PROMISED) or told["accepted"] < told["sent"]
    stuck = any(told["undelivered"][name] and told["delivering"][name] for name in DELIVERED)
    return bool(broken or stuck)


def show(told: Figures, console: Console) -> None:
    """The closing table."""
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="dim")
    table.add_column(justify="right")
    table.add_column(style="dim")
    sent, accepted = told["sent"], told["accepted"]
    table.add_row("accepted", str(accepted), "" if accepted == sent else f"of {sent} sent")
    for outcome, shown in OUTCOMES.items():
        table.add_row(shown, str(told[_names()[outcome]]), "")
    table.add_row("moved", str(told["moved"]), "brought home first, then counted above")
    for name in PROMISED:
        table.add_row(name.replace("_", " "), _alarming(told[name]), _refs(told, name))
    for name, (_, what) in DELIVERED.items():
        if told["undelivered"][name]:
            table.add_row(what, _alarming(told["undelivered"][name]), _absent(told, name))
    waits = told["latency_ms"]
    shown = " / ".join("–" if waits[p] is None else str(waits[p]) for p in waits)
    table.add_row("latency ms", shown, " / ".join(waits))
    table.add_row("throughput", str(told["throughput_per_second"] or "–"), "outcomes a second")
    console.print(table)
    for code, count in list(told["reasons"].items())[:SHOWN]:
        console.print(f"  [dim]{count:>6} ×[/dim] {code}  [dim]{escape(why(code))}[/dim]", highlight=False)


def _alarming(count: int) -> str:
    return f"[bold red]{count}[/]" if count else "[green]0[/]"


def _refs(told: Figures, name: str) -> str:
    refs = told["refs"][name]
    return f"relais explain {' '.join(refs)}" if refs else ""


def _absent(told: Figures, name: str) -> str:
    if told["delivering"][name]:
        return _refs(told, "undelivered")
    return f"nothing came out: is the {'dispatcher' if name == 'works' else 'courier'} running?"
