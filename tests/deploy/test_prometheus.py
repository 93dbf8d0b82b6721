"""What Prometheus is told: by its own tool, and by a real one that scrapes every service."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.fallback.settings import Settings
from tests.deploy.catalogue import unknown
from tests.deploy.conftest import Tool
from tests.deploy.parts import DEPLOY, RULES, SERVICES, image_environment
from tests.kit.house import House
from tests.kit.process import ProcessServer, free_port, scratch, wait_until
from tests.kit.report import RanAgainst

HOME = DEPLOY / "prometheus"
CONFIG: dict[str, Any] = yaml.safe_load((HOME / "prometheus.yml").read_text())


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return str(answer.read().decode())


def answers(url: str) -> bool:
    try:
        get(url)
    except OSError:
        return False
    return True


def test_the_configuration_and_its_rules_are_valid(promtool: Tool) -> None:
    done = promtool("check", "config", HOME / "prometheus.yml")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_configuration_for_kubernetes_is_valid(promtool: Tool, tmp_path: Path) -> None:
    # Debian's Prometheus is built without the discovery of pods: all but that is checked.
    config = yaml.safe_load((HOME / "kubernetes.yml").read_text())
    [job] = config["scrape_configs"]
    assert job.pop("kubernetes_sd_configs") == [{"role": "pod", "namespaces": {"names": ["relais"]}}]
    path = tmp_path / "prometheus.yml"
    path.write_text(yaml.safe_dump(config | {"rule_files": [str(HOME / "rules.yml")]}))
    done = promtool("check", "config", path)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_rules_are_free_of_what_the_linter_warns_of(promtool: Tool) -> None:
    done = promtool("check", "rules", "--lint-fatal", "--lint=all", HOME / "rules.yml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_trouble_fires_its_alert_and_no_other(promtool: Tool) -> None:
    done = promtool("test", "rules", HOME / "rules_test.yml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_has_a_test() -> None:
    tests = (HOME / "rules_test.yml").read_text()
    assert [rule["alert"] for rule in RULES if f'{{alertname="{rule["alert"]}"}}' not in tests] == []


def test_every_alert_names_only_metrics_and_labels_that_exist() -> None:
    assert {rule["alert"]: unknown(rule["expr"]) for rule in RULES if unknown(rule["expr"])} == {}


def test_every_alert_says_what_to_do() -> None:
    for rule in RULES:
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert rule["annotations"].keys() == {"summary", "action", "runbook"}


def test_an_old_message_is_told_when_every_deadline_is_over() -> None:
    deadlines = Settings()
    [rule] = [rule for rule in RULES if rule["alert"] == "RelaisOldestUnsettled"]
    threshold = float(rule["expr"].rpartition(">")[2])
    assert threshold >= deadlines.patience + deadlines.bot_deadline + deadlines.silence


def test_a_service_that_nobody_scrapes_is_told_too() -> None:
    [rule] = [rule for rule in RULES if rule["alert"] == "RelaisServiceDown"]
    assert set(re.findall(r'absent\(up\{job="relais",service="(\w+)"\}\)', rule["expr"])) == set(SERVICES)


def test_every_service_of_the_compose_file_is_scraped_where_it_listens() -> None:
    [job] = CONFIG["scrape_configs"]
    port = image_environment()["RELAIS_HTTP_PORT"]
    scraped = {group["labels"]["service"]: group["targets"] for group in job["static_configs"]}
    assert scraped == {service: [f"{service}:{port}"] for service in SERVICES}


def test_promtool_finds_nothing_wrong_with_the_metrics_of_any_service(
    promtool: Tool, deployed: House
) -> None:
    deployed.say("promtool", "Bonjour, quels sont vos délais de livraison ?")
    deployed.eventually(
        lambda: deployed.accounts()["accepted"] and not deployed.accounts()["unsettled"], "an outcome"
    )
    for service in SERVICES:
        done = promtool("check", "metrics", told=get(f"http://127.0.0.1:{deployed.ports[service]}/metrics"))
        assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), service


@pytest.fixture(scope="module")
def prometheus(deployed: House, ran_against: RanAgainst) -> Iterator[str]:
    """The address of a Prometheus that runs our configuration: its targets where they are here, and often."""
    program = shutil.which("prometheus")
    if program is None:
        ran_against("Prometheus", "not installed here")
        pytest.skip("no prometheus here")
    home, port = scratch(), free_port()
    (home / "prometheus.yml").write_text(yaml.safe_dump(_config_here(deployed)))
    server = ProcessServer(
        [
            program,
            f"--config.file={home}/prometheus.yml",
            f"--storage.tsdb.path={home}/data",
            f"--web.listen-address=127.0.0.1:{port}",
        ],
        kind="installed",
        address=f"127.0.0.1:{port}",
        version=_version(program),
        home=home,
        answers=lambda address: answers(f"http://{address}/-/ready"),
    )
    try:
        server.start()
        ran_against("Prometheus", f"real: Prometheus {server.version}, installed here")
        yield f"http://{server.address}"
    finally:
        server.close()


def _config_here(house: House) -> dict[str, Any]:
    [job] = CONFIG["scrape_configs"]
    places = [
        {**group, "targets": [f"127.0.0.1:{house.ports[group['labels']['service']]}"]}
        for group in job["static_configs"]
    ]
    often = dict.fromkeys(CONFIG["global"], "1s")
    jobs = [{**job, "static_configs": places}]
    return {**CONFIG, "global": often, "rule_files": [str(HOME / "rules.yml")], "scrape_configs": jobs}


def _version(program: str) -> str:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, timeout=30)
    found = re.search(r"version (\S+)", said.stdout + said.stderr)
    return found[1] if found else "unknown"


def ask(address: str, expression: str) -> dict[str, float]:
    """The value of an expression for each service."""
    question = urllib.parse.urlencode({"query": expression})
    found = json.loads(get(f"{address}/api/v1/query?{question}"))["data"]["result"]
    return {series["metric"].get("service", ""): float(series["value"][1]) for series in found}


def test_a_real_prometheus_finds_every_service_up_and_ready(prometheus: str) -> None:
    everybody = dict.fromkeys(SERVICES, 1.0)
    wait_until(lambda: ask(prometheus, 'up{job="relais"}') == everybody, 30, "every target is up")
    wait_until(lambda: ask(prometheus, "relais_ready") == everybody, 30, "every service is ready")
    targets = json.loads(get(f"{prometheus}/api/v1/targets"))["data"]["activeTargets"]
    assert {target["health"] for target in targets} == {"up"}


def test_a_real_prometheus_sees_the_outcome_of_a_message(prometheus: str, deployed: House) -> None:
    outcomes = 'sum(relais_outcomes{outcome=~"answered|people|quarantined"})'
    wait_until(lambda: ask(prometheus, outcomes), 30, "the accounts are scraped")
    before = ask(prometheus, outcomes)[""]
    deployed.say("prometheus", "I want to talk to a person.")
    wait_until(lambda: ask(prometheus, outcomes)[""] > before, 30, "one more outcome")


def test_a_real_prometheus_evaluates_every_rule_and_a_house_at_work_is_quiet(prometheus: str) -> None:
    def rules() -> list[dict[str, Any]]:
        groups = json.loads(get(f"{prometheus}/api/v1/rules"))["data"]["groups"]
        return [rule for group in groups for rule in group["rules"]]

    wait_until(lambda: {rule["health"] for rule in rules()} == {"ok"}, 30, "every rule is evaluated")
    assert {rule["name"] for rule in rules()} == {rule["alert"] for rule in RULES}
    assert [rule["name"] for rule in rules() if rule["state"] == "firing"] == []
