"""Who reads all records of work and says what contradicts the protocol. Pure; repeats are no contradiction,
and of what began before the first record read nothing is concluded."""

from collections import Counter
from dataclasses import dataclass, replace

from shared.contracts.outward import WorkRecord


@dataclass(frozen=True, slots=True)
class Seen:
    """What has been seen of a work: its last holder with the token, and in which attempt; `held` until it is
    given back."""

    holder: str = ""
    token: int = 0
    attempt: int = -1
    held: bool = False
    closed_by: tuple[str, int] | None = None


class Witness:
    """`wrong` counts contradictions by what they are; `examples` names works for the first of each."""

    def __init__(self) -> None:
        self.wrong: Counter[str] = Counter()
        self.examples: dict[str, str] = {}
        self._works: dict[str, Seen] = {}
        self._offering: set[str] = set()
        """Pools whose tool does not assign by itself: there nobody holds work without an `assigned`."""
        self._holders: dict[tuple[str, int], str] = {}

    def hear(self, record: WorkRecord | None) -> None:
        """Judge one record (`None`: one that is none) and remember it."""
        if record is None:
            return self._note("a record that is none", "")
        seen = self._works.get(record.work_id, Seen())
        match record.type:
            case "assigned":
                self._assigned(record, seen)
            case "released" | "transferred":
                if record.attempt > seen.attempt:
                    self._works[record.work_id] = replace(seen, attempt=record.attempt, held=False)
            case "message" | "replied" | "held":
                self._of_the_holder(record, seen)
            case "closed":
                self._closed(record, seen)
            case "offer":
                self._offering.add(record.pool)
                if not (record.agent_id and record.expires_at):
                    self._note("an offer to nobody or without an end", record.work_id)
            case "refused" if record.reason is None:
                self._note("a refusal without a reason", record.work_id)
        return None

    def _assigned(self, r: WorkRecord, seen: Seen) -> None:
        agent, token = r.agent_id or "", r.token or 0
        if not agent or not token:
            return self._note("an assignment without an agent or a token", r.work_id)
        if self._holders.setdefault((r.work_id, token), agent) != agent:
            return self._note("one token for two agents", r.work_id)
        if token <= seen.token:
            return None
        if seen.closed_by is not None:
            self._note("an assignment of closed work", r.work_id)
        if seen.held and r.attempt <= seen.attempt:
            self._note("two holders at once", r.work_id)
        elif seen.held:
            self._note("a new holder, and the old one was told of no release", r.work_id)
        self._works[r.work_id] = replace(seen, holder=agent, token=token, attempt=r.attempt, held=True)
        return None

    def _of_the_holder(self, r: WorkRecord, seen: Seen) -> None:
        token = r.token or 0
        if not r.agent_id or not token or token < seen.token or not seen.token:
            return
        if token > seen.token:
            if r.pool in self._offering:
                self._note(f"a {r.type} with a token that was given to nobody", r.work_id)
            self._works[r.work_id] = replace(
                seen, holder=r.agent_id, token=token, attempt=r.attempt, held=True
            )
        elif r.agent_id != seen.holder:
            self._note(f"a {r.type} for an agent who does not hold the work", r.work_id)

    def _closed(self, r: WorkRecord, seen: Seen) -> None:
        closer = (r.agent_id or "", r.token or 0)
        if seen.closed_by is not None and seen.closed_by != closer:
            self._note("work closed twice", r.work_id)
        if seen.held and closer != (seen.holder, seen.token) and closer[1] >= seen.token:
            self._note("work closed by somebody who did not hold it", r.work_id)
        self._works[r.work_id] = replace(seen, held=False, closed_by=closer)

    def _note(self, what: str, work: str) -> None:
        self.wrong[what] += 1
        self.examples.setdefault(what, work)
