"""Reading the policy file, and files like it; every error names its line."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from shared.contracts.errors import UserMistake
from shared.policy.model import Policy

T = TypeVar("T", bound=BaseModel)


def load_policy(path: Path) -> Policy:
    """The policy in a YAML file. Raises `UserMistake` with file, line and reason."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserMistake(f"{path}: cannot read the policy ({error.strerror}); set RELAIS_POLICY") from error
    return parse_policy(content, str(path))


def parse_policy(content: bytes, name: str = "policy") -> Policy:
    """The policy in the bytes of a YAML file; `name` is used in errors."""
    wanted = "the policy must be a mapping with `version`, `intents` and `pools`"
    return parse(content, name, Policy, wanted, version_hash=sha256(content).hexdigest()[:12])


def parse(content: bytes, name: str, model: type[T], wanted: str, **more: Any) -> T:
    """What the bytes of a YAML file say, as a `model`, with `more` that is not in the file. Raises
    `UserMistake`: every mistake with its line, or what is `wanted` when it is no mapping at all."""
    try:
        tree = yaml.compose(content, Loader=yaml.SafeLoader)
        raw = yaml.safe_load(content)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise UserMistake(f"{name}:{line}: not YAML: {getattr(error, 'problem', 'unreadable')}") from error
    twice = [f"{name}:{line}: {key} stands twice" for key, line in _repeated(tree, set())]
    if twice:
        raise UserMistake("\n".join(twice))
    if not isinstance(raw, dict):
        raise UserMistake(f"{name}:1: {wanted}")
    try:
        return model.model_validate({**raw, **more})
    except ValidationError as error:
        lines = [_line(name, tree, problem) for problem in error.errors(include_url=False)]
        raise UserMistake("\n".join(lines)) from error


def _repeated(node: Any, met: set[int]) -> Iterator[tuple[str, int]]:
    """Keys that stand twice in a mapping, with their line: YAML would silently keep the last."""
    if not isinstance(node, yaml.MappingNode) or id(node) in met:
        return
    met.add(id(node))
    keys: set[str] = set()
    for key, value in node.value:
        name = str(key.value)
        if name in keys:
            yield name, int(key.start_mark.line) + 1
        keys.add(name)
        yield from _repeated(value, met)


def _line(name: str, tree: Any, problem: Any) -> str:
    path = list(problem["loc"])
    message = str(problem["msg"]).removeprefix("Value error, ")
    if not path and ":" in message:
        path = message.partition(":")[0].split(".")
    where = ".".join(str(step) for step in path)
    said = message if message.startswith(where) else f"{where}: {message}"
    return f"{name}:{_find(tree, path)}: {said}"


def _find(node: Any, path: list[Any]) -> int:
    """The line of the deepest node that `path` reaches, counted from 1."""
    line = int(node.start_mark.line) + 1
    for step in path:
        if not isinstance(node, yaml.MappingNode):
            break
        for key, value in node.value:
            if key.value == str(step):
                line, node = int(key.start_mark.line) + 1, value
                break
        else:
            break
    return line
