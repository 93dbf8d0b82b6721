"""The figures of a simulation, and how they are shown."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.cli.simulate.account import Account
from services.cli.words import why
from shared.ledger.state import Outcome

OUTCOMES: dict[Outcome, str] = {
    "answered": "answered",
    "people": "to people",
    "quarantined": "quarantined",
    "duplicate": "duplicates",
}
EXPLAINED = ("people", "quarantined")
SHOWN = 10
Figures = dict[str, Any]


def figures(account: Account) -> Figures:
    """Everything the closing table says. Latencies are in milliseconds."""
    fates = account.fates.values()
    outcomes = Counter(fate.outcome for fate in fates)
    waits = sorted(w for n in account.accepted if (w := account.latency(n)) is not None)
    replies, works = account.undelivered("reply"), account.undelivered("work")
    return {
        "sent": len(account.letters),
        "accepted": len(account.accepted),
        **{name: outcomes[outcome] for outcome, name in _names().items()},
        "moved": len(account.moved),
        "lost": len(account.lost),
        "both": len(account.both),
        "out_of_order": len(account.out_of_order),
        "undelivered": {"replies": len(replies), "works": len(works)},
        "delivering": {"replies": account.alive("reply"), "works": account.alive("work")},
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
                ("undelivered", [*replies, *works]),
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
    broken = told["lost"] or told["both"] or told["out_of_order"] or told["accepted"] < told["sent"]
    stuck = any(told["undelivered"][kind] and told["delivering"][kind] for kind in ("replies", "works"))
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
    for name in ("lost", "both", "out_of_order"):
        table.add_row(name.replace("_", " "), _alarming(told[name]), _refs(told, name))
    for kind, what in (("replies", "answers not sent"), ("works", "works not seen")):
        if told["undelivered"][kind]:
            table.add_row(what, _alarming(told["undelivered"][kind]), _absent(told, kind))
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


def _absent(told: Figures, kind: str) -> str:
    if told["delivering"][kind]:
        return _refs(told, "undelivered")
    return f"nothing came out: is the {'courier' if kind == 'replies' else 'dispatcher'} running?"
