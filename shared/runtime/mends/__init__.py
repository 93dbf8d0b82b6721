"""What the libraries do otherwise in the processes of Relais: as they come, a house would lose records, time
or a service. Each says what and why; none of them is needed once its library does so itself."""

from shared.runtime.mends import closed_connections, lenient_headers, prompt_reading


def install() -> None:
    """All of them, in this process, before its clients are made."""
    closed_connections.install()
    lenient_headers.install()
    prompt_reading.install()
