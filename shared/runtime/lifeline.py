"""Becomes the program it is given, bound to the life of the process that asked for it.

    python lifeline.py PARENT_PID PROGRAM ARGUMENT...

On Linux the kernel kills the program when its parent ends, even when the parent is itself killed with
SIGKILL and can clean up nothing, and even when the program is stopped. Elsewhere the program just runs.
The kernel's bond is with the *thread* that started the process: start it from one that stays.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(parent: int, command: list[str]) -> None:
    """Make the bond and become `command`."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it ended before the bond was made
            sys.exit(1)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
