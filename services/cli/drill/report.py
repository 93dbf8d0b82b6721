"""The report of a drill, in Markdown: it reads as well on a terminal."""

from datetime import UTC, datetime
from typing import Any


def markdown(told: dict[str, Any]) -> str:
    """What `relais drill --json` says, for people."""
    at = datetime.fromtimestamp(told["at"], UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    rows = [f"| {name} | {value} |" for name, value in _rows(told)]
    verdict = "All was kept and is as before." if told["passed"] else _failure(told)
    title = f"# Drill: {told['part']}, {at}"
    return "\n".join([title, "", "| measure | seen |", "|---|--:|", *rows, "", verdict, ""])


def _rows(told: dict[str, Any]) -> list[tuple[str, str]]:
    messages = told["messages"]
    return [
        ("asked for", _seconds(told["asked_s"])),
        ("part gone", _seconds(told["gone_s"])),
        ("detection: first message to people because of it", _seconds(told["detection_s"])),
        ("all that was caught had reached people", _seconds(told["all_to_people_s"])),
        ("most messages of the drill without an outcome", str(told["backlog_peak"])),
        ("the same, of the whole house", _known(told["house_backlog_peak"])),
        ("recovery: the bot answers again, nothing old is open", _seconds(told["recovery_s"])),
        ("messages of the drill accepted", f"{messages['accepted']} of {messages['sent']}"),
        ("answered by the bot", str(messages["answered"])),
        ("to people", str(messages["to_people"])),
        ("lost", str(messages["lost"])),
        ("doubled", str(told["doubled"])),
    ]


def _failure(told: dict[str, Any]) -> str:
    refs = sorted({ref for found in told["messages"]["refs"].values() for ref in found})
    if not told["kept"]:
        return f"**Not all was kept.** Look with `relais explain {' '.join(refs)}`."
    return "**The house is not as before.** Look with `relais status` and into the logs."


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f} s"


def _known(value: int | None) -> str:
    return "–" if value is None else str(value)
