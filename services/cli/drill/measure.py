"""What a drill showed: moments in, figures out. All moments are seconds of one monotonic clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.cli.drill.parts import Part
from services.cli.simulate import report
from services.cli.simulate.account import Account, Fate


@dataclass
class Moments:
    """When what was seen. `sent` and `settled` go by the number of the letter; `backlog` is the most messages
    without an outcome that the house itself owned up to, `None` when it never said."""

    gone: float | None = None
    back: float | None = None
    sent: dict[int, float] = field(default_factory=dict)
    settled: dict[int, float] = field(default_factory=dict)
    backlog: int | None = None

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
    """When the first message went to people because the part was gone."""
    if moments.gone is None:
        return None
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


def recovered(moments: Moments, fates: Mapping[int, Fate]) -> float | None:
    """When the bot had answered a message that came after the return, and everything from before it had its
    outcome."""
    back = moments.back
    if back is None or any(at < back and n not in moments.settled for n, at in moments.sent.items()):
        return None
    old = [moments.settled[n] for n, at in moments.sent.items() if at < back]
    new = [
        at
        for number, at in moments.settled.items()
        if moments.sent[number] >= back and fates[number].outcome == "answered"
    ]
    return max(back, min(new), *old) if new else None


def peak(moments: Moments) -> int:
    """The most letters of the drill that were without an outcome at the same time."""
    changes = [(at, 1) for at in moments.sent.values()] + [(at, -1) for at in moments.settled.values()]
    most = open_now = 0
    for _, change in sorted(changes):
        open_now += change
        most = max(most, open_now)
    return most


def figures(part: Part, moments: Moments, account: Account) -> dict[str, Any]:
    """The drill in numbers; seconds since the part was gone, or of `recovery_s` since it was back. `None` is
    what did not happen. The promise is judged as by `relais simulate`."""
    found = detected(part, moments, account.fates)
    told = report.figures(account)
    return {
        "gone_s": _since(moments.gone, moments.back),
        "detection_s": _since(moments.gone, found),
        "all_to_people_s": _since(moments.gone, reached(moments, found)),
        "backlog_peak": peak(moments),
        "house_backlog_peak": moments.backlog,
        "recovery_s": _since(moments.back, recovered(moments, account.fates)),
        "doubled": told["both"],
        "kept": not report.failed(told),
        "messages": told,
    }


def _since(start: float | None, end: float | None) -> float | None:
    return None if start is None or end is None else round(end - start, 1)
