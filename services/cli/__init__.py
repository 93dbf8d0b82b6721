"""The `relais` command: starts and watches the house, plays messages through it, explains what came
of them. It is no part of a message's way."""
