"""Failpoints: read without guessing, reached in the order of a batch's way, without effect when off."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest

from shared.contracts.errors import UserMistake
from shared.contracts.topics import INBOUND, REPLIES
from shared.runtime import failpoints
from shared.runtime.failpoints import PLACES, Failpoint, counting, parse
from shared.runtime.sender import Out, Sender
from tests.runtime.stand import records_of, stand_for


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("", ()),
        ("before_send:3:exit", (Failpoint("before_send", 3, "exit"),)),
        ("after_poll:1:delay=0.5", (Failpoint("after_poll", 1, "delay", 0.5),)),
        (
            "in_revoke:1:stop, after_ack:2:exit",
            (Failpoint("in_revoke", 1, "stop"), Failpoint("after_ack", 2, "exit")),
        ),
    ],
)
def test_the_variable_is_read_as_it_says(text: str, points: tuple[Failpoint, ...]) -> None:
    assert parse(text) == points


@pytest.mark.parametrize(
    "text",
    [
        *("before_send", "before_send:3", "nowhere:1:exit", "before_send:0:exit", "before_send:-1:exit"),
        *("before_send:1:explode", "before_send:1:delay", "before_send:1:delay=soon", "before_send:1:exit=2"),
    ],
)
def test_what_could_never_act_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(UserMistake, match="PLACE:HIT:ACTION"):
        parse(text)


def test_each_acts_once_when_its_hit_has_come() -> None:
    done: list[Failpoint] = []
    points = parse("after_poll:2:exit,after_ack:1:stop")
    reach = counting(points, done.append)
    for place in ("after_poll", "after_send", "after_poll", "after_poll", "after_ack", "after_ack"):
        reach(place)  # type: ignore[arg-type]
    assert done == list(points)


def test_without_the_variable_nothing_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failpoints, "reach", failpoints.reach)
    failpoints.install({"RELAIS_FAILPOINT": "after_poll:1:delay=0"})
    assert failpoints.reach is not failpoints._off
    failpoints.install({})
    assert failpoints.reach is failpoints._off


@pytest.mark.parametrize(("action", "number"), [("exit", signal.SIGKILL), ("stop", signal.SIGSTOP)])
def test_a_process_ends_or_stops_itself(action: str, number: signal.Signals) -> None:
    code = (
        "from shared.runtime import failpoints as f; f.install(); f.reach('after_ack'); f.reach('after_ack')"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], env=os.environ | {"RELAIS_FAILPOINT": f"after_ack:2:{action}"}
    )
    _, status = os.waitpid(process.pid, os.WUNTRACED)
    if action == "exit":
        assert os.WTERMSIG(status) == number
        return
    assert os.WSTOPSIG(status) == number
    process.send_signal(signal.SIGCONT)
    _, status = os.waitpid(process.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0


class _Producer:
    """Acknowledges everything."""

    def create_batch(self) -> _Producer:
        return self

    def append(self, **_: object) -> object:
        return self

    async def send_batch(self, *_: object, **__: object) -> Any:
        future = asyncio.get_running_loop().create_future()
        future.set_result(None)
        return future


async def test_every_place_is_reached_in_the_order_of_a_batchs_way(monkeypatch: pytest.MonkeyPatch) -> None:
    stand = stand_for(monkeypatch)
    reached: list[str] = []
    monkeypatch.setattr(failpoints, "reach", reached.append)
    sender = Sender("", "test", 1.0, "one")
    sender._producer = _Producer()  # type: ignore[assignment]
    stand.driver._sender = sender

    async def act(now: float) -> Sequence[Out]:
        return [Out(REPLIES, 0, None, b"")]

    await stand.assign(0)
    monkeypatch.setattr(stand.driver.workers[0], "act", act)
    await stand.driver.on_batch(records_of(INBOUND, 0, 1))
    await stand.driver.commit()
    await stand.driver.let_go()
    assert reached == ["in_assign", *PLACES[:6], "in_revoke"]
