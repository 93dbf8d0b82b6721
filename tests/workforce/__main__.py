"""Twenty agents, two thousand conversations, three dispatchers of which one is killed every 20 seconds,
and a Redis that is wiped twice; then the judgement. Real Kafka and Redis. Exits 1 when anything is wrong."""

from __future__ import annotations

import argparse
import sys
import threading
import time
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import yaml
from redis import Redis

from shared.runtime.settings import ROOT
from tests.kit.house import House
from tests.kit.kafka import RealKafka
from tests.kit.redis import RealRedis
from tests.workforce.judge import Verdict, judge
from tests.workforce.tools import Tools

COST, CAPACITY = 20, 100
SERVICES = ("intent_classifier", "sentiment_scorer", "router", "fallback", "courier")
DISPATCHERS = ("dispatcher-a", "dispatcher-b", "dispatcher-c")
TEXTS = (
    "Je veux parler à un conseiller",
    "I want to talk to a person",
    "Passez-moi un humain s'il vous plaît",
)


def main() -> None:
    """Play it, print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.workforce", description=__doc__)
    parser.add_argument("--agents", type=int, default=20)
    parser.add_argument("--conversations", type=int, default=2000)
    parser.add_argument("--rate", type=float, default=15, help="conversations begun a second")
    parser.add_argument(
        "--kill-every", type=float, default=20, help="seconds between two kills of a dispatcher"
    )
    parser.add_argument("--wipes", type=int, default=2, help="how often Redis is wiped")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with RealKafka(own=True) as kafka, RealRedis(own=True) as redis:
        print(f"Kafka {kafka.version}, Redis {redis.version}", flush=True)
        sys.exit(0 if play(kafka.address, redis.url, chosen) else 1)


def play(kafka: str, redis: str, chosen: Any) -> bool:
    """Whether everything was right."""
    environment = {"RELAIS_POLICY": str(_policy()), "RELAIS_SESSION_TIMEOUT": "6"}
    with House(kafka, redis, **environment) as house:
        for label in DISPATCHERS:
            house.launch("dispatcher", label)
        house.start(*SERVICES)
        house.wait_ready(*DISPATCHERS)
        tools = Tools(house, chosen.agents, chosen.seed)
        stop = threading.Event()
        trouble = threading.Thread(target=_trouble, args=(house, redis, chosen, stop))
        trouble.start()
        said = _customers(house, chosen)
        _until_closed(tools, len(said))
        stop.set()
        trouble.join()
        report = tools.stop()
        _until_quiet(house)
        verdict = judge(house, said, CAPACITY // COST)
        _show(verdict, report)
        return not verdict.wrong and not report["contradictions"]


def _policy() -> Path:
    """The shipped one, but that a held work always costs the same: then what fits is a number of works."""
    policy = yaml.safe_load((ROOT / "deploy" / "policy.yaml").read_text())
    policy["capacity"] = {
        "default_cost": COST,
        "costs": {"chat": COST},
        "emotional": 0,
        "turns": {"customer": 1, "idle": 1, "hold": 1},
        "returning": 1,
        "per_hour": 10_000,
    }
    policy["offers"] = {"default_life": 20, "life": {"chat": 20}, "cooldown": 3}
    path = Path(mkdtemp()) / "policy.yaml"
    path.write_text(yaml.safe_dump(policy))
    return path


def _customers(house: House, chosen: Any) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    begun = time.monotonic()
    for number in range(chosen.conversations):
        conversation = f"w-{chosen.seed}-{number}"
        said[conversation] = [house.say(conversation, TEXTS[number % len(TEXTS)])]
        if number % 5 == 0:
            said[conversation].append(house.say(conversation, "Vous êtes là ?"))
        time.sleep(max(0.0, begun + number / chosen.rate - time.monotonic()))
        if number % 200 == 199:
            print(f"{number + 1} conversations begun", flush=True)
    return said


def _trouble(house: House, redis: str, chosen: Any, stop: threading.Event) -> None:
    """One dispatcher after the other is killed and comes back; now and then Redis is wiped."""
    begun, wiped, turn = time.monotonic(), 0, 0
    lasts = chosen.conversations / chosen.rate
    with Redis.from_url(redis) as client:
        while not stop.wait(chosen.kill_every):
            label = DISPATCHERS[turn % len(DISPATCHERS)]
            turn += 1
            house.kill(label)
            print(f"{label} killed", flush=True)
            if wiped < chosen.wipes and time.monotonic() - begun > lasts * (wiped + 1) / (chosen.wipes + 1):
                wiped += 1
                client.flushall()
                print("Redis wiped", flush=True)
            house.launch("dispatcher", label)


def _until_closed(tools: Tools, conversations: int, patience: float = 180) -> None:
    """Wait as long as agents get on."""
    closed, since = -1, time.monotonic()
    while closed < conversations and time.monotonic() - since < patience:
        now = tools.closed
        if now != closed:
            closed, since = now, time.monotonic()
        time.sleep(1)


def _until_quiet(house: House) -> None:
    """Everything written is told."""
    house.wait_ready(*DISPATCHERS, "courier")
    time.sleep(5)


def _show(verdict: Verdict, report: dict[str, Any]) -> None:
    print(f"conversations {verdict.conversations}, messages {verdict.messages}, closed {verdict.closed}")
    print(
        f"assignments {verdict.assignments}; most held at once {max(verdict.most_held.values(), default=0)}"
    )
    print(f"the tools' own report: {report}")
    print(f"wrong: {len(verdict.wrong)}")
    for line in verdict.wrong[:30]:
        print(f"  {line}")


if __name__ == "__main__":
    main()
