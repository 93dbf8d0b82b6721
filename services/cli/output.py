"""Where a command writes: a place that cannot be written to is told before the work begins."""

from pathlib import Path

from shared.contracts.errors import UserMistake


def folder(path: Path) -> Path:
    """The folder, made if it is not there. Raises `UserMistake` when it cannot be one."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserMistake(
            f"{path} cannot be a folder ({error.strerror}): name another to write into"
        ) from error
    return path


def file(path: Path) -> Path:
    """The file, which need not be there yet. Raises `UserMistake` when it cannot be one."""
    if path.is_dir():
        raise UserMistake(f"{path} is a folder: name a file in it to write to")
    if not path.absolute().parent.is_dir():
        raise UserMistake(f"there is no folder {path.absolute().parent} to write into: make it first")
    return path
