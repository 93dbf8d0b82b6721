"""Deliberately broken builds: `python -m tests.chaos.broken SERVICE` runs one as RELAIS_TEST_BROKEN says.

If the harness does not catch every one of them, its green says nothing. Nothing of this is in the product:
each build is a patch of this folder, put over the running process.
"""
