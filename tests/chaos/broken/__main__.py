"""`python -m tests.chaos.broken [NAME …]`: attack each broken build (all if none is named) until the judge
notices, in ten runs at most, and write what was found to docs/broken-builds.md. Exit code 1 when one was
not caught."""

import sys
import time

from tests.chaos.broken.builds import BUILDS
from tests.chaos.broken.hunt import Found, hunt
from tests.chaos.broken.page import PAGE, read, written


def main(names: list[str]) -> int:
    unknown = set(names) - set(BUILDS)
    if unknown:
        print(
            f"no broken build is called {', '.join(unknown)}; there are {', '.join(BUILDS)}", file=sys.stderr
        )
        return 2
    found: dict[str, Found] = {}
    for name in names or BUILDS:
        began = time.monotonic()
        found[name] = hunt(name)
        rows = read(PAGE.read_text() if PAGE.exists() else "") | found
        PAGE.write_text(written(rows))
        by = ", ".join(found[name].by) or "NOT CAUGHT"
        print(f"{name}: {by} in run {found[name].run} ({time.monotonic() - began:.0f} s)", flush=True)
    return 0 if all(one.by for one in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
