"""What this service takes from its environment."""

from pathlib import Path

from shared.runtime.settings import ServiceSettings


class Settings(ServiceSettings):
    """What every service takes, and where the model lies."""

    model: Path | None = None
    """A folder that `relais train --out` wrote; None: the weights that came with this release."""
