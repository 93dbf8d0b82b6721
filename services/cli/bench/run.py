"""The whole bench in its order, and the rows that come of it."""

from dataclasses import dataclass
from statistics import median

from services.cli.bench.bench import Bench, Sizes
from services.cli.bench.figures import Row, percentile, ratios, row
from services.cli.bench.measures.death import deaths
from services.cli.bench.measures.large import FEW
from services.cli.bench.measures.latency import through_hop, through_house
from services.cli.bench.measures.restart import Restarted, restarts
from services.cli.bench.measures.rounds import KINDS, Rounds
from services.cli.bench.process import until
from services.cli.bench.subjects.rivals import MODULES
from services.cli.bench.workers import PARTITIONS, WIDE, Served, houses, sides

SHARE = 0.7


@dataclass
class Result:
    """What a run found. `stages` has the CPU of each service in µs per message on its whole way."""

    rows: list[Row]
    stages: dict[str, list[float]]

    @property
    def met(self) -> bool:
        """Whether every goal is reached."""
        return all(each.met for each in self.rows)


def run(bench: Bench) -> Result:
    """Measure everything. Raises `UserMistake` when something it needs does not work."""
    bench.say("making the topics")
    _make_topics(bench)
    bench.say("starting the services")
    house = Served(bench, "house")
    until(lambda: all(house.status(name).get("ready") for name in house.ports), 60, "the services are ready")
    idle = [subject.memory() for subject in house.subjects]
    rounds = Rounds(bench, house)
    rounds.run()
    full = [subject.memory(peak=True) for subject in house.subjects]
    slow, fast = _latencies(bench, rounds, house)
    rounds.end()
    rows = [
        *_costs(rounds),
        *_of_latency(slow, fast),
        row("SIGKILL of a router to the next outcome ÷ session time-out", deaths(bench), 1.3),
        *_of_restart(bench, restarts(bench)),
        _largest("memory of a service, idle", idle, 90),
        _largest("memory of a service, at full load", full, 200),
        *_flat(bench.sizes, rounds),
        *_informing(bench, rounds, house.name, slow),
    ]
    stages = {name: [cost.cpu[name] for cost in rounds.costs["house"]] for name in house.ports}
    return Result(rows, stages)


def _make_topics(bench: Bench) -> None:
    hops = [topic for hop in (*KINDS, *bench.installed) for topic in sides(hop)]
    bench.broker.make(houses(bench.sizes), hops, PARTITIONS)


def _costs(rounds: Rounds) -> list[Row]:
    of = rounds.totals
    outside = [1 - model / all_of_it for model, all_of_it in zip(rounds.model, of("metered"), strict=True)]
    return [
        row("classifier's hop without its model ÷ B1", ratios(of("hop"), of("b1")), 0.9),
        row("classifier: share of its CPU outside the model", outside, 0.2),
        row("router, per decision ÷ B1", ratios(of("router"), of("b1")), 4),
        row("a message's whole way, all services ÷ B0's one hop", ratios(of("house"), of("b0")), 1.0),
        row(
            "throughput with the ledger ÷ at least once without it",
            ratios(of("plain"), of("ledger")),
            0.9,
            sense="at least",
        ),
    ]


def _flat(sizes: Sizes, rounds: Rounds) -> list[Row]:
    of, many = rounds.totals, f"CPU per message, {sizes.conversations:,} conversations ÷ {FEW:,}"
    return [
        row(f"CPU per message, {sizes.wide} partitions ÷ 4", ratios(of(WIDE), of("ledger")), 1.2),
        row(many, ratios(of("many"), of("few")), 1.2),
    ]


Latencies = list[tuple[list[float], list[float]]]
"""Of each repetition: seconds of the messages through one bare hop, and through the house."""


def _latencies(bench: Bench, rounds: Rounds, house: Served) -> tuple[Latencies, Latencies]:
    """At the steady rate, and at a share of what the house can do."""
    capacity = median(cost.messages / cost.seconds for cost in rounds.costs["house"])
    hop = rounds.bare("b1")
    found: tuple[Latencies, Latencies] = ([], [])
    for repetition in range(bench.sizes.listened):
        for rate, into in zip((bench.sizes.rate, SHARE * capacity), found, strict=True):
            bench.say(f"latency at {rate:.0f}/s, {repetition + 1}")
            into.append((through_hop(bench, hop, rate), through_house(bench, house, rate)))
    return found


def _of_latency(slow: Latencies, fast: Latencies) -> list[Row]:
    p50 = [percentile(house, 0.5) / percentile(hop, 0.5) for hop, house in slow]
    p99 = [percentile(house, 0.99) / percentile(hop, 0.99) for hop, house in fast]
    return [
        row("end to end p50 ÷ L1's p50, at 200/s", p50, 5),
        row(f"end to end p99 ÷ L1's p99, at {SHARE:.0%} of capacity", p99, 6),
    ]


def _of_restart(bench: Bench, found: list[Restarted]) -> list[Row]:
    entries = f"{bench.sizes.entries:,} ledger entries"
    return [
        _largest(f"restart with {entries} to ready", [each.seconds for each in found], 10, "s"),
        _largest(f"restart with {entries}, memory", [each.memory for each in found], 300),
    ]


def _largest(name: str, samples: list[float], goal: float, unit: str = "MB") -> Row:
    """The worst of several services is what counts."""
    spread = row(name, samples, goal, unit=unit)
    return Row(name, spread.high, spread.low, spread.high, goal, unit=unit)


def _informing(bench: Bench, rounds: Rounds, house: str, slow: Latencies) -> list[Row]:
    of = rounds.totals
    hops = [percentile(hop, 0.5) * 1e3 for hop, _ in slow]
    ways = [percentile(way, 0.5) * 1e3 for _, way in slow]
    return [
        row("B0, naive FastStream hop", of("b0"), unit="µs CPU"),
        row("B1, aiokafka getmany to send", of("b1"), unit="µs CPU"),
        row("B2, aiokafka getmany to send_batch", of("b2"), unit="µs CPU"),
        row("R1, pipelined EVALSHA", rounds.redis, unit="µs CPU"),
        row("L1, one hop's p50 at 200/s", hops, unit="ms"),
        row("end to end p50 at 200/s", ways, unit="ms"),
        row(
            "capacity on this machine, all services",
            [c.messages / c.seconds for c in rounds.costs[house]],
            unit="/s",
        ),
        *[_rival(bench, rounds, name) for name in MODULES],
    ]


def _rival(bench: Bench, rounds: Rounds, name: str) -> Row:
    title = f"the same hop with {name} ÷ the classifier's hop without its model"
    if name not in rounds.costs:
        note = "does not run here" if name in bench.installed else "not installed"
        return Row(title, None, None, None, note=note)
    return row(title, ratios(rounds.totals(name), rounds.totals("hop")))
