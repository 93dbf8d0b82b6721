"""The code of the house as its tests read it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
OUTSIDE = "cli"
"""The one package among the services that is none: it is no part of a message's way."""
OUTSIDERS = {"channels", "agent tools", "operations"}
"""Readers and writers on the map that are no part of the house."""


class Module(NamedTuple):
    """A file of code. `path` is relative to the root, `/` between its parts."""

    path: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Every file of code below these folders."""
    files = sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))
    assert files, f"nothing below {folders}"
    return tuple(_read(file) for file in files)


def _read(file: Path) -> Module:
    text = file.read_text(encoding="utf-8")
    return Module(file.relative_to(ROOT).as_posix(), text, ast.parse(text))


@cache
def services() -> tuple[str, ...]:
    """The names of the services: every package of `services` that is not the command line."""
    packages = (path for path in (ROOT / "services").iterdir() if path.is_dir())
    return tuple(sorted(p.name for p in packages if p.name.isidentifier() and p.name != OUTSIDE))


def imports(tree: ast.AST) -> Iterator[str]:
    """Every module that is imported anywhere in the tree, by its whole name. For `from a import b`
    that is both `a` and `a.b`, since `b` may be a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method, nested ones too."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def docstrings(tree: ast.AST) -> set[int]:
    """The ids of the constants that only document: strings that stand alone as a statement."""
    alone = (node.value for node in ast.walk(tree) if isinstance(node, ast.Expr))
    return {id(value) for value in alone if isinstance(value, ast.Constant) and isinstance(value.value, str)}


def strings(tree: ast.AST) -> Iterator[ast.Constant]:
    """Every string that takes part in the program, the fixed parts of f-strings too."""
    documents = docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents:
            yield node
