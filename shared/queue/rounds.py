"""When everybody eligible has passed a work up: then the ring widens, and in the end a supervisor is told."""

import msgspec

from shared.policy.model import Policy
from shared.queue.desk import Desk
from shared.queue.eligibility import excluded_by, pools_asked
from shared.queue.rings import ring
from shared.queue.values import View, Waiting


def rounds_over(view: View, policy: Policy, desk: Desk | None = None) -> list[tuple[str, int]]:
    """The works (with their revision) that somebody has passed up since their last round ended, and that
    nobody is left for who has not. An agent without room or away is not waited for."""
    waiting = [w for lane in view.lanes for w in lane if not w.offered and _passed_since(w)]
    if not waiting:
        return []
    desk = desk or Desk(policy)
    desk.look(view)
    return [(w.item.id, w.revision) for w in waiting if not _somebody_left(w, view.now, policy, desk)]


def _passed_since(waiting: Waiting) -> set[str]:
    """Who has passed the work up in this round."""
    return {name for name, passed in waiting.passed.items() if passed.at > waiting.round_at}


def _somebody_left(waiting: Waiting, now: int, policy: Policy, desk: Desk) -> bool:
    """Whether an agent could take the work, or could but for an earlier round's cool-down, and was not
    asked in this one."""
    item, asked = waiting.item, _passed_since(waiting)
    afresh = msgspec.structs.replace(waiting, passed={})
    pools = pools_asked(item.pool, ring(item, now, waiting.rounds, policy), policy)
    able = desk.asked(pools, item)
    return any(excluded_by(agent, afresh, now, policy) is None for agent in able if agent.id not in asked)
