"""The rules on who has a conversation and who holds a work, written a second time from their description."""

from __future__ import annotations

from abc import abstractmethod

from tests.chaos.oracle.evidence import Json, Record
from tests.chaos.oracle.values import Holding, Inert, Talk, Work

MOVES, TRANSFERS = 2, 3
"""How often a conversation may change hands before people keep it; how often a work may be passed on."""
AFRESH = 72 * 3_600_000
"""Milliseconds after which a closed matter is a new one."""


class Works:
    """What the book of one partition says of people."""

    def __init__(self, partition: int) -> None:
        self.partition = partition
        self.talks: dict[str, Talk] = {}
        self.holdings: list[Holding] = []
        self.spoken: dict[int, Json] = {}
        """Valid replies of people by ledger offset."""
        self.returns: dict[str, list[int]] = {}
        """Ledger offsets at which a conversation went back to the bot."""
        self.notices: dict[int, str] = {}
        """Ledger offsets of what customers are to be told without having asked, with the conversation."""
        self._now = Record("", 0, 0, 0.0, b"", None)

    def here(self, ref: str) -> int:
        """The inbound offset of a ref of this partition."""
        partition, _, offset = ref.partition(":")
        if partition != str(self.partition) or not offset.isdigit():
            raise Inert("foreign_ref")
        return int(offset)

    @abstractmethod
    def _to_people(self, talk: Talk, fresh: list[int]) -> None: ...

    def _talk(self, entry: Json) -> Talk:
        return self.talks.setdefault(entry["conversation"], Talk())

    def _tell(self, e: Json) -> None:
        if self._talk(e).seen:
            self.notices[self._now.offset] = e["conversation"]

    # -- conversations -----------------------------------------------------------------------

    def _taken_over(self, e: Json) -> None:
        talk = self._talk(e)
        if talk.owner != "bot":
            raise Inert("with_people")
        if not talk.open:
            talk.pass_to("people")
            talk.closed_at = self._now.stamp
            self._tell(e)
            return
        self._to_people(talk, [])
        assert talk.work is not None
        self._hold(talk.work, e["agent"])

    def _returned(self, e: Json) -> None:
        talk = self._talk(e)
        if e["epoch"] != talk.epoch or talk.owner != "people" or talk.work is not None:
            raise Inert("epoch_over")
        closed = talk.closed_at
        afresh = e["by"] == "router" and closed is not None and self._now.stamp - closed > AFRESH
        if talk.moves >= MOVES and not afresh:
            raise Inert("limit_of_moves")
        self._to_bot(talk, e)
        talk.moves = 0 if afresh else talk.moves

    def _to_bot(self, talk: Talk, e: Json) -> None:
        talk.pass_to("bot")
        talk.closed_at = None
        self.returns.setdefault(e["conversation"], []).append(self._now.offset)

    # -- works -------------------------------------------------------------------------------

    def _work(self, e: Json) -> Work:
        work = self._talk(e).work
        if work is None or work.id != self.here(e["work"]):
            raise Inert("work_closed")
        if e.get("command") and e["command"] in work.commands:
            raise Inert("repeated")
        return work

    def _waiting(self, e: Json) -> Work:
        work = self._work(e)
        if work.agent is not None or e["attempt"] != work.attempt:
            raise Inert("already_held" if work.agent else "offer_over")
        return work

    def _held(self, e: Json) -> Work:
        work = self._work(e)
        if work.agent != e["agent"] or e.get("token") not in (None, work.token):
            raise Inert("not_holder")
        return work

    def _hold(self, work: Work, agent: str) -> None:
        work.agent, work.token = agent, self._now.offset
        self.holdings.append(Holding(f"{self.partition}:{work.id}", agent, self._now.offset))

    def _let_go(self, work: Work, e: Json) -> None:
        work.agent = work.token = None
        work.attempt, work.since = work.attempt + 1, self._now.at
        work.commands.append(e.get("command", ""))
        place = max(i for i, h in enumerate(self.holdings) if h.work == f"{self.partition}:{work.id}")
        self.holdings[place] = self.holdings[place]._replace(until=self._now.offset)

    def _assigned(self, e: Json) -> None:
        work = self._waiting(e)
        work.commands.append(e["command"])
        self._hold(work, e["agent"])

    def _overflowed(self, e: Json) -> None:
        work = self._waiting(e)
        work.attempt, work.since = work.attempt + 1, self._now.at

    def _released(self, e: Json) -> None:
        self._let_go(self._held(e), e)
        if e["why"] == "tool_lost":
            self._tell(e)

    def _transferred(self, e: Json) -> None:
        work = self._held(e)
        if work.transfers >= TRANSFERS:
            raise Inert("too_many_transfers")
        work.transfers += 1
        self._let_go(work, e)
        self._tell(e)

    def _on_hold(self, e: Json) -> None:
        self._held(e).commands.append(e["command"])

    def _replied(self, e: Json) -> None:
        self._held(e).commands.append(e["command"])
        self.spoken[self._now.offset] = e

    def _closed(self, e: Json) -> None:
        work, talk = self._held(e), self._talk(e)
        said_all = bool(e.get("disposition")) and e.get("solved") is not None
        talk.to_wrap_up = None if said_all else (work.id, e["agent"], work.token)
        self._let_go(work, e)
        talk.work, talk.closed_at = None, self._now.stamp
        if e.get("to_bot") and talk.moves < MOVES:
            self._to_bot(talk, e)
            self._tell(e)

    def _wrapped_up(self, e: Json) -> None:
        talk, work = self._talk(e), self.here(e["work"])
        if talk.to_wrap_up is None or talk.to_wrap_up[:2] != (work, e["agent"]):
            raise Inert("not_wrapping")
        if e.get("token") not in (None, talk.to_wrap_up[2]):
            raise Inert("stale_token")
        talk.to_wrap_up = None
