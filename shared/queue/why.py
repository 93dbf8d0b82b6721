"""Why nobody has got a work: for every agent known, the first rule that says no."""

from shared.policy.model import Policy
from shared.queue.eligibility import excluded_by, kept_for
from shared.queue.values import Agent, Rule, View, Waiting


def why(waiting: Waiting, view: View, policy: Policy) -> tuple[tuple[str, Rule], ...]:
    """Agents who may not be offered the work now, by id, each with the first rule that says so. Who is
    missing may have it: works before it, or its closed pool, are then what it waits for."""
    known = view.agents.get(waiting.item.sticky)
    kept = kept_for(known, waiting, view.now, policy)
    first = {name: excluded_by(agent, waiting, view.now, policy) for name, agent in view.agents.items()}
    alone = None not in first.values()
    rules = {
        name: _rule(agent, first[name], waiting, view.now, policy, alone)
        for name, agent in view.agents.items()
    }
    if kept:
        rules = {name: rule or "kept_for_another" for name, rule in rules.items()}
    return tuple((name, rule) for name, rule in sorted(rules.items()) if rule is not None)


def _rule(
    agent: Agent, first: Rule | None, waiting: Waiting, now: int, policy: Policy, alone: bool
) -> Rule | None:
    """As `first` says, but that a cool-down is a plain one while nobody else is eligible."""
    if first != "cooldown" or not alone:
        return first
    return excluded_by(agent, waiting, now, policy, alone=True)
