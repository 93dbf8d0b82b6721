"""The manifests for Kubernetes, as kustomize puts them together; no cluster is needed."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from shared.runtime.service import STOP_WITHIN
from tests.deploy.conftest import Tool
from tests.deploy.parts import DEPLOY, SERVICES, VERSION, image_environment, instructions, variables_of

Manifest = dict[str, Any]
COMPONENT = "app.kubernetes.io/component"


@pytest.fixture(scope="module")
def manifests(kubectl: Tool) -> list[Manifest]:
    done = kubectl("kustomize", DEPLOY)
    assert done.returncode == 0, done.stderr
    return list(yaml.safe_load_all(done.stdout))


def of_kind(manifests: list[Manifest], kind: str) -> dict[str, Manifest]:
    return {found["metadata"]["name"]: found for found in manifests if found["kind"] == kind}


def by_service(manifests: list[Manifest]) -> dict[str, Manifest]:
    found = of_kind(manifests, "Deployment").values()
    return {each["metadata"]["labels"][COMPONENT]: each for each in found}


def pods(manifests: list[Manifest]) -> list[Manifest]:
    makers = [*of_kind(manifests, "Deployment").values(), *of_kind(manifests, "Job").values()]
    made: list[Manifest] = [maker["spec"]["template"]["spec"] for maker in makers]
    return made


def test_every_service_has_a_deployment_that_runs_it(manifests: list[Manifest]) -> None:
    found = by_service(manifests)
    assert found.keys() == set(SERVICES)
    for service, deployment in found.items():
        [container] = deployment["spec"]["template"]["spec"]["containers"]
        assert container["command"] == ["python", "-m", f"services.{service}"]
        selected = deployment["spec"]["selector"]["matchLabels"].items()
        assert selected <= deployment["spec"]["template"]["metadata"]["labels"].items()


def test_one_pod_of_each_service_may_be_disturbed_at_a_time(manifests: list[Manifest]) -> None:
    budgets = of_kind(manifests, "PodDisruptionBudget").values()
    chosen = {budget["spec"]["selector"]["matchLabels"][COMPONENT]: budget for budget in budgets}
    assert chosen.keys() == set(SERVICES)
    for service, deployment in by_service(manifests).items():
        assert chosen[service]["spec"]["maxUnavailable"] == 1 < deployment["spec"]["replicas"]


def test_services_are_asked_whether_they_live_and_whether_they_are_ready(manifests: list[Manifest]) -> None:
    port = int(image_environment()["RELAIS_HTTP_PORT"])
    for deployment in by_service(manifests).values():
        [container] = deployment["spec"]["template"]["spec"]["containers"]
        assert container["livenessProbe"]["httpGet"] == {"path": "/live", "port": "http"}
        assert container["readinessProbe"]["httpGet"] == {"path": "/ready", "port": "http"}
        assert container["ports"] == [{"name": "http", "containerPort": port}]


def test_prometheus_finds_the_pods_and_the_names_of_their_services(manifests: list[Manifest]) -> None:
    config = yaml.safe_load((DEPLOY / "prometheus" / "kubernetes.yml").read_text())
    port, service, _ = config["scrape_configs"][0]["relabel_configs"]
    assert (port["action"], port["regex"]) == ("keep", "http")
    assert service["source_labels"] == ["__meta_kubernetes_pod_label_" + re.sub(r"\W", "_", COMPONENT)]
    assert config["scrape_configs"][0]["kubernetes_sd_configs"][0]["namespaces"]["names"] == ["relais"]
    assert {each["metadata"].get("namespace", "relais") for each in manifests} == {"relais"}


def test_pods_have_no_rights_they_do_not_need(manifests: list[Manifest]) -> None:
    for pod in pods(manifests):
        [container] = pod["containers"]
        assert (
            f"{pod['securityContext']['runAsUser']}:{pod['securityContext']['runAsGroup']}"
            in instructions("USER")
        )
        assert pod["securityContext"]["runAsNonRoot"]
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


def test_pods_have_limits_and_the_image_of_this_version(manifests: list[Manifest]) -> None:
    for pod in pods(manifests):
        [container] = pod["containers"]
        assert container["resources"]["limits"].keys() == {"cpu", "memory"}
        assert container["resources"]["requests"].keys() == {"cpu", "memory"}
        assert container["image"] == f"relais:{VERSION}"


def test_services_have_time_to_stop(manifests: list[Manifest]) -> None:
    for deployment in by_service(manifests).values():
        assert deployment["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > STOP_WITHIN


def test_the_topics_job_runs_to_its_end_and_can_be_applied_again(manifests: list[Manifest]) -> None:
    job = of_kind(manifests, "Job")["topics"]["spec"]
    assert job["template"]["spec"]["containers"][0]["command"] == ["relais", "topics", "create"]
    assert job["template"]["spec"]["restartPolicy"] == "OnFailure"
    assert job["ttlSecondsAfterFinished"] <= 60


def test_every_variable_is_one_that_services_know(manifests: list[Manifest]) -> None:
    known = set().union(*map(variables_of, SERVICES))
    maps = of_kind(manifests, "ConfigMap")
    for pod in pods(manifests):
        [container] = pod["containers"]
        [source] = container["envFrom"]
        given = maps[source["configMapRef"]["name"]]["data"].keys() | {
            each["name"] for each in container["env"]
        }
        assert given <= known


def test_the_policy_and_the_faq_are_mounted_where_the_variables_say(manifests: list[Manifest]) -> None:
    maps = of_kind(manifests, "ConfigMap")
    for pod in pods(manifests):
        [container] = pod["containers"]
        mounted = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
        volumes = {volume["name"]: volume for volume in pod["volumes"]}
        files = maps[volumes["policy"]["configMap"]["name"]]["data"]
        assert files == {name: (DEPLOY / name).read_text() for name in ("policy.yaml", "faq.yaml")}
        said = maps[container["envFrom"][0]["configMapRef"]["name"]]["data"]
        assert said["RELAIS_POLICY"] == f"{mounted['policy']}/policy.yaml"
        assert said["RELAIS_FAQ"] == f"{mounted['policy']}/faq.yaml"
