"""Reading the YAML files that people write: policy, FAQ, scenarios. Every error names file and line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from yaml.constructor import ConstructorError

from shared.contracts.errors import UserMistake

T = TypeVar("T", bound=BaseModel)


class _Loader(yaml.SafeLoader):
    """PyYAML names no place for a value that cannot be, such as the 30th of February; this does."""

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, LookupError, AttributeError) as error:
            said = f"{str(node.value)[:40]!r} cannot be read ({error}): correct it, or quote it if it is text"
            raise ConstructorError(None, None, said, node.start_mark) from error


def read_yaml(path: Path, model: type[T], what: str, wanted: str, mend: str = "") -> T:
    """What a YAML file says, as a `model`. Raises `UserMistake`, as `content_of` and `parse` do."""
    return parse(content_of(path, what, mend), str(path), model, wanted)


def content_of(path: Path, what: str, mend: str = "") -> bytes:
    """The bytes of a file. Raises `UserMistake` that says what it was to be, and how to `mend` it."""
    try:
        return path.read_bytes()
    except OSError as error:
        said = f"{path}: cannot read {what} ({error.strerror})"
        raise UserMistake(f"{said}; {mend}" if mend else said) from error


def parse(content: bytes, name: str, model: type[T], wanted: str, **more: Any) -> T:
    """What the bytes of a YAML file say, as a `model`, with `more` that is not in the file. Raises
    `UserMistake`: every mistake with its line, or what is `wanted` when it is no mapping at all."""
    tree, raw = _loaded(content, name)
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


def _loaded(content: bytes, name: str) -> tuple[Any, Any]:
    """The nodes of a file, which know their lines, and its values."""
    try:
        return yaml.compose(content, Loader=yaml.SafeLoader), yaml.load(content, Loader=_Loader)
    except yaml.YAMLError as error:
        mark, said = getattr(error, "problem_mark", None), getattr(error, "problem", "unreadable")
        where = f"{name}:{mark.line + 1 if mark else 1}"
        sort = "" if isinstance(error, ConstructorError) else "not YAML: "
        raise UserMistake(f"{where}: {sort}{said}") from error
    except RecursionError as error:
        raise UserMistake(f"{name}:1: too much of it lies in each other") from error


def _repeated(node: Any, met: set[int]) -> Iterator[tuple[str, int]]:
    """Keys that stand twice in a mapping, with their line: YAML would silently keep the last."""
    if not isinstance(node, yaml.CollectionNode) or id(node) in met:
        return
    met.add(id(node))
    keys = [key for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    first = {str(key.value): key for key in reversed(keys)}
    for key in keys:
        if first[str(key.value)] is not key:
            yield str(key.value), int(key.start_mark.line) + 1
    for value in [value for _, value in node.value] if keys else node.value:
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
        found = _below(node, step)
        if found is None:
            break
        line, node = int(found[0].start_mark.line) + 1, found[1]
    return line


def _below(node: Any, step: Any) -> tuple[Any, Any] | None:
    """What stands at one step of a path: the node that shows where it begins, and its value."""
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next(((key, value) for key, value in pairs if key.value == str(step)), None)
