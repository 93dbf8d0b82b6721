"""Writes `docs/queue-simulation.md`: the shipped policy on the shipped day, against another one.

python -m services.cli.queue.page
"""

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from pydantic import BaseModel

from services.cli.queue.command import simulated
from services.cli.queue.scenario import Duration, Group, Scenario, Stream
from services.cli.queue.tables import Run, markdown, tables

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "queue-simulation.md"
SCENARIO = ROOT / "deploy" / "scenarios" / "shop-day.yaml"
OTHER = ROOT / "deploy" / "scenarios" / "own-team-only.yaml"
TOP = """# The queue on a simulated day

What a [policy](policy.md) does with a day of customers, before it goes live:

```sh
relais queue simulate deploy/scenarios/shop-day.yaml --against deploy/scenarios/own-team-only.yaml
```

The simulation runs the book, the projection, the matcher and the [rules of the queue](queue.md) that
dispatchers run, on the queue in memory and in simulated time. Only people are made up: when customers come
and write again, how long an answer takes, who declines or misses an offer, whose tool is lost. Both
policies meet the same customers (common random numbers), so what differs is the policy's doing. `--out DIR`
writes the report with pictures, `--json` is for programs, `--seed` draws another day. `make queue-report`
writes this page.

## How to read the tables

- A cell with an arrow has both policies: the shipped one → the other. Without an arrow they are the same.
- A *wait* is from the opening of a work until a person took it. Works that *still wait* at the end count
  with the wait so far. Nights count: mail that comes while nobody works waits until the morning.
- *SLA met* is of the clocks that stopped; they stand still while a pool is closed.
- *Capacity in use* is of each agent's load while on shift and not on a break, least, mean and most over the
  agents.
- *Overtaken by*: the greatest lead of a work that waited on when a younger one of the same pool, channel,
  language and skills was offered to an agent who could have taken either. Head starts bound it.

The other policy here, `own-team-only.yaml`, never asks neighbouring teams; all else is as shipped.
"""
BOTTOM = """## Is the model right?

Where queueing theory knows the answer, the simulation must give it. With alike agents, one conversation
each, exponential times and a policy without head starts, rings and limits, the queue is M/M/c, and Erlang's
formula tells the waits. The tests hold mean wait, probability to wait and 95 % wait of seven queues within
3 %; `relais queue check` does so with more customers.

## What it leaves out

Customers do not give up while they wait. Agents are as fast with five chats as with one: give the times
that hold for a usual load. Pools that assign by themselves cannot be simulated, nor transfers and returns
to the bot. Heartbeats arrive but for lost tools, and nothing is lost on the way. Dispatchers look for what
time changes every `sweep`.

## Settings of a scenario

Times are in seconds; `per_hour` is a rate or rates by time of day; shares are between 0 and 1. `shape` of a
duration is `exponential`, `lognormal` (with `spread`, standard deviation by mean) or `fixed`. Rates and
shifts repeat every day. An error names its line.

| setting | by default |
|---|---|
"""


def page() -> str:
    """The whole page."""
    runs = simulated(SCENARIO, [None, OTHER], None)
    return f"{TOP}\n{figures(runs)}\n{BOTTOM}{settings()}"


def figures(runs: list[Run]) -> str:
    """The tables of the page."""
    return markdown(tables(runs))


def settings() -> str:
    """Every setting with its default, as rows of a table."""
    named: dict[str, type[BaseModel]] = {
        "": Scenario,
        "arrivals.*.": Stream,
        "agents.*.": Group,
        "…handling.": Duration,
    }
    rows = (row for above, model in named.items() for row in _rows(above, model))
    return "".join(f"| `{name}` | {default} |\n" for name, default in rows)


def _rows(above: str, model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    for name, field in model.model_fields.items():
        if any(isinstance(part, type) and issubclass(part, BaseModel) for part in get_args(field.annotation)):
            continue
        default = field.default
        written = f"{default.mean:g} on average" if isinstance(default, Duration) else f"`{default}`"
        yield f"{above}{name}", "must be there" if field.is_required() else _plain(written)


def _plain(written: str) -> str:
    return {"`None`": "none", "`{}`": "none", "`()`": "none"}.get(written, written)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
