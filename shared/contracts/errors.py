"""Errors named by what their reader must do."""


class RelaisError(Exception):
    """Base of all errors of this project. Its text never holds message text or personal data."""


class InvalidMessage(RelaisError):
    """The record can be shown to nobody: quarantine it. `reason` is one of `QUARANTINE_REASONS`."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class TransientFailure(RelaisError):
    """Something outside did not answer: retry, and stop the process when that does not help."""


class UserMistake(RelaisError):
    """What the person at the keyboard can put right; the text says how."""
