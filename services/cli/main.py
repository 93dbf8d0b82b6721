"""The `relais` command. A sub-command is imported when it is called and not before: `relais --help`
needs neither numpy nor Kafka."""

import sys
from importlib import import_module
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from shared.contracts.errors import RelaisError

MISTAKE, BUG = 2, 70


class Command(NamedTuple):
    """Where a sub-command is found in this package (`module:attribute`), and its line in the help."""

    target: str
    help: str


COMMANDS = {
    "up": Command("up.command:up", "Start everything and watch over it until Ctrl-C."),
    "status": Command("up.status:status", "Show how the running house is doing."),
    "run": Command("run:run", "Run one service in the foreground."),
    "topics": Command("topics.command:app", "Make, check and describe the topics."),
    "simulate": Command("simulate.command:simulate", "Publish messages and follow each to its outcome."),
    "drill": Command("drill.command:drill", "Take a part away for a while and measure what happens."),
    "explain": Command("explain.command:explain", "Tell the story of one message."),
    "agent": Command("agents.agent:agent", "Work as an agent: take offers, answer, close."),
    "agents": Command("agents.command:app", "Let a simulated workforce work."),
    "policy": Command("policy:app", "Check a policy file before it goes live."),
    "queue": Command("queue.command:app", "Try a policy on a simulated day of customers and agents."),
    "quarantine": Command("quarantine.command:app", "Look at what could be shown to nobody."),
    "train": Command("models.train:train", "Train the models on the corpus of this project."),
    "evaluate": Command("models.evaluate:evaluate", "Judge a model on labelled messages."),
    "predict": Command("models.predict:predict", "Show what the models make of messages."),
    "recalibrate": Command("models.recalibrate:recalibrate", "Fit a model's confidence to corrections."),
    "chaos": Command("chaos:chaos", "Attack Relais with faults and judge it from outside."),
    "bench": Command("bench.command:bench", "Measure what Relais costs and how fast it is."),
}


class LazyGroup(TyperGroup):
    """Knows all sub-commands by name and imports the one that is called."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name, command in COMMANDS.items():
            self.add_command(TyperCommand(name, help=command.help))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """As typer's own, with the real command in place of its line in the help."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, load(name) if name else None, rest


def load(name: str) -> Any:
    """The sub-command of this name, imported."""
    module, _, attribute = COMMANDS[name].target.partition(":")
    found = getattr(import_module(f"services.cli.{module}"), attribute)
    if not isinstance(found, typer.Typer):
        function, found = found, typer.Typer(add_completion=False)
        found.command(name)(function)
    return typer.main.get_command(found)


app = typer.Typer(cls=LazyGroup, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def main(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Relais gives every customer message exactly one outcome: an automatic answer or a person."""


def run() -> None:
    """The entry point: a mistake becomes one line on standard error and exit code 2."""
    try:
        app(prog_name="relais")
    except Exception as error:
        if "--debug" in sys.argv:
            raise
        known = _known(error)
        if known is not None:
            print(f"relais: {known}", file=sys.stderr)
            sys.exit(MISTAKE)
        print(f"relais: a bug ({type(error).__name__}); `relais --debug …` shows where", file=sys.stderr)
        sys.exit(BUG)


def _known(error: BaseException) -> RelaisError | None:
    """Our own error, also when a group of tasks has wrapped it."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error if isinstance(error, RelaisError) else None
