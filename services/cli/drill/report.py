"""The report of a drill, in Markdown: it reads as well on a terminal."""

from datetime import UTC, datetime
from typing import Any

from services.cli.drill.parts import PARTS

MISSING = {
    "back": "the part did not come back",
    "old": "messages from before the return are without an outcome",
    "answer": "the bot answered no message that came after it",
    "work": "no message that came after it appeared as work for people",
    "queue": "the dispatcher does not say that it reaches its queue",
    "offer": "agents who were offered work before are here, and are offered none: are their hands full?",
}
"""What the measures call missing, in words."""


def markdown(told: dict[str, Any]) -> str:
    """What `relais drill --json` says, for people."""
    at = datetime.fromtimestamp(told["at"], UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    rows = [f"| {name} | {value} |" for name, value in _rows(told)]
    verdict = "All was kept and is as before." if told["passed"] else _failure(told)
    title = f"# Drill: {told['part']}, {at}"
    return "\n".join([title, "", "| measure | seen |", "|---|--:|", *rows, "", verdict, ""])


def _rows(told: dict[str, Any]) -> list[tuple[str, str]]:
    messages, queue = told["messages"], PARTS[told["part"]].serves_queue
    noticed = "the dispatcher says it" if queue else "first message to people because of it"
    well = "the bot answers, work is queued and offered" if queue else "the bot answers again"
    return [
        ("asked for", _seconds(told["asked_s"])),
        ("part gone", _seconds(told["gone_s"])),
        ("it should be noticed within", _seconds(told["deadline_s"])),
        (f"detection: {noticed}", _seconds(told["detection_s"])),
        ("all that was caught had reached people", _seconds(told["all_to_people_s"])),
        ("most messages of the drill without an outcome", str(told["backlog_peak"])),
        ("the same, of the whole house", _known(told["house_backlog_peak"])),
        (f"recovery: {well}, nothing old is open", _seconds(told["recovery_s"])),
        ("messages of the drill accepted", f"{messages['accepted']} of {messages['sent']}"),
        ("answered by the bot", str(messages["answered"])),
        ("to people", str(messages["to_people"])),
        ("lost", str(messages["lost"])),
        ("doubled", str(told["doubled"])),
    ]


def _failure(told: dict[str, Any]) -> str:
    said = []
    if not told["kept"]:
        refs = sorted({ref for found in told["messages"]["refs"].values() for ref in found})
        said.append(f"**Not all was kept.** Look with `relais explain {' '.join(refs)}`.")
    if told["unnoticed"]:
        said.append(
            f"**Nobody noticed the loss**: the part was gone for {told['gone_s']:.1f} s, and it should have "
            f"been noticed within {told['deadline_s']:g} s. Was another one at work?"
        )
    if told["missing"]:
        absent = "; ".join(MISSING[name] for name in told["missing"])
        said.append(f"**The house is not as before**: {absent}. Look with `relais status` and into the logs.")
    return "\n\n".join(said)


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f} s"


def _known(value: int | None) -> str:
    return "–" if value is None else str(value)
