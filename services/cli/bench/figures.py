"""Figures with their spread, and what they have to reach. Values only."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `low` and `high` are the extremes of the repetitions, `value` their median;
    all are `None` for what could not be measured (`note` says why). Without a goal a row only informs."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    goal: float | None = None
    sense: Literal["at most", "at least"] = "at most"
    unit: str = ""
    note: str = ""

    @property
    def met(self) -> bool:
        """Whether the median reaches the goal; a goal that was not measured is not met."""
        if self.goal is None:
            return True
        if self.value is None:
            return False
        return self.value <= self.goal if self.sense == "at most" else self.value >= self.goal

    def told(self) -> dict[str, Any]:
        """As the JSON report has it."""
        found = asdict(self)
        return {name: found[name] for name in ("name", "value", "low", "high", "goal")} | {"met": self.met}


def row(name: str, samples: Sequence[float], goal: float | None = None, **more: Any) -> Row:
    """The row of some repetitions, rounded to what can be known of them."""
    if not samples:
        return Row(name, None, None, None, goal, **more)
    value, low, high = (_rounded(x) for x in (median(samples), min(samples), max(samples)))
    return Row(name, value, low, high, goal, **more)


def ratios(over: Sequence[float], under: Sequence[float]) -> list[float]:
    """Of what was measured in the same repetition."""
    return [a / b for a, b in zip(over, under, strict=True)]


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that at least this share of them does not exceed."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _rounded(x: float) -> float:
    return float(f"{x:.3g}")
