"""`relais up`: the whole house with one command."""

import signal
import sys
import threading
from typing import Annotated

import typer

from services.cli import state
from services.cli.contact import NAMESPACE, KafkaOption, NamespaceOption, RedisOption
from services.cli.up.display import display
from services.cli.up.keeper import Keeper, Lost, Over


def up(
    kafka: KafkaOption = None,
    redis: RedisOption = None,
    namespace: NamespaceOption = None,
    partitions: Annotated[
        int | None,
        typer.Option(min=1, max=10_000, help="Of the topics. Default: as many as there are, else 4."),
    ] = None,
    scenario: Annotated[
        bool, typer.Option("--scenario", help="When all is ready, play sample messages, then stay up.")
    ] = False,
) -> None:
    """Start everything and watch over it until Ctrl-C.

    What is not given of Kafka and Redis runs embedded, in memory: for trying. Topics that are missing
    are made. A service that dies is started again.
    """
    with state.claimed() as home:
        keeper = Keeper(home, display(), _signalled())
        try:
            keeper.open(kafka, redis, namespace or NAMESPACE, partitions)
            keeper.stay(scenario)
        except Over:
            pass
        except Lost as lost:
            print(f"relais: {lost}", file=sys.stderr)
            raise typer.Exit(1) from lost
        finally:
            keeper.close()


def _signalled() -> threading.Event:
    """Set by the first signal that asks to stop; a second Ctrl-C ends the process at once."""
    over = threading.Event()

    def stop(*_: object) -> None:
        over.set()
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    return over
