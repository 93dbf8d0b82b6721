"""A state machine as a table: what can happen in which state, what comes of it, and by when something
must."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

State = TypeVar("State", bound=str)
Event = TypeVar("Event", bound=str)


class Impossible(ValueError):
    """This cannot happen in this state: a mistake in the code that says so."""


class By(NamedTuple, Generic[Event]):
    """A state's deadline: after `after`, `then` happens by itself."""

    after: str
    then: Event


class Never(NamedTuple):
    """A state without a deadline, and why it may have none."""

    because: str


@dataclass(frozen=True)
class Machine(Generic[State, Event]):
    """`steps` are all that can happen; `deadlines` has every state."""

    start: State
    steps: Mapping[tuple[State, Event], State]
    deadlines: Mapping[State, By[Event] | Never]
    _paths: dict[State, dict[State, tuple[Event, ...]]] = field(default_factory=dict, repr=False)

    def step(self, state: State, event: Event) -> State:
        """The state after `event`. Raises `Impossible`."""
        try:
            return self.steps[state, event]
        except KeyError:
            raise Impossible(f"{event!r} cannot happen to what is {state!r}") from None

    def path(self, state: State, after: State) -> tuple[Event, ...]:
        """The fewest events that lead from one state to another: what must have happened when several are
        seen as one. Raises `Impossible`."""
        if state not in self._paths:
            self._paths[state] = self._reached(state)
        try:
            return self._paths[state][after]
        except KeyError:
            raise Impossible(f"nothing makes {after!r} of what is {state!r}") from None

    def _reached(self, state: State) -> dict[State, tuple[Event, ...]]:
        found: dict[State, tuple[Event, ...]] = {state: ()}
        queue = deque([state])
        while queue:
            here = queue.popleft()
            for (before, event), after in self.steps.items():
                if before == here and after not in found:
                    found[after] = (*found[here], event)
                    queue.append(after)
        return found

    def diagram(self) -> str:
        """The table drawn in Mermaid; several events between the same states share an arrow."""
        arrows: dict[tuple[State, State], list[Event]] = {}
        for (before, event), after in self.steps.items():
            arrows.setdefault((before, after), []).append(event)
        lines = [
            f"    {before} --> {after}: {', '.join(events)}" for (before, after), events in arrows.items()
        ]
        over = [f"    {state} --> [*]" for state in self.deadlines if all(s != state for s, _ in self.steps)]
        return "\n".join(["stateDiagram-v2", f"    [*] --> {self.start}", *lines, *over])
