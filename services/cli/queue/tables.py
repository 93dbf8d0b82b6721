"""What came of one or two runs as tables: for a terminal, or as Markdown. With two, each cell tells both."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from services.cli.queue.figures import Seen, Used, bound, promises, used, waits
from shared.policy.model import Policy


class Run(NamedTuple):
    """One policy's day."""

    name: str
    policy: Policy
    seen: Seen


class Table(NamedTuple):
    """Rows of words below a title."""

    title: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


ARROW = " → "
TITLES = {
    "pool": "Waits by pool in which the work was opened",
    "tier": "Waits by tier",
    "language": "Waits by language",
    "skill": "Waits by skill asked for",
    "lane": "Waits by lane and priority",
    "channel": "Waits by channel",
}
CLOCKS = {
    "first_response": "first response",
    "next_response": "next response",
    "resolution": "resolution",
}
OFFERS = ("made", "accepted", "declined", "timed out", "rescinded", "tool lost", "away", "alarm", "work lost")


def tables(runs: Sequence[Run]) -> list[Table]:
    """All tables; what would tell one group of nothing is left out."""
    found = [waits(run.seen) for run in runs]
    made = [_summary(runs), _waits("Waits of all works", "", [each["all"] for each in found])]
    for by, title in TITLES.items():
        groups = [each[by] for each in found]
        if len({name for group in groups for name in group}) > 1:
            made.append(_waits(title, by, groups))
    return [*made, _promises(runs)]


def _waits(title: str, by: str, groups: Sequence[dict[str, Any]]) -> Table:
    columns: dict[str, Callable[[Any], str]] = {
        "works": lambda one: f"{one.works}",
        "mean": lambda one: span(one.mean),
        "50 %": lambda one: span(one.p50),
        "90 %": lambda one: span(one.p90),
        "95 %": lambda one: span(one.p95),
        "longest": lambda one: span(one.most),
        "still wait": lambda one: f"{one.waiting}",
    }
    return _table(title, by, columns, groups)


def _promises(runs: Sequence[Run]) -> Table:
    groups = [
        {
            f"{pool}, {CLOCKS[clock]}": one
            for pool, clocks in promises(run.seen).items()
            for clock, one in clocks.items()
        }
        for run in runs
    ]
    columns: dict[str, Callable[[Any], str]] = {
        "measured": lambda one: f"{one.measured}",
        "SLA met": lambda one: f"{one.met:.1%}",
    }
    return _table("SLA met by the pool that had the work", "pool, clock", columns, groups)


def _table(
    title: str, by: str, columns: dict[str, Callable[[Any], str]], groups: Sequence[dict[str, Any]]
) -> Table:
    names = dict.fromkeys(name for group in groups for name in group)
    rows = [
        (
            name,
            *(
                _both([write(group[name]) if name in group else "–" for group in groups])
                for write in columns.values()
            ),
        )
        for name in names
    ]
    return Table(title, (by, *columns), rows)


def _summary(runs: Sequence[Run]) -> Table:
    facts: dict[str, Callable[[Run], str]] = {
        "policy version": lambda run: run.policy.version_hash,
        "capacity in use: least, mean, most": lambda run: _used(used(run.seen)),
        "deferred until the pool opened": lambda run: f"{sum(s.deferred for s in run.seen.stays.values())}",
        "overflowed": lambda run: f"{sum(s.overflowed for s in run.seen.stays.values())}",
        "overtaken by at most": lambda run: span(run.seen.overtaken / 1000),
        "the bound of that": lambda run: span(bound(run.policy) / 1000),
    }
    rows = [(name, _both([fact(run) for run in runs])) for name, fact in facts.items()]
    counted = [word for word in OFFERS if any(run.seen.offers[word] for run in runs)]
    rows += [(_WORDS.get(w, f"offers {w}"), _both([f"{r.seen.offers[w]}" for r in runs])) for w in counted]
    return Table("The whole day", ("", ARROW.join(run.name for run in runs)), rows)


_WORDS = {
    "away": "agents who counted as away after missed offers",
    "alarm": "supervisors told that nobody takes a work",
    "work lost": "works taken from agents whose tool was lost",
    "tool lost": "offers taken back from lost tools",
    "rescinded": "offers taken back, since another agent or pool has the work",
}


def _both(cells: Sequence[str]) -> str:
    return cells[0] if len(set(cells)) == 1 else ARROW.join(cells)


def _used(found: Used) -> str:
    return f"{found.least:.0%}, {found.mean:.0%}, {found.most:.0%} of {found.agents} agents"


def span(seconds: float) -> str:
    """A time as one reads it."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def markdown(made: Sequence[Table]) -> str:
    """As a page has them."""
    lines: list[str] = []
    for table in made:
        rule = ("---", *("---:" for _ in table.head[1:]))
        cells = (table.head, rule, *table.rows)
        lines += [f"## {table.title}", "", *(f"| {' | '.join(row)} |" for row in cells), ""]
    return "\n".join(lines)
