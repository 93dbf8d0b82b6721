"""What a drill showed: moments in, figures out. All moments are seconds of one monotonic clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from services.cli.drill.floor import Floor
from services.cli.drill.parts import Part
from services.cli.simulate import report
from services.cli.simulate.account import Account, Fate

LOOKS = 1.0
"""Seconds between two looks of who is to notice, at most: a loss is noticed so much after its deadline."""
Missing = Literal["back", "old", "answer", "work", "queue", "offer"]
"""What has to be seen before all is as before: the part itself, the outcomes of all that came before its
return, an answer of the bot to what came after it; of the human queue a work that came after it, the
dispatcher's word that it reaches the queue, and an offer if somebody is here for it."""


@dataclass
class Moments:
    """When what was seen. `sent` and `settled` go by the number of the letter; `backlog` is the most messages
    without an outcome that the house itself owned up to, `None` when it never said."""

    gone: float | None = None
    back: float | None = None
    sent: dict[int, float] = field(default_factory=dict)
    settled: dict[int, float] = field(default_factory=dict)
    backlog: int | None = None
    floor: Floor = field(default_factory=Floor)

    def watch(self, account: Account, now: float) -> None:
        """Note what is new in the account."""
        for number in account.acknowledged - self.sent.keys():
            self.sent[number] = now
        for number in account.fates.keys() - self.settled.keys():
            self.settled[number] = now
            self.sent.setdefault(number, now)

    def house_has(self, unsettled: int | None) -> None:
        """Note how many messages of the house are without an outcome."""
        if unsettled is not None:
            self.backlog = max(unsettled, self.backlog or 0)


def detected(part: Part, moments: Moments, fates: Mapping[int, Fate]) -> float | None:
    """When the first message went to people because the part was gone, or the dispatcher said so."""
    if moments.gone is None:
        return None
    if part.serves_queue:
        return moments.floor.lost(moments.gone)
    found = [
        at
        for number, at in moments.settled.items()
        if at >= moments.gone and set(part.reasons) & set(fates[number].reasons)
    ]
    return min(found, default=None)


def reached(moments: Moments, detection: float | None) -> float | None:
    """When the last message that was open or came between the loss and its detection had its outcome; `None`
    when one of them still had none as the part came back."""
    if moments.gone is None or detection is None:
        return None
    caught = [
        number
        for number, at in moments.sent.items()
        if at <= detection and moments.settled.get(number, detection) >= moments.gone
    ]
    if any(number not in moments.settled for number in caught):
        return None
    last = max((moments.settled[number] for number in caught), default=None)
    return None if last is None or (moments.back is not None and last > moments.back) else last


def unnoticed(part: Part, moments: Moments, detection: float | None, deadline: float) -> bool:
    """Whether nobody noticed although the part was gone for longer than the `deadline`. Where messages show
    it, one of them must have had that long."""
    if detection is not None or moments.gone is None or moments.back is None:
        return False
    last = moments.back - deadline - LOOKS
    begun = (moments.gone,) if part.serves_queue else moments.sent.values()
    return any(moments.gone <= at < last for at in begun)


def recovery(part: Part, moments: Moments, fates: Mapping[int, Fate]) -> dict[Missing, float | None]:
    """When each thing that has to be seen after the return was seen; `None`: it was not."""
    back, floor = moments.back, moments.floor
    if back is None:
        return {"back": None}
    old = [moments.settled.get(number) for number, at in moments.sent.items() if at < back]
    new = [
        at
        for number, at in moments.settled.items()
        if moments.sent[number] >= back and fates[number].outcome == "answered"
    ]
    seen: dict[Missing, float | None] = {
        "back": back,
        "old": None if None in old else max((at for at in old if at is not None), default=back),
        "answer": min(new, default=None),
    }
    if part.serves_queue:
        works = [at for number, at in floor.works.items() if moments.sent.get(number, 0.0) >= back]
        seen |= {"work": min(works, default=None), "queue": floor.found()}
        if floor.waits_for_offer(moments.gone or back):
            seen["offer"] = floor.offered(back)
    return seen


def missing(part: Part, moments: Moments, fates: Mapping[int, Fate]) -> list[Missing]:
    """What has not been seen yet of all that has to be."""
    return [name for name, at in recovery(part, moments, fates).items() if at is None]


def recovered(part: Part, moments: Moments, fates: Mapping[int, Fate]) -> float | None:
    """When the last thing was seen that had to be; `None` while one is missing."""
    seen = recovery(part, moments, fates).values()
    return None if None in seen else max(at for at in seen if at is not None)


def peak(moments: Moments) -> int:
    """The most letters of the drill that were without an outcome at the same time."""
    changes = [(at, 1) for at in moments.sent.values()] + [(at, -1) for at in moments.settled.values()]
    most = open_now = 0
    for _, change in sorted(changes):
        open_now += change
        most = max(most, open_now)
    return most


def figures(part: Part, moments: Moments, account: Account, deadline: float) -> dict[str, Any]:
    """The drill in numbers; seconds since the part was gone, or of `recovery_s` since it was back. `None` is
    what did not happen. The promise is judged as by `relais simulate`; `deadline_s` is the one in force."""
    found, told = detected(part, moments, account.fates), report.figures(account)
    absent = missing(part, moments, account.fates)
    blind, kept = unnoticed(part, moments, found, deadline), not report.failed(told)
    return {
        "passed": kept and not blind and not absent,
        "gone_s": _since(moments.gone, moments.back),
        "deadline_s": deadline,
        "detection_s": _since(moments.gone, found),
        "unnoticed": blind,
        "all_to_people_s": None if part.serves_queue else _since(moments.gone, reached(moments, found)),
        "backlog_peak": peak(moments),
        "house_backlog_peak": moments.backlog,
        "recovery_s": _since(moments.back, recovered(part, moments, account.fates)),
        "missing": absent,
        "offers": moments.floor.offered(moments.back or 0.0) is not None,
        "doubled": told["both"],
        "kept": kept,
        "messages": told,
    }


def _since(start: float | None, end: float | None) -> float | None:
    return None if start is None or end is None else round(end - start, 1)
