"""Installing a Debian package for the tests, where that is possible without asking anybody."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.kit.server import Unavailable

POLICY = Path("/usr/sbin/policy-rc.d")


def install(package: str) -> None:
    """Install `package` without starting what it would start; `Unavailable` says why it cannot be."""
    if shutil.which("apt-get") is None:
        raise Unavailable(f"no apt-get to install {package} with")
    if os.geteuid() != 0:
        raise Unavailable(f"not root, so {package} cannot be installed")
    with _nothing_started():
        installing = ("install", "-y", "--no-install-recommends", package)
        if _apt(*installing) and (_apt("update") or _apt(*installing)):
            raise Unavailable(f"apt-get could not install {package}")


def _apt(*arguments: str) -> int:
    """Its exit code; 1 when it takes more than three minutes."""
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "NEEDRESTART_SUSPEND": "1"}
    command = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=60", *arguments]
    with suppress(subprocess.TimeoutExpired):
        done = subprocess.run(
            command,
            env=os.environ | quiet,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=180,
        )
        return done.returncode
    return 1


@contextmanager
def _nothing_started() -> Iterator[None]:
    """While this lasts no package may start a service: Debian's own switch, left alone where it is in use."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink(missing_ok=True)
