"""How a result is shown: as Markdown for a page, as JSON for a program."""

import json
from collections.abc import Mapping, Sequence
from statistics import median

from services.cli.bench.figures import Row
from services.cli.bench.run import Result


def tables(rows: Sequence[Row]) -> str:
    """What has to be reached, and what it is measured against."""
    goals = [each for each in rows if each.goal is not None]
    others = [each for each in rows if each.goal is None]
    return "\n".join(
        [
            *_table(["measure", "measured", "lowest", "highest", "to reach", ""], map(_goal, goals)),
            "",
            *_table(["for comparison", "measured", "lowest", "highest"], map(_informing, others)),
        ]
    )


def markdown(result: Result) -> str:
    """The tables of the rows, and where the CPU goes."""
    return "\n".join(
        [
            tables(result.rows),
            "",
            *_table(["service", "CPU per message, µs", "lowest", "highest", "share"], stages(result.stages)),
        ]
    )


def as_json(result: Result) -> str:
    """`{"rows": [{name, value, low, high, goal, met}], "met": …}`."""
    return json.dumps({"rows": [each.told() for each in result.rows], "met": result.met}, ensure_ascii=False)


def stages(found: Mapping[str, Sequence[float]]) -> list[list[str]]:
    """One line for each service, dearest first, and their sum."""
    middle = {name: median(samples) for name, samples in found.items()}
    whole = sum(middle.values()) or 1.0
    lines = [
        [name, f"{cost:.0f}", f"{min(found[name]):.0f}", f"{max(found[name]):.0f}", f"{cost / whole:.0%}"]
        for name, cost in sorted(middle.items(), key=lambda each: -each[1])
    ]
    return [*lines, ["all", f"{whole:.0f}", "", "", "100%"]]


def _goal(each: Row) -> list[str]:
    wanted = f"{'≤' if each.sense == 'at most' else '≥'} {each.goal:g}{_unit(each)}"
    return [*_informing(each), wanted, "met" if each.met else "missed"]


def _informing(each: Row) -> list[str]:
    if each.value is None:
        return [each.name, each.note or "not measured", "", ""]
    return [each.name, f"{each.value:g}{_unit(each)}", f"{each.low:g}", f"{each.high:g}"]


def _unit(each: Row) -> str:
    return f" {each.unit}" if each.unit else ""


def _table(head: Sequence[str], lines: "map[list[str]] | list[list[str]]") -> list[str]:
    rule = ["---"] + ["---:"] * (len(head) - 1)
    return [f"| {' | '.join(cells)} |" for cells in (head, rule, *lines)]
