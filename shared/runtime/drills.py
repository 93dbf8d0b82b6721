"""When each part of a house was last drilled: noted by `relais drill`, told by the fallback's metrics."""

import json
from pathlib import Path
from typing import Literal, get_args

PartName = Literal["bot", "intent", "sentiment", "router", "redis"]
PARTS: tuple[PartName, ...] = get_args(PartName)


def record(home: Path) -> Path:
    """The file in the state folder of `relais up`. It outlives the house."""
    return home / "drills.json"


def last(path: Path) -> dict[PartName, float]:
    """Unix seconds of each part's last drill; 0 for one that never was, or when nothing can be read."""
    try:
        found = json.loads(path.read_text())
        return {part: float(found.get(part, 0)) for part in PARTS}
    except (OSError, ValueError, TypeError, AttributeError):
        return dict.fromkeys(PARTS, 0.0)


def note(path: Path, part: PartName, at: float) -> None:
    """Write down that `part` was drilled at `at`, in one step."""
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps({**last(path), part: at}))
    draft.replace(path)
