"""Apache Kafka from its published Maven jars: one JVM that is broker and controller, nothing to install.

The jars are a cache outside the repository, fetched once by Maven from wherever it is configured to look.
"""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from base64 import urlsafe_b64encode
from pathlib import Path
from xml.etree import ElementTree

from shared.contracts.errors import UserMistake
from shared.runtime.processes import free_port

POM = Path(__file__).with_name("kafka_pom.xml")
OLDEST_JAVA = 17

TUNED = {
    "auto.create.topics.enable": "false",
    "num.partitions": "4",
    "offsets.topic.num.partitions": "4",
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "4",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    "message.max.bytes": str(8 * 1024 * 1024),
    "replica.fetch.max.bytes": str(8 * 1024 * 1024),
    # After a SIGKILL the broker may register again only when its old session has run out.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    "log.cleaner.dedupe.buffer.size": str(4 * 1024 * 1024),
    "num.network.threads": "2",
    "num.io.threads": "4",
}
"""Settings of a broker for tests and measurements: quick to start, to rebalance and to come back."""


def kafka_version() -> str:
    """The release that is run."""
    found = ElementTree.parse(POM).find(".//{*}kafka.version")
    assert found is not None
    assert found.text
    return found.text


def java_problem() -> str:
    """Why no broker can be run from jars here; empty when one can."""
    if shutil.which("java") is None:
        return "no java"
    said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False, timeout=60)
    version = re.search(r'version "(\d+)', said.stderr)
    if version is None or int(version[1]) < OLDEST_JAVA:
        return f"Kafka needs Java {OLDEST_JAVA} or newer, here is {version[1] if version else 'another'}"
    return ""


def jars() -> Path:
    """The directory of the broker's jars, filled by the first caller; others wait for it. Raises
    `UserMistake` when they cannot be had."""
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "relais"
    ready = root / f"kafka-{kafka_version()}"
    if ready.is_dir():
        return ready
    if shutil.which("mvn") is None:
        raise UserMistake("no mvn to fetch Kafka's jars with")
    root.mkdir(parents=True, exist_ok=True)
    with (root / f"{ready.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.is_dir():
            _fetch(ready)
    return ready


def _fetch(ready: Path) -> None:
    with tempfile.TemporaryDirectory(prefix=f"{ready.name}.", dir=ready.parent) as work:
        pom, fetched = Path(shutil.copy(POM, work)), Path(work) / "jars"
        command = ["mvn", "-q", "-B", "-C", "-f", str(pom), "dependency:copy-dependencies"]
        command += [f"-DoutputDirectory={fetched}", "-DincludeScope=runtime"]
        try:
            subprocess.run(
                command, check=True, capture_output=True, text=True, timeout=600, stdin=subprocess.DEVNULL
            )
        except subprocess.CalledProcessError as error:
            raise UserMistake(f"Maven could not fetch Kafka (exit {error.returncode})") from error
        except subprocess.TimeoutExpired as error:
            raise UserMistake("Maven did not fetch Kafka in 10 minutes") from error
        fetched.rename(ready)


def prepared(home: Path) -> tuple[list[str], str]:
    """The command that runs a broker with its data in `home`, which it formats, and the address where it
    will serve. Raises `UserMistake` when this machine cannot run one."""
    problem = java_problem()
    if problem:
        raise UserMistake(problem)
    classpath = f"{jars()}/*"
    port, controller = free_port(), free_port()
    settings = home / "server.properties"
    lines = [f"{name}={value}\n" for name, value in _settings(port, controller, home).items()]
    settings.write_text("".join(lines))
    # Kafka's ids are 16 bytes in base64; one that begins with "-" would be taken for an option.
    cluster = urlsafe_b64encode(b"relais-" + os.urandom(9)).decode().rstrip("=")
    java = ["java", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-XX:+UseSerialGC", "-cp", classpath]
    formatting = [*java, "kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(settings)]
    done = subprocess.run(formatting, capture_output=True, text=True, check=False, timeout=120, cwd=home)
    if done.returncode:
        raise UserMistake(f"Kafka's storage could not be formatted: {done.stderr[-300:]}")
    return [*java[:1], "-Xmx768m", *java[1:], "kafka.Kafka", str(settings)], f"127.0.0.1:{port}"


def _settings(port: int, controller: int, home: Path) -> dict[str, str]:
    return TUNED | {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@127.0.0.1:{controller}",
        "controller.listener.names": "CONTROLLER",
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}",
        "log.dirs": str(home / "data"),
    }
