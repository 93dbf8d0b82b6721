"""Codes, times and foreign text as a person at a terminal reads them."""

from datetime import UTC, datetime

from shared.contracts.vocabulary import REASONS

QUARANTINE = {
    "no_value": "The record has no value.",
    "not_json": "The value is not JSON.",
    "too_deep": "The JSON is nested too deeply.",
    "not_an_object": "The JSON is not an object.",
    "no_text": "There is neither a text nor an attachment.",
    "too_large": "It is too large to travel on inside.",
}
INERT = {
    "settled": "the message had its outcome already",
    "routed": "the message was routed already",
    "settled_or_not_routed": "the message had its outcome already, or was not routed to the bot",
    "epoch_over": "the conversation had changed hands meanwhile",
    "not_oldest": "an earlier message of the conversation was still open",
    "not_moving": "no such move was pending",
    "not_a_gap": "there were messages in that gap",
    "foreign_ref": "it speaks of a message of another partition",
    "with_people": "a person had the conversation already",
    "with_bot": "the bot had the conversation already",
    "work_open": "the work was still open",
    "work_closed": "the work was closed",
    "repeated": "this command was carried out already",
    "already_held": "somebody else held the work already",
    "offer_over": "the offer was over",
    "not_holder": "this agent did not hold the work",
    "stale_token": "the token was no longer valid",
    "too_many_transfers": "the work had been passed on too often already",
    "limit_of_moves": "the conversation had changed hands too often to go back to the bot",
    "not_wrapping": "there was nothing to wrap up for this work",
    "unreadable": "it is no entry of the book",
}


def why(code: str) -> str:
    """The sentence for a reason or a quarantine reason; the code itself when there is none."""
    return REASONS[code].en if code in REASONS else QUARANTINE.get(code, code)


def when(at: int) -> str:
    """A record's time, given in milliseconds since 1970."""
    try:
        moment = datetime.fromtimestamp(at / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return f"{at} ms"
    return moment.strftime("%Y-%m-%d %H:%M:%S.") + f"{moment.microsecond // 1000:03d} UTC"


def after(milliseconds: int) -> str:
    """A time that passed: `+12 ms`, `+3.4 s`, `+5 min`, `+2.1 h`."""
    seconds = milliseconds / 1000
    if abs(seconds) < 1:
        return f"{milliseconds:+d} ms"
    if abs(seconds) < 120:
        return f"{seconds:+.1f} s"
    return f"{seconds / 60:+.0f} min" if abs(seconds) < 7200 else f"{seconds / 3600:+.1f} h"


def printable(text: str) -> str:
    """Foreign text that can do nothing to a terminal: control and direction characters are escaped."""
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text)
