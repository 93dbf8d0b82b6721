"""The human queue under load and under fire: `python -m tests.workforce`, or `make workforce`."""
