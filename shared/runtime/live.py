"""The model a running service reads with: a new one is taken without a restart, a bad one is refused."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from shared.runtime import logs
from shared.runtime.watchdog import start_vital
from shared.text.weights import ARRAYS, MANIFEST, WeightsUnusable

LOOK_EVERY = 2.0
"""Seconds between two looks at the folder."""
Signs = tuple[tuple[int, int, int], ...]
_log = logs.get("model")


class Versioned(Protocol):
    """What every model can say of itself."""

    @property
    def version(self) -> str:
        """Names the weights in every record."""
        ...


M = TypeVar("M", bound=Versioned)


class Live(Generic[M]):
    """Holds the model of a folder. The first one must load: `WeightsUnusable` goes to the caller.

    `model` is replaced as a whole: who reads it once per batch reads a batch with one model.
    """

    def __init__(self, folder: Path, load: Callable[[Path], M]) -> None:
        self._folder, self._load = folder, load
        self._signs = signs(folder)
        self.model = load(folder)

    def look(self) -> bool:
        """Take the folder's model if its files have changed; whether that was done.

        The new one is loaded aside. When it cannot be used, the old one stays and one log line says why.
        """
        found = signs(self._folder)
        if found == self._signs:
            return False
        self._signs = found
        try:
            model = self._load(self._folder)
        except (WeightsUnusable, OSError) as error:
            _log.error("model_refused", kept=self.model.version, **logs.describe(error))
            return False
        if model.version == self.model.version:
            return False
        _log.info("model_taken", version=model.version, before=self.model.version)
        self.model = model
        return True

    def watch(self, every: float = LOOK_EVERY) -> None:
        """Look again and again in a thread that ends with the process."""
        start_vital("model", lambda: self._keep_looking(every))

    def _keep_looking(self, every: float) -> None:
        pause = threading.Event()
        while not pause.wait(every):
            self.look()


def signs(folder: Path) -> Signs:
    """What changes when a file of the model is written: its place on the disk, time and size."""
    return tuple(_signs(folder / name) for name in (ARRAYS, MANIFEST))


def _signs(file: Path) -> tuple[int, int, int]:
    try:
        found = file.stat()
    except OSError:
        return 0, 0, 0
    return found.st_ino, found.st_mtime_ns, found.st_size
