"""The trained model of tone: what is loaded once and read by every decision."""

from dataclasses import dataclass
from pathlib import Path

from shared.text.linear import Linear
from shared.text.weights import WeightsUnusable
from shared.text.weights import load as load_weights

WEIGHTS = Path(__file__).parent / "weights"
TONE = "tone"
"""Where the model of tone lies in a folder that `relais train --out` wrote."""


@dataclass(frozen=True, slots=True)
class SentimentModel:
    """Heads of `linear`: at least annoyed, angry; each with its logistic calibration `(weight, bias)`.

    `edges` cut the frustration scale into buckets; `below` and `above` are how far the truth lay under
    and over the score in each bucket, at the coverage told in the manifest. `levels`: where annoyed and
    angry begin.
    """

    linear: Linear
    annoyed: tuple[float, float]
    angry: tuple[float, float]
    levels: tuple[float, float]
    edges: tuple[float, ...]
    below: tuple[float, ...]
    above: tuple[float, ...]

    @property
    def version(self) -> str:
        """Names the weights in every record."""
        return self.linear.version


def load(folder: Path = WEIGHTS) -> SentimentModel:
    """The model in `folder`; raises `WeightsUnusable` with what to do about it."""
    linear = load_weights(folder)
    told = linear.manifest
    try:
        return SentimentModel(
            linear=linear,
            annoyed=(float(told["annoyed"]["weight"]), float(told["annoyed"]["bias"])),
            angry=(float(told["angry"]["weight"]), float(told["angry"]["bias"])),
            levels=(float(told["levels"][0]), float(told["levels"][1])),
            edges=tuple(map(float, told["interval"]["edges"])),
            below=tuple(map(float, told["interval"]["below"])),
            above=tuple(map(float, told["interval"]["above"])),
        )
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise WeightsUnusable(f"{folder} holds no model of tone: train it with `relais train`") from error
