"""What this service takes from its environment."""

from pathlib import Path

from shared.runtime.settings import ROOT, ServiceSettings


class Settings(ServiceSettings):
    """With `bot_url` an HTTP bot answers in place of the FAQ."""

    faq: Path = ROOT / "deploy" / "faq.yaml"
    bot_url: str | None = None
    bot_timeout: float = 8.0
    """Seconds; below the fallback's bot deadline, so that a slow bot is a clear failure."""
    bot_max_bytes: int = 65_536
    bot_parallel: int = 64
