"""What this service takes from its environment. Times are in seconds."""

from pydantic import Field

from shared.runtime.settings import REDIS, ServiceSettings


class Settings(ServiceSettings):
    """How often the queue is looked at besides on every event."""

    redis: str = Field(REDIS, pattern=r"^(redis|rediss|unix)://.")
    match_every: float = 0.1
    sweep_every: float = 1.0
    redis_timeout: float = 2.0
