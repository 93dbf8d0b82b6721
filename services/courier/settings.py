"""What this service takes from its environment."""

from shared.runtime.settings import ServiceSettings


class Settings(ServiceSettings):
    """Nothing beyond what every service takes."""
