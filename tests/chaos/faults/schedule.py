"""When which fault strikes whom. Pure: the same seed, length and faults give the same schedule."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from tests.chaos.faults.catalogue import FAULTS

PACE = 1.2
"""Seconds between two faults, on average; several may be at work at once."""


class Planned(NamedTuple):
    """A fault that strikes `at` seconds after the beginning and lasts for `seconds`."""

    at: float
    fault: str
    target: str
    seconds: float
    detail: str


class Schedule(NamedTuple):
    """All that is needed to do it again."""

    seed: int
    seconds: float
    faults: tuple[str, ...]
    planned: tuple[Planned, ...]


def schedule(seed: int, seconds: float, faults: Sequence[str], spared: Sequence[str] = ()) -> Schedule:
    """A schedule of `seconds`. Of one target no two faults are at work at once; the instances that are
    `spared` are no target."""
    rng = Random(f"relais {seed}")
    weights = [FAULTS[name].weight for name in faults]
    planned: list[Planned] = []
    at = rng.uniform(0.2, 0.8)
    while at < seconds:
        fault = rng.choices(faults, weights)[0]
        made = _composed(rng, round(at, 2), fault)
        if made.target not in spared and not any(_meet(made, other) for other in planned):
            planned.append(made)
        at += rng.expovariate(1 / PACE)
    return Schedule(seed, seconds, tuple(faults), tuple(planned))


def _composed(rng: Random, at: float, name: str) -> Planned:
    fault = FAULTS[name]
    target, detail = rng.choice(fault.targets), rng.choice(fault.details)
    return Planned(at, name, target, round(rng.uniform(*fault.seconds), 2), detail)


def _meet(one: Planned, two: Planned) -> bool:
    """Whether both work on the same thing at the same time. An instance is part of its service, and what is
    started anew needs a moment."""
    first, second = sorted((one, two))
    same = _whom(one.target) == _whom(two.target)
    return same and second.at < first.at + first.seconds + 1.0


def _whom(target: str) -> str:
    return target.partition("/")[0].removesuffix("-1").removesuffix("-2")


def one_after_another(runs: Sequence[Schedule]) -> Schedule:
    """Several runs as one, each beginning when the one before is over, though its last faults may still be
    at work. What would strike the same target meanwhile is left out."""
    planned: list[Planned] = []
    start = 0.0
    for run in runs:
        later = [one._replace(at=round(one.at + start, 2)) for one in run.planned]
        for one in later:
            if not any(_meet(one, other) for other in planned):
                planned.append(one)
        start += run.seconds
    return Schedule(runs[0].seed, start, runs[0].faults, tuple(planned))


def to_json(runs: Sequence[Schedule]) -> str:
    """As `--replay` reads it."""
    bodies = [{**run._asdict(), "planned": [planned._asdict() for planned in run.planned]} for run in runs]
    return json.dumps({"runs": bodies}, indent=1)


def from_file(path: Path) -> tuple[Schedule, ...]:
    """Schedules that were written before; raises `ValueError` that says what is wrong with them."""
    try:
        runs = tuple(_run(body) for body in json.loads(path.read_text())["runs"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} holds no schedules ({type(error).__name__}: {error})") from error
    unknown = {one.fault for run in runs for one in run.planned} - set(FAULTS)
    if unknown:
        raise ValueError(f"{path} names faults that there are not: {', '.join(sorted(unknown))}")
    return runs


def _run(body: dict[str, Any]) -> Schedule:
    planned = tuple(Planned(**one) for one in body["planned"])
    return Schedule(body["seed"], body["seconds"], tuple(body["faults"]), planned)
