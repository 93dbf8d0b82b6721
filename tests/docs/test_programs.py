"""The programs and command lines on the pages do what the pages say, on a real house."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import blocks
from tests.kit.house import House

WITHIN = 100


def _play(house: House, *command: str) -> str:
    """What a program prints that runs against this house; it must end well."""
    where = {"RELAIS_KAFKA": house.kafka, "RELAIS_NAMESPACE": house.namespace}
    done = subprocess.run(
        command, env=os.environ | where, capture_output=True, text=True, timeout=WITHIN, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_the_channel_gets_the_answer_of_the_bot(house: House, programs: Path) -> None:
    said = _play(house, sys.executable, str(programs / "channel.py"), "Combien coûte la livraison ?")
    assert "La livraison coûte 4,90 €." in said
    assert "Je suis un assistant automatique." in said


def test_the_agent_takes_a_work_and_closes_it(house: House, programs: Path) -> None:
    message = house.say("wants-a-person", "Je veux parler à un conseiller")
    said = _play(house, sys.executable, str(programs / "agent.py"))
    assert said.endswith("is closed: resolved\n")
    reply = house.eventually(lambda: house.reply_to(message, "agent"), "the agent's reply")
    assert reply["text"] == "Bonjour, je regarde votre dossier."


def test_kcat_publishes_a_message_and_reads_the_replies(house: House) -> None:
    if shutil.which("kcat") is None:
        pytest.skip("kcat is not installed")
    lines = next(block.text for block in blocks("sh") if "kcat" in block.text)
    lines = lines.replace("localhost:9092", house.kafka).replace("relais.", f"{house.namespace}.")
    publish, _, read = lines.partition("# read")
    _play(house, "bash", "-c", publish)
    house.eventually(lambda: house.reply_to("m-1", "bot"), "the bot's answer")
    assert "Delivery costs 4.90 €." in _play(house, "bash", "-c", "# read" + read)


def test_the_policy_is_checked_as_the_page_says(house: House) -> None:
    line = next(block.text for block in blocks("sh") if "policy check" in block.text)
    said = _play(house, "bash", "-c", line.replace(".venv/bin/relais", f"{sys.executable} -m services.cli"))
    assert said.startswith("deploy/policy.yaml: valid, version ")
