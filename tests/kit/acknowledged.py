"""What customers see of their messages, judged from outside: by the replies alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any


def acknowledgements(replies: Iterable[dict[str, Any]]) -> dict[str, set[str]]:
    """By the channel's id of each message, the keys of what acknowledges it: the bot's answers and the
    notices with that purpose. A repeated record has the same key."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for reply in replies:
        if reply["author"]["kind"] == "bot" or reply.get("purpose") == "acknowledgement":
            found[reply["in_reply_to"]].add(reply["idempotency_key"])
    return dict(found)


def not_once(expected: Iterable[str], replies: Iterable[dict[str, Any]]) -> dict[str, set[str]]:
    """The messages that were not acknowledged exactly once, with the keys."""
    found = acknowledgements(replies)
    return {message: keys for message in expected if len(keys := found.get(message, set())) != 1}


def different_bytes(replies: Iterable[dict[str, Any]]) -> set[str]:
    """Keys under which not always the same was written."""
    first: dict[str, dict[str, Any]] = {}
    return {key for reply in replies if first.setdefault(key := reply["idempotency_key"], reply) != reply}
