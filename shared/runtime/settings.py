"""What every service takes from its environment."""

import os
import socket
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.contracts.errors import UserMistake

ROOT = Path(__file__).parents[2]
REDIS = "redis://127.0.0.1:6379/0"


class ServiceSettings(BaseSettings):
    """Read from variables named `RELAIS_<FIELD>`. Times are in seconds."""

    model_config = SettingsConfigDict(env_prefix="RELAIS_", extra="ignore")

    kafka: str = "127.0.0.1:9092"
    """Bootstrap servers, `host:port[,host:port]`."""
    redis: str = REDIS
    namespace: str = Field("relais", pattern=r"^[a-zA-Z0-9_-]{1,60}$")
    """First part of every topic and consumer group: several houses can share a broker."""
    instance: str = Field(default_factory=lambda: f"{socket.gethostname()}-{os.getpid()}")
    http_host: str = "127.0.0.1"
    http_port: int = Field(0, ge=0, le=65535)
    """Health and metrics; 0 picks a free port, which the first log line names."""
    log_level: Literal["debug", "info", "warning", "error", "critical"] = "info"
    session_timeout: PositiveFloat = 6.0
    """Kafka gives a dead instance's partitions to another after this long."""
    send_timeout: PositiveFloat = 30.0
    """A send that is not acknowledged by then ends the process: its result is unknown."""
    commit_interval: PositiveFloat = 0.2
    stuck_after: PositiveFloat = 30.0
    """Records waiting and no progress for this long, or a blocked event loop: the process ends."""
    batch: PositiveInt = 1000
    breath: NonNegativeFloat = 0.0
    """How long nothing is read after a batch that was not full, so that more comes together."""
    held_bytes: PositiveInt = 64 * 1_048_576
    """Of messages that wait in memory for others to read or settle them; no more are read meanwhile."""
    fetch_wait: PositiveFloat = 0.2
    """How long the broker may hold an empty fetch. The client has one fetch at a time on its way to a broker:
    a partition that is resumed meanwhile waits that long too."""
    static_membership: bool = False
    """Join as a static member named after `instance`: a quick restart keeps its partitions."""
    policy: Path = ROOT / "deploy" / "policy.yaml"


S = TypeVar("S", bound=ServiceSettings)


def from_environment(kind: type[S]) -> S:
    """The settings; raises `UserMistake` that names the variables that cannot be read."""
    try:
        return kind()
    except ValidationError as error:
        wrong = [f"RELAIS_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors()]
        raise UserMistake("; ".join(wrong)) from None
