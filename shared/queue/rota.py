"""Who is asked next: agents in turn, for every pool, language and room that works ask for."""

from bisect import bisect_left, insort
from collections.abc import Iterator
from heapq import merge
from typing import NamedTuple

from shared.queue.values import Agent

Pools = tuple[str, ...] | None
"""Whose agents are asked; `None`: everybody."""
Turn = tuple[int, int, str]
"""When an agent was last offered something (ms), after how many offers of this decision, and who they are."""
_ANY, _ALL = "und", ""
"""A work that anybody may answer; an agent who speaks everything."""


class _Entry(NamedTuple):
    turn: Turn
    room: float
    pools: tuple[str, ...]
    languages: tuple[str, ...]

    def sought(self) -> set[tuple[str | None, str]]:
        languages = (*(self.languages or (_ALL,)), _ANY)
        return {(pool, language) for pool in (*self.pools, None) for language in languages}


class Rota:
    """Agents with room. Lists are made when they are first asked for and kept in order from then on."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}
        self._lists: dict[tuple[str | None, str], dict[int, list[Turn]]] = {}

    def put(self, agent: Agent, turn: Turn, room: float) -> None:
        """Note what an agent has room for, and when it is their turn."""
        entry = _Entry(turn, room, agent.pools, agent.languages)
        if self._entries.get(agent.id) == entry:
            return
        self.drop(agent.id)
        self._entries[agent.id] = entry
        for turns in self._listing(entry):
            insort(turns, turn)

    def drop(self, name: str) -> None:
        """Ask an agent no more."""
        entry = self._entries.pop(name, None)
        for turns in self._listing(entry) if entry else ():
            del turns[bisect_left(turns, entry.turn)]  # type: ignore[union-attr]

    def asked(self, pools: Pools, language: str, need: int) -> list[str]:
        """Who of these pools speaks the language and has room for `need` units, in turn. An agent of two
        pools may be named twice."""
        found = [self._list(pool, word, need) for pool in pools or (None,) for word in _spoken(language)]
        some = [turns for turns in found if turns]
        return [turn[2] for turn in (merge(*some) if len(some) > 1 else some[0] if some else ())]

    def room(self, name: str) -> float:
        """How much room somebody has who is asked."""
        return self._entries[name].room

    def anybody(self, language: str, need: int) -> bool:
        """Whether `asked` would name anybody of all pools."""
        return any(self._list(None, word, need) for word in _spoken(language))

    def _listing(self, entry: _Entry) -> Iterator[list[Turn]]:
        for key in entry.sought():
            for need, turns in self._lists.get(key, {}).items():
                if need <= entry.room:
                    yield turns

    def _list(self, pool: str | None, language: str, need: int) -> list[Turn]:
        lists = self._lists.setdefault((pool, language), {})
        if need not in lists:
            entries = self._entries.values()
            lists[need] = sorted(e.turn for e in entries if need <= e.room and (pool, language) in e.sought())
        return lists[need]


def _spoken(language: str) -> tuple[str, ...]:
    return (_ANY,) if language == _ANY else (language, _ALL)
