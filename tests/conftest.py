"""What every test may use: the kit's fixtures and its closing table."""

pytest_plugins = ["tests.kit.report"]
