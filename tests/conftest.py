"""What every test may use: the kit's fixtures and its closing table."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.kit.report"]

settings.register_profile("relais", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("relais")
"""No test judges a time. What Hypothesis does otherwise in CI (the same examples each time) stays."""
