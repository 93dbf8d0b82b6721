"""`python -m tests.chaos.broken.service NAME`: break this process as the environment says, then run that
service in it."""

import os
import runpy
import sys

from tests.chaos.broken.builds import BUILDS

if __name__ == "__main__":
    BUILDS[os.environ["RELAIS_TEST_BROKEN"]].break_it()
    runpy.run_module(f"services.{sys.argv[1]}", run_name="__main__", alter_sys=True)
