"""What this service takes from its environment. Times are in seconds."""

from pydantic import Field

from shared.runtime.settings import ServiceSettings


class Settings(ServiceSettings):
    """How often the queue is looked at besides on every event."""

    redis: str = Field("redis://127.0.0.1:6379/0", pattern=r"^(redis|rediss|unix)://.")
    match_every: float = 0.1
    sweep_every: float = 1.0
    redis_timeout: float = 2.0
