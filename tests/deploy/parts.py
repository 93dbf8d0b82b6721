"""What the files of the deployment say, read once and as values."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from fnmatch import fnmatch
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from shared.runtime.settings import ROOT, ServiceSettings

SERVICES = tuple(sorted(path.parent.name for path in (ROOT / "services").glob("*/app.py")))
DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
RULES = [
    rule
    for group in yaml.safe_load((DEPLOY / "prometheus" / "rules.yml").read_text())["groups"]
    for rule in group["rules"]
]
VERSION: str = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


def settings_of(service: str) -> type[ServiceSettings]:
    """The settings class of a service."""
    found: type[ServiceSettings] = import_module(f"services.{service}.settings").Settings
    return found


def variables_of(service: str) -> set[str]:
    """The variables a service takes from its environment."""
    return {f"RELAIS_{field.upper()}" for field in settings_of(service).model_fields}


def instructions(name: str) -> list[str]:
    """The arguments of every such instruction in the Dockerfile, long lines joined."""
    joined = DOCKERFILE.replace("\\\n", " ")
    return [found[1].strip() for found in re.finditer(rf"^{name} (.*)$", joined, re.MULTILINE)]


def image_environment() -> dict[str, str]:
    """The variables the image sets in its last stage."""
    last = instructions("ENV")[-1]
    return dict(pair.split("=", 1) for pair in last.split())


def health_check() -> list[str]:
    """The command by which the image tells whether it is healthy."""
    command: list[str] = json.loads(instructions("HEALTHCHECK")[0].partition("CMD ")[2])
    return command


def lay_out(home: Path) -> None:
    """Lay the files that the Dockerfile copies from the repository out in `home`, as in /app."""
    for instruction in instructions("COPY"):
        if instruction.startswith("--from"):
            continue
        *sources, target = instruction.split()
        for source in (path for pattern in sources for path in ROOT.glob(pattern)):
            for path in [source, *source.rglob("*")]:
                name = path.relative_to(ROOT)
                if path.is_file() and not left_out(name.as_posix()):
                    inside = home / target / path.relative_to(source if source.is_dir() else source.parent)
                    inside.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(path, inside)


def left_out(name: str) -> bool:
    """Whether .dockerignore keeps a file from the build: the last line that speaks of it decides."""
    places = [PurePosixPath(name), *PurePosixPath(name).parents][:-1]
    out = False
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.removeprefix("!")
        anywhere = pattern.startswith("**/")
        if pattern and not pattern.startswith("#"):
            names = [place.name if anywhere else str(place) for place in places]
            if any(fnmatch(known, pattern.removeprefix("**/")) for known in names):
                out = not line.startswith("!")
    return out
