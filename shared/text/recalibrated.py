"""A curve fitted anew to a few corrections, without what training needs."""

from collections.abc import Sequence

import numpy as np

from shared.text.calibrated import Curve, softmax
from shared.text.metrics import Array

FEWEST = 20
"""Corrections below which the confidence is left alone."""
_DOUBT = 8.0
"""How strongly the curve holds to what training found: so many lines' worth of a halved confidence."""


def recalibrated(scores: Array, truth: Array, curve: Sequence[float]) -> Curve:
    """The curve times the factor (a temperature) that makes the right names likeliest, drawn towards 1.

    Penalised maximum likelihood over a grid of factors from 1/8 to 8, fifty to a doubling.
    """
    at = np.arange(len(truth))
    logs = np.arange(-150, 151) / 50

    def loss(log: float) -> float:
        bend = (curve[0] * 2**log, curve[1] * 2**log)
        return float(-np.log(softmax(scores, bend)[at, truth] + 1e-12).sum() + _DOUBT * log**2)

    factor = 2 ** float(min(logs, key=loss))
    return round(curve[0] * factor, 3), round(curve[1] * factor, 3)
