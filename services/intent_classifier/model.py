"""The trained intent model: what is loaded once and read by every decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shared.text.calibrated import Curve
from shared.text.linear import Linear
from shared.text.weights import WeightsUnusable
from shared.text.weights import load as load_weights

WEIGHTS = Path(__file__).parent / "weights"


@dataclass(frozen=True, slots=True)
class IntentModel:
    """Heads of `linear`: one per intent in `names`, then `person`, then `out_of_scope`."""

    linear: Linear
    names: tuple[str, ...]
    routes: Mapping[str, str]
    curve: Curve
    gate: tuple[float, ...]
    gate_bias: float
    person: tuple[float, float, float]
    """Weights of the head's score and of a pattern that fired, and the bias, of the chance."""
    person_threshold: float
    scope_threshold: float

    @property
    def version(self) -> str:
        """Names the weights in every record."""
        return self.linear.version


def load(folder: Path = WEIGHTS) -> IntentModel:
    """The model in `folder`; raises `WeightsUnusable` with what to do about it."""
    linear = load_weights(folder)
    told = linear.manifest
    try:
        return IntentModel(
            linear=linear,
            names=tuple(told["intents"]),
            routes=dict(told["routes"]),
            curve=(float(told["curve"][0]), float(told["curve"][1])),
            gate=tuple(map(float, told["gate"]["weights"])),
            gate_bias=float(told["gate"]["bias"]),
            person=tuple(float(told["person"][name]) for name in ("weight", "rule", "bias")),  # type: ignore[arg-type]
            person_threshold=float(told["person"]["threshold"]),
            scope_threshold=float(told["gate"]["threshold"]),
        )
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise WeightsUnusable(f"{folder} holds no intent model: train it with `relais train`") from error
