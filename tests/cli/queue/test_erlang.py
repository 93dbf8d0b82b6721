"""Erlang's formulas give the values that are printed in tables."""

import pytest

from services.cli.queue import erlang


@pytest.mark.parametrize(
    ("agents", "offered", "blocked"),
    [
        (1, 1.0, 0.5),
        (2, 1.0, 0.2),
        (5, 3.0, 0.1101),
        (10, 5.0, 0.0184),
        (20, 15.0, 0.0456),
    ],
)
def test_loss_is_that_of_the_printed_tables(agents: int, offered: float, blocked: float) -> None:
    assert erlang.erlang_b(agents, offered) == pytest.approx(blocked, abs=6e-5)


@pytest.mark.parametrize(
    ("agents", "offered", "waits"),
    [
        (1, 0.5, 0.5),
        (2, 1.0, 1 / 3),
        (3, 2.0, 4 / 9),
        (5, 4.0, 0.5541),
        (10, 8.0, 0.4092),
        (20, 16.0, 0.2561),
    ],
)
def test_the_probability_to_wait_is_that_of_the_printed_tables(
    agents: int, offered: float, waits: float
) -> None:
    assert erlang.erlang_c(agents, offered) == pytest.approx(waits, abs=6e-5)


@pytest.mark.parametrize("load", [0.1, 0.5, 0.9])
def test_one_agent_is_the_queue_whose_mean_wait_everybody_knows(load: float) -> None:
    assert erlang.mean_wait(1, load, 60) == pytest.approx(60 * load / (1 - load))


def test_the_quantile_is_where_the_tail_says() -> None:
    at = erlang.wait_quantile(5, 4.0, 60, 0.95)
    assert erlang.waits_longer(5, 4.0, 60, at) == pytest.approx(0.05)
    assert erlang.wait_quantile(5, 1.0, 60, 0.5) == 0


def test_many_agents_are_no_trouble() -> None:
    assert 0 < erlang.erlang_c(5_000, 4_900) < 1


@pytest.mark.parametrize("offered", [5.0, 7.5, -1.0])
def test_too_much_work_is_no_queue(offered: float) -> None:
    with pytest.raises(ValueError, match="no end"):
        erlang.erlang_c(5, offered)
