"""What queueing theory says of M/M/c: customers come at random (Poisson), each needs an exponential time of
one of `c` alike agents, and who came first is served first.

Source: A. K. Erlang, "Solution of some problems in the theory of probabilities of significance in automatic
telephone exchanges", Elektroteknikeren 13 (1917); in today's form L. Kleinrock, "Queueing Systems I" (1975),
section 3.5. The probabilities come from the recursion of Erlang B, which overflows for no `c`."""

from math import exp, log


def erlang_b(agents: int, offered: float) -> float:
    """The probability that all are busy when nobody can wait; `offered` is arrival rate times mean service
    time, in erlangs. `B(0) = 1`, `B(n) = a B(n-1) / (n + a B(n-1))`."""
    blocked = 1.0
    for busy in range(1, agents + 1):
        blocked = offered * blocked / (busy + offered * blocked)
    return blocked


def erlang_c(agents: int, offered: float) -> float:
    """The probability to wait, for `offered` < `agents`: `c B / (c - a (1 - B))`."""
    if not 0 <= offered < agents:
        raise ValueError(f"{offered:g} erlangs are too much for {agents} agents: the queue has no end")
    blocked = erlang_b(agents, offered)
    return agents * blocked / (agents - offered * (1 - blocked))


def mean_wait(agents: int, offered: float, service: float) -> float:
    """The mean wait of all customers, in the unit of the mean `service` time: `C s / (c - a)`."""
    return erlang_c(agents, offered) * service / (agents - offered)


def waits_longer(agents: int, offered: float, service: float, than: float) -> float:
    """The probability of a wait longer than this: `C exp(-(c - a) t / s)`."""
    return erlang_c(agents, offered) * exp(-(agents - offered) * than / service)


def wait_quantile(agents: int, offered: float, service: float, share: float) -> float:
    """The wait that this share of customers does not exceed."""
    beyond = (1 - share) / erlang_c(agents, offered)
    return max(0.0, -log(beyond) * service / (agents - offered))
