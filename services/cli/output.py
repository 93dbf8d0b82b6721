"""Where a command writes: a place that cannot be written to is told before the work begins."""

import os
from pathlib import Path

from shared.contracts.errors import UserMistake


def folder(path: Path) -> Path:
    """The folder, which need not be there yet. Raises `UserMistake` when it cannot be one."""
    nearest = next(one for one in (path.absolute(), *path.absolute().parents) if one.exists())
    if not nearest.is_dir():
        raise UserMistake(f"{nearest} is a file: name a folder to write into")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise UserMistake(f"nothing can be written into {nearest}: name another folder")
    return path


def file(path: Path) -> Path:
    """The file, which need not be there yet. Raises `UserMistake` when it cannot be one."""
    if path.is_dir():
        raise UserMistake(f"{path} is a folder: name a file in it to write to")
    if not path.absolute().parent.is_dir():
        raise UserMistake(f"there is no folder {path.absolute().parent} to write into: make it first")
    return path
