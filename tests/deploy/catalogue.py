"""The metrics of the catalogue as Prometheus knows them, and those that an expression asks for."""

from __future__ import annotations

import re

from prometheus_client.metrics import MetricWrapperBase

from shared.runtime import metrics

SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
GIVEN = {"job", "service", "instance", "alertname", "alertstate", "severity", "le"}
"""Labels that Prometheus adds."""


def names() -> dict[str, set[str]]:
    """Every series name of the catalogue, with its labels."""
    found = {}
    for metric in vars(metrics).values():
        if isinstance(metric, MetricWrapperBase):
            [family] = metric.describe()
            for suffix in SUFFIXES[family.type]:
                found[family.name + suffix] = set(metric._labelnames)
    return found


def unknown(expression: str) -> set[str]:
    """Metrics of ours that an expression names and the catalogue lacks, and labels they do not have."""
    known = names()
    asked = set(re.findall(r"\brelais_\w+", expression))
    labels = {label for metric in asked & known.keys() for label in known[metric]} | GIVEN
    grouped = {
        label.strip() for listed in re.findall(r"by \(([^)]*)\)", expression) for label in listed.split(",")
    }
    selected = {
        f"{metric}{{{label}}}"
        for metric, inside in re.findall(r"(\brelais_\w+)\{([^}]*)\}", expression)
        for label in re.findall(r"(\w+)\s*[=!]~?", inside)
        if label not in known.get(metric, set()) | GIVEN
    }
    return (asked - known.keys()) | (grouped - labels) | selected
