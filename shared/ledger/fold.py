"""`fold`: the verdict of the book on its next entry. Pure: nothing but the book's state, the entry
and its place goes in; no clock, no lease, no other store. Every service folds the same entries in the
same order, so all of them see the same outcomes without asking anybody.

    entry        is valid when …                                       and then
    Routed       first for its ref, ref unsettled                      people: settles it; bot: opens it
    Answered     ref is the oldest open one, epoch current             settles
    HandedOver   epoch current, a listed ref unsettled                 settles all of them with people
    Quarantined  ref unsettled and not routed                          settles; so does CanaryPassed
    Moved        ref unsettled and not routed                          settles here; MoveDone: it lies at home
    Gap          no message at these offsets was routed                nothing will ever lie there
    TakenOver    conversation with the bot                             passes to people
    Returned     epoch current, no open work, few moves or afresh      passes to the bot; afresh: no moves yet
    Assigned     work open, held by nobody, attempt current            the agent holds it
    Released     agent holds the work, token current                   it waits again, attempt + 1
    Transferred  the same, and few transfers                           it waits in another pool, attempt + 1
    Overflowed   work open, held by nobody, attempt current            it waits in another pool, attempt + 1
    OnHold       agent holds the work, token current                   whose turn it is
    Replied      agent holds the work, token current                   a person's answer
    Closed       agent holds the work, token current                   the work ends
    WrappedUp    agent closed the work last, without a disposition     there is nothing left to say of it

An entry that is not valid is *inert*: counted, kept, never acted on. *Sweep*: when a conversation
passes to people its open messages are settled with it. *One work*: while a work is open, further
human outcomes join it. A repeated external id is settled as a duplicate, whoever routes it. *Few*: as
`MOST_MOVES` and `MOST_TRANSFERS` say; to people a conversation passes always. *Afresh*: see `rules.returned`.
"""

from collections.abc import Callable
from typing import Any

from shared.contracts import ledger as entries
from shared.ledger import rules, works
from shared.ledger.state import BookView, Outcome, Place, Settled, Verdict, inert


def fold(book: BookView, entry: entries.Entry, place: Place) -> Verdict:
    """The verdict on `entry`, which lies at `place`; `Book.apply` then keeps what it says."""
    try:
        return _RULES[type(entry)](book, entry, place)
    except ValueError:
        return inert("foreign_ref")


def _routed(book: BookView, e: entries.Routed, place: Place) -> Verdict:
    taken = book.taken(e.ref)
    if taken:
        return inert(taken)
    return rules.routed(book.conversation(e.conversation), e, book.here(e.ref), place)


def _settles(outcome: Outcome) -> "Rule":
    def rule(book: BookView, e: Any, place: Place) -> Verdict:
        taken = book.taken(e.ref)
        return inert(taken) if taken else Verdict(settled=(Settled(book.here(e.ref), outcome),))

    return rule


def _answered(book: BookView, e: entries.Answered, place: Place) -> Verdict:
    return rules.answered(book.conversation(e.conversation), e, book.here(e.ref), place)


def _handed_over(book: BookView, e: entries.HandedOver, place: Place) -> Verdict:
    listed = {book.here(ref) for ref in e.refs}
    mine = [o for o in listed if book.unsettled(o) and book.open.get(o, e.conversation) == e.conversation]
    return rules.handed_over(book.conversation(e.conversation), e, mine, place)


def _move_done(book: BookView, e: entries.MoveDone, place: Place) -> Verdict:
    return Verdict() if book.here(e.ref) in book.moving else inert("not_moving")


def _gap(book: BookView, e: entries.Gap, place: Place) -> Verdict:
    if e.last < e.first or any(e.first <= offset <= e.last for offset in book.open):
        return inert("not_a_gap")
    return Verdict() if book.frontier.missing(e.first, e.last) else inert("settled")


def _of_conversation(rule: Callable[..., Verdict]) -> "Rule":
    def judged(book: BookView, e: entries.TakenOver | entries.Returned, place: Place) -> Verdict:
        return rule(book.conversation(e.conversation), e, place)

    return judged


def _of_work(rule: Callable[..., Verdict]) -> "Rule":
    def judged(book: BookView, e: Any, place: Place) -> Verdict:
        book.here(e.work)
        return rule(book.conversation(e.conversation), e, place)

    return judged


Rule = Callable[[BookView, Any, Place], Verdict]
_RULES: dict[type, Rule] = {
    entries.Routed: _routed,
    entries.Answered: _answered,
    entries.HandedOver: _handed_over,
    entries.Quarantined: _settles("quarantined"),
    entries.Moved: _settles("moved"),
    entries.MoveDone: _move_done,
    entries.CanaryPassed: _settles("canary"),
    entries.Gap: _gap,
    entries.TakenOver: _of_conversation(rules.taken_over),
    entries.Returned: _of_conversation(rules.returned),
    entries.Assigned: _of_work(works.assigned),
    entries.Released: _of_work(works.released),
    entries.Transferred: _of_work(works.transferred),
    entries.Overflowed: _of_work(works.overflowed),
    entries.OnHold: _of_work(works.on_hold),
    entries.Replied: _of_work(works.replied),
    entries.Closed: _of_work(works.closed),
    entries.WrappedUp: _of_work(works.wrapped_up),
}
