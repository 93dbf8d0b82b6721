"""Why nobody has got a work."""

from hypothesis import given

from shared.queue.eligibility import excluded_by
from shared.queue.match import match
from shared.queue.values import Passed, View
from shared.queue.why import why
from tests.queue.given import MINUTE, NOW, POLICY, SECOND, agent, held, passed, view, views, waiting

FULL = tuple(held(f"9:{n}") for n in range(5))


def test_everybody_known_is_named_with_the_first_rule_that_excludes_them() -> None:
    people = (
        agent("dan", languages=("en",), status="busy"),
        agent("ann", held=FULL),
        agent("bob", pools=()),
        agent("cid"),
    )
    assert why(waiting(), view([], *people), POLICY) == (
        ("ann", "capacity"),
        ("bob", "not_in_pool"),
        ("dan", "language"),
    )


def test_others_are_told_that_it_is_kept_for_the_person_whom_the_customer_knows() -> None:
    work = waiting(sticky="ann", sticky_until=NOW + MINUTE)
    here = view([], agent("ann", status="busy"), agent("bob"), agent("cid", pools=()))
    assert why(work, here, POLICY) == (("ann", "status"), ("bob", "kept_for_another"), ("cid", "not_in_pool"))


def test_a_long_cool_down_is_not_named_while_nobody_else_could_take_it() -> None:
    work = waiting(passed={"ann": Passed(3, NOW - 40 * SECOND)})
    assert why(work, view([], agent("ann")), POLICY) == ()
    assert why(work, view([], agent("ann"), agent("bob")), POLICY) == (("ann", "cooldown"),)
    assert why(waiting(passed=passed(ann=9)), view([], agent("ann")), POLICY) == (("ann", "cooldown"),)


@given(views())
def test_who_is_offered_a_work_is_not_among_those_excluded(here: View) -> None:
    made = match(here, POLICY, most=1)
    for offer in made:
        work = next(w for lane in here.lanes for w in lane if w.item.id == offer.work)
        told = dict(why(work, here, POLICY))
        assert not told.keys() & {name for name, _ in offer.agents}
        assert all(rule == excluded_by(here.agents[name], work, NOW, POLICY) for name, rule in told.items())
